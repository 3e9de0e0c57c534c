"""Whatever the environment, the arguments and the server are: a result, or an ApiError that says what to change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client, InvalidRequestError
from persona_oauth.auth import AccessTokenAuth
from persona_oauth.models import AccessToken
from tests.client.scripted import (
    API_KEY,
    CLOSE,
    CODE,
    CUT_BODY,
    GRANT,
    OK,
    SECRETS,
    Act,
    Driver,
    ScriptedServer,
    answer,
    unused_address,
)
from tests.support.authority import impersonate
from tests.support.checkout import PACKAGE
from tests.support.environment import with_package
from tests.support.server import PATIENCE

PASSWORD = "planted-password"  # of a proxy
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of certificates that can be loaded, and one that can't."""
    folder = tmp_path_factory.mktemp("certificates")
    impersonate("localhost", folder)
    (folder / "garbage.pem").write_bytes(b"\xff not a certificate")
    return folder


@contextmanager
def environment(values: dict[str, str], folder: Path) -> Iterator[None]:
    """These variables and no others that httpx2 reads; `{folder}` is that of the certificates."""
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        patch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))  # loads faster than those of the system
        for name, value in values.items():
            if value:
                patch.setenv(name, value.replace("{folder}", str(folder)))
            else:
                patch.delenv(name, raising=False)
        yield


@dataclass(frozen=True)
class Row:
    """An environment that makes no sense, and what the error has to name."""

    values: dict[str, str]
    named: list[str] = field(default_factory=list)


