"""Neither key, password, assertion nor token is in any text that we make; a key that can't be used is told plainly."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from persona_oauth import ApiError, ConnectionFailedError, InvalidRequestError, UnauthorizedError
from persona_oauth.auth import AccessTokenAuth, ClientCredentials, TokenExpiredError
from persona_oauth.models import AccessToken
from tests.client.issuer import (
    CLIENT_ID,
    TOKEN_PREFIX,
    Issuer,
    SkewedClock,
    fetch,
    get,
    key_for,
    pem,
    set_clock_of_credentials,
)
from tests.client.scripted import CODE, GRANT, Act, Driver, Received, answer
from tests.support.checkout import DISTRIBUTION, PACKAGE

PASSWORD = "planted-password-of-a-key"
KEYS = {algorithm: pem(key_for(algorithm)) for algorithm in ("ES256", "RS256")}
TOKEN = AccessToken(access_token=f"{TOKEN_PREFIX}planted", token_type="bearer", expires_in=60, scope="")


def pieces_of(text: str) -> list[str]:
    """Parts of a key that would give it away: its lines, in PEM and in the repr of bytes alike."""
    return [line for line in text.splitlines() if len(line) > 20 and "-----" not in line]


def public_pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


class Refused(NamedTuple):
    """A key, the other options, and what is said of them."""

    key: Any
    options: dict[str, Any]
    says: str
    argument: str = "private_key"


REFUSED = {
    "EC key for RS256": Refused(KEYS["ES256"], {"algorithm": "RS256"}, 'pass algorithm="ES256"'),
    "RSA key for ES256": Refused(KEYS["RS256"], {"algorithm": "ES256"}, 'pass algorithm="RS256"'),
    "other curve": Refused(ec.generate_private_key(ec.SECP384R1()), {}, "P-256"),
    "short RSA key": Refused(rsa.generate_private_key(65537, 1024), {"algorithm": "RS256"}, "2048 bits"),
    "neither": Refused(
        ed25519.Ed25519PrivateKey.generate(), {}, "must be a private RSA key, or one on the curve P-256"
    ),
    "public key": Refused(public_pem(key_for("ES256")), {}, "is not a private key"),
    "public key object": Refused(key_for("ES256").public_key(), {}, "must be a private RSA key"),
    "number": Refused(7, {}, "must be a private RSA key"),
    "None": Refused(None, {}, "must be a private RSA key"),
    "encrypted": Refused(pem(key_for("ES256"), PASSWORD), {}, "is encrypted: pass password="),
    "wrong password": Refused(pem(key_for("ES256"), "x"), {"password": PASSWORD}, "can't be read with this password"),
    "needless password": Refused(KEYS["ES256"], {"password": PASSWORD}, "is not encrypted"),
    "damaged": Refused(KEYS["ES256"].replace("M", "N"), {}, "is not a private key in PEM"),
    "without its first line": Refused(KEYS["RS256"].partition("\n")[2], {}, "neither PEM text nor the path"),
    "base64 in one line": Refused(base64.b64encode(KEYS["RS256"].encode()).decode(), {}, "neither PEM text nor"),
    "bytes without PEM": Refused(KEYS["ES256"][30:].encode(), {}, "is not a private key in PEM"),
    "escaped line breaks": Refused(KEYS["ES256"].replace("\n", "\\n"), {}, r"private_key.replace('\\n', '\n')"),
    "escaped bytes": Refused(KEYS["RS256"].replace("\n", "\\n").encode(), {}, r"private_key.replace('\\n', '\n')"),
    "escaped and encrypted": Refused(
        pem(key_for("ES256"), PASSWORD).replace("\n", "\\n"), {"password": PASSWORD}, "as two characters"
    ),
    "accents": Refused(KEYS["ES256"].replace("M", "é"), {}, "is not a private key in PEM"),
    "no such file": Refused(Path("/no/such/key.pem"), {}, "neither PEM text nor the path of a file"),
    "folder": Refused(Path(__file__).parent, {}, "neither PEM text nor the path of a file"),
    "null in a path": Refused("key\0.pem", {}, "neither PEM text nor the path of a file"),
    "other mistake": Refused(KEYS["ES256"], {"leeway": -1, "password": PASSWORD}, "leeway", "leeway"),
}


def texts_of(error: BaseException, *, ours_only: bool) -> Iterator[str]:
    """All that may be printed of an error: itself, its chain and the locals of all frames, or of those in our package.

    The caller's own frames hold what the caller passed in.
    """
    yield repr(error)
    yield repr(vars(error))
    shown: traceback.TracebackException | None
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    while shown is not None:
        kept = [frame for frame in shown.stack if PACKAGE in frame.filename or not ours_only]
        shown.stack = traceback.StackSummary.from_list([one for one in kept if "/tests/" not in one.filename])
        yield from shown.format(chain=False)
        shown = shown.__cause__ or shown.__context__


@pytest.mark.parametrize("name", REFUSED)
def test_key_that_is_refused(name: str) -> None:
    """At construction, with a reason, without anything of key and password."""
    key, options, says, argument = REFUSED[name]
    with pytest.raises(InvalidRequestError) as caught:
        ClientCredentials(CLIENT_ID, key, **options)
    assert says in str(caught.value)
    assert caught.value.argument == argument
    given = key if isinstance(key, str) else key.decode() if isinstance(key, bytes) else ""
    for text in texts_of(caught.value, ours_only=True):
        assert PASSWORD not in text
        for secret in pieces_of(given):
            assert secret not in text


@pytest.mark.parametrize("options", [{}, {"leeway": -1}, {"age": -1}, {"base_url": "ftp://x"}])
def test_bare_token_that_is_refused(options: dict[str, Any]) -> None:
    """The text of a token in place of the API's answer is a likely mistake, and may come with another."""
    bare: Any = TOKEN.access_token
    with pytest.raises(InvalidRequestError) as caught:
        AccessTokenAuth(bare, **options)
    for text in texts_of(caught.value, ours_only=True):
        assert TOKEN_PREFIX not in text


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and how to install it."""
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(InvalidRequestError, match=rf'pip install "{DISTRIBUTION}\[jwt\]"'):
        ClientCredentials(CLIENT_ID, KEYS["ES256"])


def test_package_without_the_extra() -> None:
    """All of it can be imported, and tokens from elsewhere be used, where nothing can sign."""
    code = f"""
