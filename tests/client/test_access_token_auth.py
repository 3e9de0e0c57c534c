"""An access token that is given: how long it is sent, to whom, and what follows it."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

import persona_oauth
from persona_oauth import ApiError, Client, ForbiddenError, InvalidRequestError, TimedOutError
from persona_oauth._renewal import RenewingAuth
from persona_oauth.auth import AccessTokenAuth, TokenExpiredError
from persona_oauth.models import AccessToken
from tests.client.issuer import TOKEN_PREFIX, Issuer, fetch, get, set_clock_of_credentials
from tests.client.scripted import API_KEY, GRANT, RESET, Driver, FakeClock, ScriptedServer, answer
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The clock of all credentials."""
    clock = FakeClock()
    set_clock_of_credentials(monkeypatch, clock)
    return clock


@pytest.fixture
def api() -> Iterator[Issuer]:
    """An API that accepts the tokens made below; nobody asks it for one."""
    api = Issuer()
    with api.serve():
        yield api
    assert "token" not in api.record


def token(name: int = 1, life: int = 600) -> AccessToken:
    """A token that the API accepts."""
    return AccessToken(access_token=f"{TOKEN_PREFIX}{name}", token_type="bearer", expires_in=life, scope="")


class Renewals:
    """Supplies the tokens 2, 3 and so on, or fails."""

    def __init__(self, life: int = 600) -> None:
        self.count = 0
        self.life = life
        self.error: Exception | None = None

    def __call__(self) -> AccessToken:
        self.count += 1
        if self.error:
            raise self.error
        return token(self.count + 1, self.life)


def test_life(driver: Driver, api: Issuer, clock: FakeClock) -> None:
    """It is sent until its end, then nothing is."""
    auth = AccessTokenAuth(token(), base_url=api.base_url)
    clock.now = 599.5
    fetch(driver, auth, get(api.url))
    clock.now = 600
    with pytest.raises(TokenExpiredError, match="ask for a new one"):
        fetch(driver, auth, get(api.url))
    assert api.record == ["1 200"]


def test_age(driver: Driver, api: Issuer, clock: FakeClock) -> None:
    """Of a token that was kept for a while."""
    auth = AccessTokenAuth(token(), age=590, base_url=api.base_url)
    assert auth.expires_in == 10
    clock.advance(10)
    assert auth.expires_in == 0
    with pytest.raises(TokenExpiredError):
        fetch(driver, auth, get(api.url))


def test_age_of_a_token_of_a_call(api: Issuer, clock: FakeClock) -> None:
    """It counts from the first attempt of that call, however long ago that is."""
    with (
        ScriptedServer(RESET, answer(201, GRANT)) as server,
        Client(api_key=API_KEY, base_url=server.base_url) as client,
    ):
        client._transport.clock = clock
        granted = client.oauth.create_access_token(code="c")
    clock.advance(1000)
    auth = AccessTokenAuth(granted, base_url=api.base_url)
    assert clock.waits == [0.5]
    assert auth.expires_in == 3599 - 1000.5
    assert AccessTokenAuth(granted, age=7, base_url=api.base_url).expires_in == 3592
    clock.advance(3000)
    assert AccessTokenAuth(granted, base_url=api.base_url).expires_in == 0


def test_renewal_with_a_token_that_was_kept(driver: Driver, api: Issuer, clock: FakeClock) -> None:
    """Its life counts from the call that it came from, too."""
    grant = {**GRANT, "access-token": f"{TOKEN_PREFIX}1"}
    with ScriptedServer(answer(201, grant)) as server, Client(api_key=API_KEY, base_url=server.base_url) as client:
        client._transport.clock = clock
        granted = client.oauth.create_access_token(code="c")
    clock.advance(1000)
    auth = AccessTokenAuth(token(life=0), renew=lambda: granted, base_url=api.base_url)
    fetch(driver, auth, get(api.url))
    assert auth.expires_in == 2599


def test_dead_token_is_not_sent_in_our_client(driver: Driver, api: Issuer) -> None:
    """The call raises the same error, an `ApiError`."""
    outcome = driver.call(api.base_url, api_key=None, auth=AccessTokenAuth(token(life=0), base_url=api.base_url))
    assert isinstance(outcome, TokenExpiredError)
    assert isinstance(outcome, ApiError)
    assert api.record == []


def test_from_the_grant_to_the_api(api: Issuer) -> None:
    """The answer of `create_access_token` as it is."""
    grant = {**GRANT, "access-token": f"{TOKEN_PREFIX}1"}
    with ScriptedServer(answer(201, grant)) as server, Client(api_key=API_KEY, base_url=server.base_url) as client:
        auth = AccessTokenAuth(client.oauth.create_access_token(code="c"), base_url=api.base_url)
    assert auth.expires_in == 3599
    assert httpx2.get(api.url, auth=auth).status_code == 200


def test_refused_token(driver: Driver, api: Issuer) -> None:
    """Without `renew` a 401 is the answer."""
    api.is_strict = True
    assert fetch(driver, AccessTokenAuth(token(), base_url=api.base_url), get(api.url))[0].status_code == 401
    assert api.record == ["1 401"]


def test_other_host(driver: Driver, api: Issuer) -> None:
    """Not even a dead token keeps a request to another host from being sent, without it."""
    with ScriptedServer(answer(200)) as other:
        fetch(driver, AccessTokenAuth(token(life=0), base_url=api.base_url), get(other.base_url))
    assert other.requests[0].header("Authorization") is None


# --- renew