ROWS = {
    "SOCKS without socksio": Row({"ALL_PROXY": f"socks5://user:{PASSWORD}@127.0.0.1:1"}, ["ALL_PROXY", "socksio"]),
    "SOCKS of a lower-case variable": Row({"all_proxy": "socks5h://127.0.0.1:1"}, ["all_proxy", "socksio"]),
    "no scheme of a proxy": Row({"ALL_PROXY": f"socks://user:{PASSWORD}@127.0.0.1:1"}, ["ALL_PROXY"]),
    "another scheme": Row({"HTTPS_PROXY": "ftp://127.0.0.1"}, ["HTTPS_PROXY"]),
    "no URL": Row({"HTTPS_PROXY": f"http://user:{PASSWORD}@[::1"}, ["HTTPS_PROXY"]),
    "no text": Row({"HTTP_PROXY": "http://\udcff"}, ["HTTP_PROXY"]),
    "the second of two": Row({"HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "socks://127.0.0.1"}, ["ALL_PROXY"]),
    "no file of certificates": Row({"SSL_CERT_FILE": "{folder}/missing/ca.pem"}, ["SSL_CERT_FILE", "No such file"]),
    "a folder in its place": Row({"SSL_CERT_FILE": "{folder}"}, ["SSL_CERT_FILE"]),
    "no certificates in it": Row({"SSL_CERT_FILE": "{folder}/garbage.pem"}, ["SSL_CERT_FILE"]),
    "an empty file": Row({"SSL_CERT_FILE": os.devnull}, ["SSL_CERT_FILE"]),
    "no file for TLS's secrets": Row({"SSLKEYLOGFILE": "{folder}/missing/keys"}, ["SSLKEYLOGFILE"]),
    "a key with a blank": Row({"PERSONA_API_KEY": f"{API_KEY} "}, ["PERSONA_API_KEY"]),
    "a base URL that is none": Row({"PERSONA_BASE_URL": f"https://user:{PASSWORD}@example.com"}, ["PERSONA_BASE_URL"]),
    "a base URL in the clear": Row({"PERSONA_BASE_URL": "http://example.com"}, ["PERSONA_BASE_URL", "https"]),
    "no level of the log": Row({"PERSONA_LOG": PASSWORD}, ["PERSONA_LOG", "debug or info"]),
    "a key that is no text": Row({"PERSONA_API_KEY": f"{API_KEY}\udcff"}, ["PERSONA_API_KEY"]),
}


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("name", ROWS)
def test_environment(certificates: Path, kind: type[Client | AsyncClient], name: str) -> None:
    """Refused at construction; the error names the variable and not its value."""
    row = ROWS[name]
    with environment(row.values, certificates), pytest.raises(InvalidRequestError) as caught:
        kind()
    for named in row.named:
        assert named in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert API_KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_environment_of_a_later_pool(certificates: Path) -> None:
    """Told by the call, where the pool is made for it: in another event loop, or in another process."""
    driver = Driver("asyncio")
    with environment({}, certificates):
        client = AsyncClient(API_KEY)
    with environment({"ALL_PROXY": "socks://127.0.0.1"}, certificates):

        async def main() -> None:
            await client.oauth.create_access_token(code=CODE)

        with pytest.raises(InvalidRequestError, match="ALL_PROXY"):
            driver.run(main)


@pytest.mark.parametrize("proxy", ["dead", "socks5://127.0.0.1:1", "socks://127.0.0.1:1", "http://[::1"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_proxy(certificates: Path, driver: Driver, host: str, variable: str, proxy: str) -> None:
    """It leads to this machine, which a proxy can't reach: whatever proxy the environment has."""
    dead = unused_address().removesuffix("/api/v1")
    with ScriptedServer(OK) as server, environment({variable: dead if proxy == "dead" else proxy}, certificates):
        assert isinstance(driver.call(server.base_url.replace("127.0.0.1", host)), ApiResponse)


def test_plain_http_needs_no_certificates(certificates: Path, driver: Driver) -> None:
    """A loopback address without TLS is served whatever the certificates; with TLS, and elsewhere, they are loaded."""
    with ScriptedServer(OK) as server, environment({"SSL_CERT_FILE": os.devnull}, certificates):
        assert isinstance(driver.call(server.base_url), ApiResponse)
        for other in ("https://api.example.com", server.base_url.replace("http:", "https:")):
            with pytest.raises(InvalidRequestError, match="SSL_CERT_FILE"):
                driver.call(other)


def test_other_hosts_need_the_proxy(certificates: Path, driver: Driver) -> None:
    """The one of the environment is asked for a tunnel."""
    with ScriptedServer(answer(403, b"")) as proxy, environment({"HTTPS_PROXY": proxy.base_url}, certificates):
        outcome = driver.call("https://api.example.com", max_retries=0)
    assert isinstance(outcome, ApiError)
    assert [request.line for request in proxy.requests] == ["CONNECT api.example.com:443 HTTP/1.1"]


BAD_ARGUMENTS: dict[str, dict[str, Any]] = {
    "an empty label": {"base_url": "https://a..b"},
    "a long label": {"base_url": f"https://{'a' * 64}.example.com"},
    "a URL object": {"base_url": httpx2.URL("https://example.com")},
    "bytes": {"base_url": b"https://example.com"},
    "a text as auth": {"auth": "x"},
    "a pair as auth": {"auth": ("user", "password")},
    "a class as auth": {"auth": httpx2.BasicAuth},
    "a time-out beyond sockets": {"timeout": 1e10},
    "a part of it": {"timeout": httpx2.Timeout(5.0, read=1e10)},
    "a pair as time-out": {"timeout": (5.0,)},
    "a text as time-out": {"timeout": "5"},
    "a total time-out beyond": {"total_timeout": 1e10},
    "a number beyond floats": {"total_timeout": 10**400},
    "a wait beyond": {"max_retry_wait": 1e10},
}


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("name", BAD_ARGUMENTS)
def test_bad_argument(kind: type[Client | AsyncClient], name: str) -> None:
    """Refused at construction, by name."""
    with pytest.raises(InvalidRequestError) as caught:
        kind(**{"api_key": API_KEY, **BAD_ARGUMENTS[name]})
    assert caught.value.argument == next(iter(BAD_ARGUMENTS[name]))


def test_time_outs_of_a_call(driver: Driver) -> None:
    """They are bounded as those of the client."""
    with ScriptedServer() as server:
        for call in ({"timeout": 1e10}, {"total_timeout": 1e10}, {"timeout": "x"}):
            assert isinstance(driver.call(server.base_url, call), InvalidRequestError)


def test_longest_time_out(driver: Driver) -> None:
    """What is not refused works."""
    with ScriptedServer(OK) as server:
        outcome = driver.call(server.base_url, timeout=1e6, total_timeout=1e6, max_retry_wait=1e6)
    assert isinstance(outcome, ApiResponse)


# --- whatever it is


def with_header(status: int, name: str, value: str) -> Act:
    """A header of any text, in Latin-1 (RFC 9110, 5.5)."""
    body = json.dumps(GRANT).encode()
    length = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n"
    return Act(f"{length}{name}: {value}\r\n\r\n".encode("latin-1") + body)


PORT = "{port}"
PROXIES = """
    127.0.0.1:{port} http://127.0.0.1:{port} https://127.0.0.1:{port} http://user:%ff@127.0.0.1:{port} http://127.0.0.1:1
    http://a..b:1 socks5://127.0.0.1:1 socks://x http://[::1 http://\udcff //
"""
NO_PROXY = "* localhost a..b,[::1 127.0.0.1/99 \udcff http://[ %"
PATHS = f"{{folder}}/missing/file {{folder}} {{folder}}/garbage.pem {{folder}}/trusted.pem {os.devnull}"
URLS = f"""
    http://127.0.0.1:{{port}} https://127.0.0.1:{{port}} http://127.0.0.1:1 HTTP://LOCALHOST:{{port}} http://127.0.0.1:0
    http://127.0.0.1:99999 http://localhost:{{port}}/%zz https://a..b https://{"a" * 64}.b https://xn--a http://[::1
    https:// https://\udcff https://host.invalid
"""
KEYS = [None, "", API_KEY, "a b", "\udcff", b"k", 5, {"bearerAuth": "k"}, {"x": "k"}, {1: 2}]
AUTHS = [None, "x", ("a", "b"), object(), httpx2.BasicAuth("a", "b"), httpx2.Auth, 5]
NUMBERS: list[Any] = [None, 0, -1, 0.2, 5, 1e10, 10**400, float("inf"), float("nan"), True, "5", (5,), [], 2]
HEADERS: list[Any] = [None, "x", [("a", "b")], {1: 2}, {"": "y"}, {"X": "\udcff"}, {"Host": "a b"}, {"Host": "b"}]
HEADERS += [{"X": "y"}, {"Content-Length": "1"}, {"Connection": "close"}, {"Accept-Encoding": "zstd"}]
ENVIRONMENTS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("HTTP_PROXY", "https_proxy", "ALL_PROXY"), st.sampled_from(PROXIES.split())),
        **dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"), st.sampled_from(PATHS.split())),
        "NO_PROXY": st.sampled_from(NO_PROXY.split()),
        "PERSONA_API_KEY": st.sampled_from([" ", "key-of-the-environment", "\udcff", "k" * 100_000]),
    },
)
DURATIONS = ("timeout", "total_timeout", "max_retry_wait")
ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "api_key": st.sampled_from(KEYS),
        "auth": st.sampled_from(AUTHS),
        "base_url": st.sampled_from([*URLS.split(), "", 5, b"x"]),
        "headers": st.sampled_from(HEADERS),
        **dict.fromkeys((*DURATIONS, "max_retries", "max_response_size"), st.sampled_from(NUMBERS)),
        "http_client": st.sampled_from([None, object(), "x"]),
    },
)
NAMES = "Content-Type Content-Encoding Set-Cookie Location Retry-After Date".split()
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20)
ACTS = st.one_of(
    st.sampled_from([OK, CLOSE, Act(CUT_BODY, "close"), Act(b"", "reset"), answer(503, b"")]),
    st.binary(max_size=40).map(lambda body: answer(201, body)),
    st.binary(max_size=40).map(lambda data: Act(b"HTTP/1.1 " + data, "close")),
    st.builds(with_header, st.sampled_from([201, 301, 503]), st.sampled_from(NAMES), VALUES),
)