import sys
sys.modules["joserfc"] = sys.modules["cryptography"] = None
import {PACKAGE}.scopes, {PACKAGE}.api.oauth
from {PACKAGE} import auth, models
token = models.AccessToken(access_token="t", token_type="bearer", expires_in=9, scope="")
auth.AccessTokenAuth(token)
"""
    path = str(Path(__file__).parents[2] / "generated")
    subprocess.run([sys.executable, "-W", "error", "-c", code], env={"PYTHONPATH": path}, check=True)


def test_repr(driver: Driver) -> None:
    """Whose credentials they are, and where they go; also of all that they hold."""
    issuer = Issuer()
    with issuer.serve():
        auth = issuer.credentials(private_key=pem(key_for("ES256"), PASSWORD), password=PASSWORD)
        fetch(driver, auth, get(issuer.url))
    other = AccessTokenAuth(TOKEN)
    assert repr(auth) == f"ClientCredentials('oc_client', base_url='{issuer.base_url}')"
    assert repr(other) == "AccessTokenAuth(base_url='https://api.withpersona.com/api/v1')"
    for text in (repr(vars(auth)), repr(vars(other)), f"{auth} {other}"):
        for secret in (TOKEN_PREFIX, PASSWORD, *pieces_of(KEYS["ES256"])):
            assert secret not in text


@pytest.mark.parametrize("how", [pickle.dumps, copy.copy, copy.deepcopy])
def test_not_to_be_pickled(how: Callable[[object], object]) -> None:
    """Nor copied."""
    for auth in (ClientCredentials(CLIENT_ID, KEYS["ES256"]), AccessTokenAuth(TOKEN)):
        with pytest.raises(TypeError, match="holds secrets"):
            how(auth)


def echo(request: Received) -> Act:
    """An answer that quotes the whole request."""
    return answer(401, {"errors": [{"title": request.body.decode(), "details": request.raw.decode()}]})


@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize("what", ["echo", "down", "odd token", "not JSON"])
def test_failures(
    driver: Driver, what: str, retries: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token request that fails leaves neither assertion nor token in error, traceback, locals or log."""
    caplog.set_level(logging.DEBUG)
    set_clock_of_credentials(monkeypatch, SkewedClock())
    issuer = Issuer(is_down=what == "down")
    with issuer.serve() as server:
        auth = issuer.credentials(max_retries=retries, total_timeout=30.0)
        if what == "echo":
            monkeypatch.setattr(issuer, "answer_token", echo)
        elif what == "odd token":
            issuer.faults = [answer(201, {**GRANT, "access-token": f"{TOKEN_PREFIX}odd\x01"})]
        elif what == "not JSON":
            issuer.faults = [answer(201, f"<p>{TOKEN_PREFIX}</p>".encode())]
        with pytest.raises(ApiError) as caught:
            fetch(driver, auth, get(issuer.url))
    assertion = server.requests[0].body.partition(b"client_assertion=")[2].decode()
    assert len(assertion) > 100
    for text in [*texts_of(caught.value, ours_only=False), *log_of(caplog)]:
        assert assertion not in text
        assert assertion.rpartition(".")[2] not in text
        assert TOKEN_PREFIX not in text


