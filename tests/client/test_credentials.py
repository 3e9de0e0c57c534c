"""Client credentials, as the server sees them: assertions, renewals, refusals, other hosts."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from persona_oauth import (
    ApiError,
    ApiResponse,
    BadRequestError,
    ConnectionFailedError,
    ForbiddenError,
    InvalidRequestError,
    InvalidResponseError,
    ServerError,
    TimedOutError,
    TokenRequestError,
    UnauthorizedError,
)
from persona_oauth.auth import ClientCredentials
from persona_oauth.scopes import Scope
from tests.client.issuer import CLIENT_ID, LIFE, Issuer, SkewedClock, fetch, get, key_for, pem, set_clock_of_credentials
from tests.client.scripted import API_KEY, GRANT, RESET, STALL, Act, Driver, ScriptedServer, answer
from tests.support.server import PATIENCE

ALGORITHMS = ["ES256", "RS256"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SkewedClock:
    """The clock of all credentials."""
    clock = SkewedClock()
    set_clock_of_credentials(monkeypatch, clock)
    return clock


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A server that has nothing to complain about."""
    issuer = Issuer()
    with issuer.serve():
        yield issuer
    assert not issuer.problems


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_assertion(driver: Driver, algorithm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyJWT accepts signature and claims; no API key goes with it, although the environment has one."""
    monkeypatch.setenv("PERSONA_API_KEY", API_KEY)
    issuer = Issuer(algorithm)
    with issuer.serve():
        fetch(driver, issuer.credentials(), get(issuer.url), get(issuer.url))
    assert issuer.problems == []
    assert issuer.record == ["token", "1 200", "1 200"]
    [claims], [header], [request] = issuer.claims, issuer.headers, issuer.token_requests
    assert set(claims) == {"iss", "sub", "aud", "jti", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == 300
    assert header == {"typ": "JWT", "alg": algorithm}
    assert request.header("Authorization") is None
    assert API_KEY.encode() not in request.raw
    assert b"grant_type=client_credentials&client_assertion_type=urn" in request.body
    assert b"scope" not in request.body
    assert request.header("Idempotency-Key")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_algorithm_of_the_key(algorithm: str) -> None:
    """It need not be given, since a key fits one only."""
    issuer = Issuer(algorithm)
    with issuer.serve():
        assert httpx2.get(issuer.url, auth=issuer.credentials(algorithm=None)).status_code == 200
    assert issuer.problems == []
    assert [header["alg"] for header in issuer.headers] == [algorithm]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("form", ["text", "bytes", "path", "path as text", "encrypted", "cryptography", "joserfc"])
def test_forms_of_a_key(algorithm: str, form: str, tmp_path: Path) -> None:
    """Each form of the same key signs what the server verifies with its public half."""
    key = key_for(algorithm)
    file = tmp_path / "key.pem"
    file.write_text(pem(key), encoding="ascii")
    jwk: type[RSAKey | ECKey] = RSAKey if algorithm == "RS256" else ECKey
    forms: dict[str, Any] = {
        "text": pem(key), "bytes": pem(key).encode(), "path": file, "path as text": str(file),
        "encrypted": pem(key, "secret"), "cryptography": key, "joserfc": jwk.import_key(pem(key)),
    }  # fmt: skip
    issuer = Issuer(algorithm)
    with issuer.serve():
        auth = issuer.credentials(private_key=forms[form], password="secret" if form == "encrypted" else None)
        assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.problems == []


def test_options_of_the_assertion(issuer: Issuer) -> None:
    """`kid`, another audience, and scopes as an iterable."""
    issuer.audience = "https://elsewhere.example/token"
    scope = ["inquiry.read", Scope("account.read"), "inquiry.read"]
    auth = issuer.credentials(key_id="k1", audience=issuer.audience, scope=scope)
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.headers[0]["kid"] == "k1"
    assert issuer.token_requests[0].body.endswith(b"&scope=inquiry.read+account.read")


def test_each_assertion_is_new(issuer: Issuer, clock: SkewedClock) -> None:
    """A `jti` and an idempotency key are used for one token only."""
    auth = issuer.credentials()
    for _ in range(3):
        httpx2.get(issuer.url, auth=auth)
        clock.advance(LIFE)
    assert len({claims["jti"] for claims in issuer.claims}) == 3
    assert len({request.header("Idempotency-Key") for request in issuer.token_requests}) == 3


@pytest.mark.parametrize("skew", [-120, 120])
def test_clock_skew(driver: Driver, issuer: Issuer, clock: SkewedClock, skew: float) -> None:
    """A clock that is two minutes wrong, either way, makes assertions that are accepted."""
    clock.skew = skew
    assert fetch(driver, issuer.credentials(), get(issuer.url))[0].status_code == 200


@pytest.mark.parametrize("skew", [-400, 400])
def test_clock_that_is_wrong(issuer: Issuer, clock: SkewedClock, skew: float) -> None:
    """More than that is refused by the server, so that the test above can fail."""
    clock.skew = skew
    with pytest.raises(BadRequestError):
        httpx2.get(issuer.url, auth=issuer.credentials())
    assert issuer.problems
    issuer.problems.clear()


# --- renewals


@pytest.mark.parametrize(("life", "leeway"), [(900, 60), (100, 10), (600, 60), (601, 60)])
def test_renewal(driver: Driver, issuer: Issuer, clock: SkewedClock, life: int, leeway: int) -> None:
    """The same token until 60 seconds before its end, or a tenth of a short life; then another one."""
    issuer.life = life
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    clock.now = life - leeway - 0.5
    fetch(driver, auth, get(issuer.url))
    clock.now = life - leeway
    fetch(driver, auth, get(issuer.url), get(issuer.url))
    assert issuer.record == ["token", "1 200", "1 200", "token", "2 200", "2 200"]


def test_leeway_of_the_callers(issuer: Issuer, clock: SkewedClock) -> None:
    """Shorter than by default, and none at all."""
    auths = [issuer.credentials(leeway=5), issuer.credentials(leeway=0)]
    for auth in auths:
        httpx2.get(issuer.url, auth=auth)
    clock.advance(LIFE - 5)
    for auth in auths:
        httpx2.get(issuer.url, auth=auth)
    assert issuer.record == ["token", "1 200", "token", "2 200", "token", "3 200", "2 200"]


def test_life_counts_from_the_first_attempt(driver: Driver, issuer: Issuer, clock: SkewedClock) -> None:
    """A stored answer is repeated with the old `expires_in`, so the time of repeats is part of the token's life."""
    issuer.faults = [answer(503, headers=[("Retry-After", "20")])]
    auth = issuer.credentials(leeway=0)
    fetch(driver, auth, get(issuer.url))
    assert clock.now == 20.5  # and its own back-off
    clock.now = LIFE - 1
    fetch(driver, auth, get(issuer.url))
    clock.now = LIFE
    fetch(driver, auth, get(issuer.url))
    assert issuer.record == ["token", "token", "1 200", "1 200", "token", "2 200"]


@pytest.mark.parametrize("fault", [RESET, answer(503), answer(429, headers=[("RateLimit-Reset", "7")])])
def test_repeat_of_the_token_request(driver: Driver, issuer: Issuer, fault: Act) -> None:
    """The very same bytes: assertion and idempotency key too."""
    issuer.faults = [fault, fault]
    assert fetch(driver, issuer.credentials(), get(issuer.url))[0].status_code == 200
    assert len({request.raw for request in issuer.token_requests}) == 1
    assert issuer.count == 3


@pytest.mark.parametrize("life", [0, -1])
def test_life_that_is_not_known(issuer: Issuer, clock: SkewedClock, life: int) -> None:
    """`expires_in` of 0 is the default of the description: the token is used until a 401, or for 5 minutes."""
    issuer.life = life
    auth = issuer.credentials()
    for clock.now in (0, 1, 269, 270):
        assert httpx2.get(issuer.url, auth=auth).status_code == 200
    issuer.revoked.add("persona_access_token_issued_2")
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.record == ["token", *["1 200"] * 3, "token", "2 200", "2 401", "token", "3 200"]


# --- a dead token endpoint


def test_no_token(driver: Driver, issuer: Issuer) -> None:
    """The error of the token request is raised, and the API sees nothing."""
    issuer.is_down = True
    with pytest.raises(ConnectionFailedError):
        fetch(driver, issuer.credentials(), get(issuer.url))
    assert issuer.record == ["token"] * 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (answer(401, {"errors": [{"title": "Token is invalid"}]}, [("Request-Id", "req_1")]), UnauthorizedError),
        (answer(403), ForbiddenError),
        (answer(503), ServerError),
        (RESET, ConnectionFailedError),
        (answer(201, b"<p>"), InvalidResponseError),
        (answer(201, {**GRANT, "access-token": "a b"}), InvalidResponseError),
    ],
)
def test_failed_token_request(driver: Driver, issuer: Issuer, fault: Act, kind: type[ApiError]) -> None:
    """What the caller asked for was not sent: the error says so by its class, and what happened by another one."""
    issuer.faults = [fault]
    auth = issuer.credentials(max_retries=0)
    with pytest.raises(kind, match=r"^no access token: ") as caught:
        fetch(driver, auth, get(issuer.url))
    outcome = driver.call(issuer.base_url, api_key=None, auth=auth)
    for error in (caught.value, outcome, pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert isinstance(error, TokenRequestError)
        assert isinstance(error, kind)
        assert error.status_code == caught.value.status_code
        assert error.request_id == caught.value.request_id
        assert str(error) == str(caught.value)
    assert isinstance(outcome, ApiError)
    assert outcome.outcome == "not_sent"
    assert outcome.is_retryable == caught.value.is_retryable
    assert issuer.record == ["token"]


def test_error_of_the_call(driver: Driver, issuer: Issuer) -> None:
    """It is no `TokenRequestError` where there is a token, so that one can tell both apart."""
    issuer.is_strict = True
    outcome = driver.call(issuer.base_url, api_key=None, auth=issuer.credentials())
    assert type(outcome) is UnauthorizedError


def test_refused_assertion(driver: Driver, issuer: Issuer, clock: SkewedClock) -> None:
    """With the status and the envelope of the answer; requests some seconds later try again."""
    issuer.faults = [answer(403, {"errors": [{"title": "Forbidden"}]})]
    auth = issuer.credentials()
    with pytest.raises(ForbiddenError, match="Forbidden: Forbidden"):
        fetch(driver, auth, get(issuer.url))
    clock.advance(5)
    assert fetch(driver, auth, get(issuer.url))[0].status_code == 200
    assert issuer.record == ["token", "token", "1 200"]


@pytest.mark.parametrize(
    "limits", [{"timeout": httpx2.Timeout(PATIENCE, read=0.05), "max_retries": 0}, {"total_timeout": 0.4}]
)
def test_token_endpoint_that_stalls(issuer: Issuer, limits: dict[str, Any]) -> None:
    """The token request ends in time, whatever the server does."""
    issuer.faults = [STALL]
    with pytest.raises(TimedOutError, match="ReadTimeout"):
        httpx2.get(issuer.url, auth=issuer.credentials(**limits))
    assert issuer.record == ["token"]


def test_old_token_survives(driver: Driver, issuer: Issuer, clock: SkewedClock) -> None:
    """While it is valid, a failed renewal is tried again some seconds later; after that its error is raised."""
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    issuer.is_down = True
    clock.now = LIFE - 30
    fetch(driver, auth, get(issuer.url), get(issuer.url))
    clock.advance(5)
    fetch(driver, auth, get(issuer.url))
    assert issuer.record == ["token", "1 200", "token", "1 200", "1 200", "token", "1 200"]
    clock.now = LIFE
    with pytest.raises(ConnectionFailedError):
        fetch(driver, auth, get(issuer.url))
    issuer.is_down = False
    clock.advance(5)
    assert fetch(driver, auth, get(issuer.url))[0].status_code == 200
    assert issuer.record[-2:] == ["token", "2 200"]


def test_renewal_leaves_time_for_another(issuer: Issuer, clock: SkewedClock) -> None:
    """While the old token lives, one takes at most half of what is left of it."""
    seconds: list[float] = []
    hooks = {"request": [lambda request: seconds.append(request.extensions["timeout"]["read"])]}
    with httpx2.Client(event_hooks=hooks) as http_client:
        auth = issuer.credentials(http_client=http_client)
        for clock.now in (0, LIFE - 20):
            httpx2.get(issuer.url, auth=auth)
    assert seconds == [30, 10]


def test_token_that_dies_soon_after_a_failure(issuer: Issuer, clock: SkewedClock) -> None:
    """The try before its end was without repeats: the next one is not put off."""
    auth = issuer.credentials()
    httpx2.get(issuer.url, auth=auth)
    issuer.faults = [RESET]
    clock.now = LIFE - 1
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    clock.now = LIFE
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.record == ["token", "1 200", "token", "1 200", "token", "2 200"]


def test_outage(driver: Driver, issuer: Issuer, clock: SkewedClock) -> None:
    """It is not multiplied: who needs a token within 5 seconds after a failure gets a copy of its error."""
    issuer.is_down = True
    auth = issuer.credentials(max_retries=1)
    errors = [failure(driver, auth, issuer) for _ in range(9)]
    clock.advance(4.9)
    errors.append(failure(driver, auth, issuer))
    assert issuer.record == ["token"] * 2
    assert all(isinstance(error, ConnectionFailedError) for error in errors)
    assert len({id(error) for error in errors}) == 10
    clock.advance(0.1)
    failure(driver, auth, issuer)
    assert issuer.record == ["token"] * 4
    issuer.is_down = False
    clock.advance(5)
    fetch(driver, auth, get(issuer.url), get(issuer.url))
    assert issuer.record == [*["token"] * 5, "1 200", "1 200"]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("asked", "seconds"), [(0, 5), (30, 30), (3600, 60)])