@pytest.mark.sweep
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(values=ENVIRONMENTS, arguments=ARGUMENTS, act=ACTS)
def test_everything_raised_is_an_api_error(
    driver: Driver, certificates: Path, values: dict[str, str], arguments: dict[str, Any], act: Act
) -> None:
    """Nothing else comes out, and no warning."""
    with ScriptedServer(choose=lambda _: act) as server:
        port = server.address.rpartition(":")[2]
        values = {name: value.replace(PORT, port) for name, value in values.items()}
        options: dict[str, Any] = {"base_url": "http://127.0.0.1:{port}", "total_timeout": 2.0, "max_retries": 0}
        for name, value in {**options, **arguments}.items():
            options[name] = value.replace(PORT, port) if isinstance(value, str) else value
        with environment(values, certificates):
            try:
                outcome = driver.call(**options)
            except ApiError as error:  # of the constructor
                outcome = error
    assert isinstance(outcome, (ApiResponse, ApiError))


def test_base_url_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that of a client that is given none; an empty one is none."""
    with ScriptedServer(OK) as server:
        monkeypatch.setenv("PERSONA_BASE_URL", server.base_url)
        assert repr(AsyncClient(API_KEY)) == f"AsyncClient(base_url={server.base_url!r})"
        with Client(API_KEY) as client:
            client.oauth.create_access_token(code=CODE)
    assert repr(Client(API_KEY, base_url="https://example.com")) == "Client(base_url='https://example.com')"
    monkeypatch.setenv("PERSONA_BASE_URL", "")
    assert repr(Client(API_KEY)) == "Client(base_url='https://api.withpersona.com/api/v1')"


def test_base_url_of_the_environment_and_auth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client and its `auth` are of the same origin, wherever that comes from."""
    monkeypatch.setenv("PERSONA_BASE_URL", "http://127.0.0.1:9/api")
    token = AccessToken(access_token="t", token_type="bearer", expires_in=9, scope="")
    auth = AccessTokenAuth(token)
    assert repr(Client(auth=auth)) == "Client(base_url='http://127.0.0.1:9/api')"
    monkeypatch.setenv("PERSONA_BASE_URL", "ftp://127.0.0.1")
    with pytest.raises(InvalidRequestError, match="PERSONA_BASE_URL"):
        AccessTokenAuth(token)


@pytest.mark.parametrize(("level", "lines"), [("debug", 3), ("INFO", 1), ("", 0)])
def test_log_of_the_environment(level: str, lines: int) -> None:
    """Each line once on standard error, however many clients there are, and without secrets."""
    program = "\n".join(
        [
            f"import sys; from {PACKAGE} import Client",
            "other = Client()",
            "with Client(base_url=sys.argv[1]) as client: client.oauth.create_access_token(code=sys.argv[2])",
        ]
    )
    busy = answer(503, b"", [("retry-after-ms", "1")])
    with ScriptedServer(busy, OK) as server:
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, server.base_url, CODE],
            env=with_package(PERSONA_API_KEY=API_KEY, PERSONA_LOG=level),
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
    written = run.stderr.splitlines()
    assert len(written) == lines, run.stderr
    assert not lines or any(f" INFO {PACKAGE}: POST /oauth/token: repeat in " in line for line in written)
    for secret in SECRETS:
        assert secret not in run.stderr