def test_renew(driver: Driver, api: Issuer, clock: FakeClock) -> None:
    """Called before the token ends, and again before that one does."""
    renew = Renewals()
    auth = AccessTokenAuth(token(), renew=renew, base_url=api.base_url)
    for now in (539, 540, 1079, 1080, 5000):
        clock.now = now
        fetch(driver, auth, get(api.url))
    assert api.record == ["1 200", "2 200", "2 200", "3 200", "4 200"]
    assert renew.count == 3


def test_renew_after_401(driver: Driver, api: Issuer, clock: FakeClock) -> None:
    """And the request is repeated, once."""
    renew = Renewals()
    auth = AccessTokenAuth(token(), renew=renew, base_url=api.base_url)
    api.revoked.add(f"{TOKEN_PREFIX}1")
    assert fetch(driver, auth, get(api.url))[0].status_code == 200
    api.is_strict = True
    clock.advance(5)
    assert fetch(driver, auth, get(api.url))[0].status_code == 401
    assert api.record == ["1 401", "2 200", "2 401", "3 401"]


@pytest.mark.parametrize("error", [LookupError("no more codes"), ForbiddenError("403 Forbidden", status_code=403)])
def test_renew_that_fails(driver: Driver, api: Issuer, clock: FakeClock, error: Exception) -> None:
    """The old token serves as long as it lives; then the error is raised, of whatever class it is."""
    renew = Renewals()
    renew.error = error
    auth = AccessTokenAuth(token(), renew=renew, base_url=api.base_url)
    clock.now = 599
    fetch(driver, auth, get(api.url))
    clock.now = 600
    with pytest.raises(type(error), match=str(error)):
        fetch(driver, auth, get(api.url))
    assert api.record == ["1 200"]
    renew.error = None
    clock.advance(5)
    fetch(driver, auth, get(api.url))
    assert api.record == ["1 200", "4 200"]


def test_error_of_renew_that_many_get(api: Issuer, clock: FakeClock) -> None:
    """It shows where `renew` went wrong, and does not grow with each who gets it."""
    renew = Renewals()
    renew.error = LookupError("no more codes")
    auth = AccessTokenAuth(token(life=0), renew=renew, base_url=api.base_url)
    lengths = []
    for _ in range(3):
        with pytest.raises(LookupError) as caught:
            httpx2.get(api.url, auth=auth)
        frames = traceback.extract_tb(caught.value.__traceback__)
        assert frames[-1].name == "__call__"
        lengths.append(len(frames))
    assert renew.count == 1
    assert len(set(lengths)) == 1


def test_renew_that_fails_where_nothing_logs() -> None:
    """An application that has not set up logging gets the error, and nothing on its stderr."""
    code = f"""
import httpx2
from {PACKAGE}.auth import AccessTokenAuth
from {PACKAGE}.models import AccessToken
dead = AccessToken(access_token="t", token_type="bearer", expires_in=0, scope="")
try:
    next(AccessTokenAuth(dead, renew=lambda: 1 / 0).sync_auth_flow(httpx2.Request("GET", "https://api.withpersona.com")))
except ZeroDivisionError:
    print("raised")
"""
    path = str(Path(persona_oauth.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert (run.stdout, run.stderr) == ("raised\n", "")


def test_renew_with_a_dead_token(driver: Driver, api: Issuer) -> None:
    """Nothing is sent then, either."""
    auth = AccessTokenAuth(token(life=0), renew=Renewals(life=0), base_url=api.base_url)
    with pytest.raises(TokenExpiredError, match="renew"):
        fetch(driver, auth, get(api.url))


def test_renew_that_hangs(driver: Driver, api: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for it has an end."""
    monkeypatch.setattr(RenewingAuth, "_longest_wait", 0.05)
    release = threading.Event()

    def renew() -> AccessToken:
        release.wait(PATIENCE)
        return token(2)

    auth = AccessTokenAuth(token(life=0), renew=renew, base_url=api.base_url)
    with pytest.raises(TimedOutError):
        fetch(driver, auth, get(api.url))
    release.set()


async def _coroutine() -> AccessToken:
    return token()


@pytest.mark.parametrize(
    "renew", [_coroutine, lambda: None, lambda: f"{TOKEN_PREFIX}2"], ids=["coroutine", "nothing", "text"]
)
def test_renew_with_something_else(driver: Driver, api: Issuer, renew: Callable[[], Any]) -> None:
    """A coroutine, nothing, or the token's bare text is refused, without a warning of Python's."""
    auth = AccessTokenAuth(token(life=0), renew=renew, base_url=api.base_url)
    with pytest.raises(InvalidRequestError) as caught:
        fetch(driver, auth, get(api.url))
    assert caught.value.argument == "renew"
    assert TOKEN_PREFIX not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"token": "persona_access_token_bare"}, "token"),
        ({"token": SimpleNamespace(access_token="persona_access_token_bare", expires_in="600")}, "token"),
        ({"age": -1}, "age"),
        ({"age": float("inf")}, "age"),
        ({"renew": 7}, "renew"),
        ({"leeway": "1"}, "leeway"),
        ({"base_url": "ftp://x"}, "base_url"),
        ({"total_timeout": 0}, "total_timeout"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], argument: str) -> None:
    """Refused at construction, by name."""
    with pytest.raises(InvalidRequestError) as caught:
        AccessTokenAuth(**{"token": token(), **options})
    assert caught.value.argument == argument
    assert "bare" not in str(caught.value)


def test_huge_life(api: Issuer) -> None:
    """A number beyond floats is a long life."""
    auth = AccessTokenAuth(token(life=10**400), base_url=api.base_url)
    assert httpx2.get(api.url, auth=auth).status_code == 200