def test_outage_of_a_known_length(issuer: Issuer, clock: SkewedClock, status: int, asked: int, seconds: float) -> None:
    """The server's Retry-After is waited for, within bounds."""
    issuer.faults = [answer(status, b"", [("Retry-After", str(asked))])]
    auth = issuer.credentials(max_retries=0)
    for now in (0.0, seconds - 0.1):
        clock.now = now
        assert failure(Driver("sync"), auth, issuer).status_code == status
    clock.now = seconds
    assert httpx2.get(issuer.url, auth=auth).status_code == 200
    assert issuer.record == ["token", "token", "1 200"]


def failure(driver: Driver, auth: httpx2.Auth, issuer: Issuer) -> ApiError:
    """The error that a request ends with."""
    with pytest.raises(ApiError) as caught:
        fetch(driver, auth, get(issuer.url))
    return caught.value


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX-Evil: 1", "é"])
def test_token_that_no_header_can_carry(issuer: Issuer, token: str) -> None:
    """It is refused, and not quoted."""
    issuer.faults = [
        answer(201, {"access_token": token, "token_type": "bearer", "expires_in": 9, "scope": ""}),
    ]
    with pytest.raises(InvalidResponseError) as caught:
        httpx2.get(issuer.url, auth=issuer.credentials())
    assert caught.value.field == "access_token"
    assert issuer.record == ["token"]