def test_failure_in_our_client(driver: Driver) -> None:
    """Nor does a token request that fails inside of a call of ours, when the API refuses the token."""
    issuer = Issuer(is_strict=True)
    with issuer.serve() as server:
        outcome = driver.call(issuer.base_url, api_key=None, auth=issuer.credentials())
    assert isinstance(outcome, UnauthorizedError)
    assert len(server.requests) == 4
    for text in texts_of(outcome, ours_only=True):
        assert TOKEN_PREFIX not in text


class Crashing(httpx2.Auth):
    """An auth flow of the integrator's, with a mistake in it."""

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Fails before the request."""
        tokens: dict[str, httpx2.Request] = {}
        yield tokens["current"]


@pytest.mark.parametrize("what", ["no token", "dead token", "crash"])
def test_auth_flow_that_fails_in_our_client(driver: Driver, what: str) -> None:
    """Its error comes out as it is, once, and with no argument of the call in our frames."""
    issuer = Issuer(is_down=True)
    with issuer.serve() as server:
        auth: httpx2.Auth = issuer.credentials(max_retries=1)
        if what == "dead token":
            auth = AccessTokenAuth(TOKEN, age=61.0, base_url=server.base_url)
        with pytest.raises((ApiError, KeyError)) as caught:
            raise_outcome(driver.call(server.base_url, api_key=None, auth=Crashing() if what == "crash" else auth))
    assert issuer.count == (2 if what == "no token" else 0)
    assert len(server.requests) == issuer.count
    expected = {"no token": ConnectionFailedError, "dead token": TokenExpiredError, "crash": KeyError}
    assert isinstance(caught.value, expected[what])
    assert getattr(caught.value, "attempts", 0) == issuer.count
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    sending = [one for one in shown.stack if f"/{PACKAGE}/" in one.filename]
    assert sending
    for frame in sending:
        assert CODE not in str(frame.locals)


def raise_outcome(outcome: object) -> None:
    """As a caller sees it."""
    if isinstance(outcome, ApiError):
        raise outcome


def test_log(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """Of a success, at the most talkative level: ours, and that of httpx2 and what is below it."""
    caplog.set_level(logging.DEBUG)
    issuer = Issuer()
    with issuer.serve() as server:
        fetch(driver, issuer.credentials(), get(issuer.url))
    assertion = server.requests[0].body.partition(b"client_assertion=")[2].decode()
    texts = list(log_of(caplog))
    assert texts
    for text in texts:
        assert assertion not in text
        assert TOKEN_PREFIX not in text


def log_of(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    formatter = logging.Formatter()
    yield from map(formatter.format, caplog.records)