# --- 401


def test_revoked_token(driver: Driver, issuer: Issuer) -> None:
    """One more token, and the same request once more."""
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    issuer.revoked.add("persona_access_token_issued_1")
    responses = fetch(driver, auth, ("POST", issuer.url, b"body"), get(issuer.url))
    assert [response.status_code for response in responses] == [200, 200]
    assert issuer.record == ["token", "1 200", "1 401", "token", "2 200", "2 200"]
    first, second = issuer.server.requests[2], issuer.server.requests[4]
    assert first.body == second.body == b"body"


def test_server_that_refuses_every_token(driver: Driver, issuer: Issuer, clock: SkewedClock) -> None:
    """The second 401 is the answer; no other token is asked for until 5 seconds later."""
    issuer.is_strict = True
    auth = issuer.credentials()
    for now in (0.0, 4.9, 5.0, 9.9):
        clock.now = now
        assert fetch(driver, auth, get(issuer.url))[0].status_code == 401
    assert issuer.record == ["token", "1 401", "token", "2 401", "2 401", "2 401", "token", "3 401", "3 401"]


def test_stream_is_not_repeated(driver: Driver, issuer: Issuer) -> None:
    """A body that is spent can't be sent again: the 401 is the answer, and nothing is read into memory."""
    issuer.is_strict = True
    chunks = iter([b"a", b"b"])
    content = ("POST", issuer.url, chunks)
    assert fetch(driver, issuer.credentials(), content, headers={"Content-Length": "2"})[0].status_code == 401
    assert issuer.record == ["token", "1 401"]


def test_refused_token_without_another(driver: Driver, issuer: Issuer) -> None:
    """Where no new one is to be had the 401 is the answer; the old one stays in use for what still accepts it."""
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    issuer.is_down = issuer.is_strict = True
    assert fetch(driver, auth, get(issuer.url))[0].status_code == 401
    issuer.is_strict = False
    assert fetch(driver, auth, get(issuer.url))[0].status_code == 200
    assert issuer.record == ["token", "1 200", "1 401", "token", "token", "token", "1 200"]


# --- other hosts


def test_other_host(driver: Driver, issuer: Issuer) -> None:
    """A request to another port goes out without a token, and its 401 leads to nothing."""
    with ScriptedServer(answer(401)) as other:
        auth = issuer.credentials()
        fetch(driver, auth, get(issuer.url))
        fetch(driver, auth, get(f"{other.base_url}/inquiries"))
    assert other.requests[0].header("Authorization") is None
    assert issuer.record == ["token", "1 200"]


def test_redirect_to_another_host(driver: Driver, issuer: Issuer) -> None:
    """The token stays behind, and the other host's 401 leads to nothing."""
    with ScriptedServer(answer(401)) as other:
        issuer.moved_to = f"{other.base_url}/x"
        [response] = fetch(driver, issuer.credentials(), get(f"{issuer.base_url}/moved"), follow_redirects=True)
    assert response.status_code == 401
    assert other.requests[0].header("Authorization") is None
    assert issuer.record == ["token", "1 302"]


@pytest.mark.parametrize(("method", "statuses"), [("GET", [302, 401, 302, 200]), ("POST", [302, 401])])
def test_redirect_at_the_same_host(driver: Driver, issuer: Issuer, method: str, statuses: list[int]) -> None:
    """After a 401 at its end, it is followed anew, unless its first step may have done something."""
    issuer.moved_to = issuer.url
    auth = issuer.credentials()
    fetch(driver, auth, get(issuer.url))
    issuer.revoked.add("persona_access_token_issued_1")
    fetch(driver, auth, (method, f"{issuer.base_url}/moved", b""), follow_redirects=True)
    assert [int(entry[-3:]) for entry in issuer.record[2:] if entry != "token"] == statuses


def test_redirected_token_request(issuer: Issuer) -> None:
    """The assertion is not sent to where the token endpoint redirects."""
    with ScriptedServer() as other:
        issuer.faults = [answer(307, headers=[("Location", other.base_url)])]
        with pytest.raises(ApiError, match="307"):
            httpx2.get(issuer.url, auth=issuer.credentials(), follow_redirects=True)
    assert not other.requests


# --- in our clients


def test_our_client(driver: Driver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token takes the place of the API key, and is renewed after a 401."""
    monkeypatch.setenv("PERSONA_API_KEY", API_KEY)
    auth = issuer.credentials()
    outcome = driver.call(issuer.base_url, api_key=None, auth=auth)
    assert isinstance(outcome, ApiResponse)
    issuer.revoked.add("persona_access_token_issued_1")
    outcome = driver.call(issuer.base_url, api_key=None, auth=auth)
    assert isinstance(outcome, ApiResponse)
    assert issuer.record == ["token", "1 200", "1 401", "token", "2 200"]


def test_our_client_without_a_token(driver: Driver, issuer: Issuer) -> None:
    """The error of the token request, once, and no request of the call's own."""
    issuer.is_down = True
    outcome = driver.call(issuer.base_url, api_key=None, auth=issuer.credentials())
    assert isinstance(outcome, ConnectionFailedError)
    assert issuer.record == ["token"] * 3


def test_total_time_out_while_waiting_for_a_token(driver: Driver, issuer: Issuer) -> None:
    """It bounds the call, although the token request may take longer."""
    issuer.faults = [STALL]
    auth = issuer.credentials(max_retries=0, timeout=PATIENCE)
    outcome = driver.call(issuer.base_url, api_key=None, auth=auth, total_timeout=1.0)
    assert type(outcome) is TimedOutError
    assert "total_timeout" in str(outcome)


def test_http_client_of_the_callers(driver: Driver, issuer: Issuer) -> None:
    """Tokens are asked for through it, without the credentials that it has; it stays open."""
    seen: list[str] = []
    hooks = {"request": [lambda request: seen.append(request.url.path)]}
    with httpx2.Client(event_hooks=hooks, headers={"Authorization": "Bearer x"}, auth=("u", "p")) as http_client:
        fetch(driver, issuer.credentials(http_client=http_client), get(issuer.url))
        assert not http_client.is_closed
    assert seen == ["/api/v1/oauth/token"]
    assert issuer.token_requests[0].header("Authorization") is None


# --- construction


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"algorithm": "HS256"}, "algorithm"),
        ({"base_url": "http://api.example.com"}, "base_url"),
        ({"leeway": -1}, "leeway"),
        ({"leeway": float("nan")}, "leeway"),
        ({"leeway": float("inf")}, "leeway"),
        ({"total_timeout": 181}, "total_timeout"),
        ({"max_retries": -1}, "max_retries"),
        ({"scope": "a\nb:"}, "scope"),
        ({"scope": []}, "scope"),
        ({"audience": ""}, "audience"),
        ({"key_id": 7}, "key_id"),
        ({"http_client": httpx2.AsyncClient()}, "http_client"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], argument: str) -> None:
    """Refused at construction, by name."""
    with pytest.raises(InvalidRequestError) as caught:
        ClientCredentials(CLIENT_ID, key_for("ES256"), **options)
    assert caught.value.argument == argument


def test_client_id_must_not_be_empty() -> None:
    """It is the issuer of every assertion."""
    with pytest.raises(InvalidRequestError) as caught:
        ClientCredentials("", key_for("ES256"))
    assert caught.value.argument == "client_id"
