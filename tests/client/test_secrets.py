"""No text that we make holds a secret, whatever goes wrong."""

from __future__ import annotations

import dataclasses
import json
import logging
import pkgutil
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest

import persona_oauth
from persona_oauth import ApiError, ApiResponse, AsyncClient, Client, InvalidRequestError
from persona_oauth.models import AccessToken
from persona_oauth.stores import Entry
from tests.client.scripted import API_KEY, CODE, SECRETS, TOKEN, Act, Driver, ScriptedServer, answer
from tests.client.test_faults import ROWS, Row
from tests.support.checkout import PACKAGE

ECHO = f'<p>Authorization: Bearer {API_KEY}, "code=\\"{CODE}\\""</p>'.encode()
ECHOES = {
    "502 that echoes the request": Row([answer(502, ECHO)], ApiError, settings={"max_retries": 0}),
    "400 that echoes the request": Row([answer(400, {"errors": [{"title": API_KEY, "details": CODE}]})], ApiError),
    "malformed header with a new token": Row(
        [Act(b"HTTP/1.1 201 X\r\n" + TOKEN.encode() + b"\x01: 1\r\n\r\n", "close")],
        ApiError,
        settings={"max_retries": 0},
    ),
    "201 with the token as a number's value": Row(
        [answer(201, {"access-token": TOKEN, "expires-in": TOKEN})], ApiError
    ),
}


def texts_of(outcome: ApiResponse[AccessToken] | ApiError) -> Iterator[str]:
    """Everything that a caller may print of an outcome, causes and locals of our frames included."""
    yield repr(outcome)
    yield str(outcome)
    if isinstance(outcome, ApiResponse):
        yield repr(outcome.data)
        return
    yield repr({**vars(outcome), "errors": outcome.errors})
    shown = traceback.TracebackException.from_exception(outcome, capture_locals=True)
    # The caller's own frames hold what the caller passed in; ours must not.
    shown.stack = traceback.StackSummary.from_list([one for one in shown.stack if f"/{PACKAGE}/" in one.filename])
    yield from shown.format()
    assert outcome.__context__ is None
    if outcome.__cause__ is not None:
        yield repr(outcome.__cause__)
        yield repr(vars(outcome.__cause__))
        assert outcome.__cause__.__cause__ is None
        assert outcome.__cause__.__context__ is None


@pytest.mark.parametrize("name", [*ROWS, *ECHOES])
def test_fault_matrix(driver: Driver, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Over the whole matrix: no repr, message, log line, cause or local of ours holds a secret."""
    caplog.set_level(logging.DEBUG, PACKAGE)
    row = (ROWS | ECHOES)[name]
    with ScriptedServer(*row.script) as server:
        outcome = driver.call(server.base_url, **row.settings)
    log = [record.getMessage() for record in caplog.records if record.name == PACKAGE]
    assert log
    for text in [*texts_of(outcome), *log]:
        for secret in SECRETS:
            assert secret not in text


AWKWARD = 'oat_a/b "é"\\ %'
WAYS = {
    "as it is": AWKWARD,
    "in a path": quote(AWKWARD),
    "in a query": quote(AWKWARD, safe=""),
    "in JSON": json.dumps(AWKWARD)[1:-1],
}


@pytest.mark.parametrize("way", WAYS)
def test_secret_that_the_server_writes_in_another_way(driver: Driver, way: str) -> None:
    """It is hidden, too."""
    with ScriptedServer(answer(400, f"<p>{WAYS[way]}</p>".encode())) as server:
        outcome = driver.call(server.base_url, {"code": AWKWARD})
    assert isinstance(outcome, ApiError)
    assert outcome.body == "<p>[redacted]</p>"


def test_secret_that_begins_with_another(driver: Driver) -> None:
    """It is hidden to its end."""
    longer = f"{API_KEY}-and-more"
    with ScriptedServer(answer(400, f"<p>{longer}</p>".encode())) as server:
        outcome = driver.call(server.base_url, {"code": longer})
    assert isinstance(outcome, ApiError)
    assert outcome.body == "<p>[redacted]</p>"


def test_log_line(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """One line for each attempt, one for each wait: method, path, status, attempt, duration, request id."""
    caplog.set_level(logging.DEBUG, PACKAGE)
    script = [answer(503, b"", [("Retry-After", "2")]), answer(201, headers=[("Request-Id", "req_1")])]
    with ScriptedServer(*script) as server:
        driver.call(server.base_url)
    assert [record.getMessage() for record in caplog.records if record.name == PACKAGE] == [
        "POST /oauth/token: attempt 1, 503, 0.000 s, request id None",
        "POST /oauth/token: repeat in 2.500 s after 503 (Retry-After asks for 2 s)",
        "POST /oauth/token: attempt 2, 201, 0.000 s, request id req_1",
    ]


@pytest.mark.parametrize("key", ["", " ", f"{API_KEY}\n", f"Bearer {API_KEY}", f"{API_KEY}é", f"\t{API_KEY}", 7])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_bad_key_is_refused_at_construction(kind: type[Client | AsyncClient], key: str) -> None:
    """Blanks, line breaks and non-ASCII; the refusal names the argument and not the value."""
    with pytest.raises(InvalidRequestError) as caught:
        kind(api_key=key)
    assert caught.value.argument == "api_key"
    assert API_KEY not in str(caught.value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": f"{API_KEY}\n"},
        {"api_key": API_KEY, "timeout": 0},
        {"api_key": API_KEY, "http_client": 7},
        {"headers": {"Authorization": f"Bearer {API_KEY}\r\n"}},
        {"headers": {"X-Key": API_KEY, "Content-Length": "1"}},
        {"headers": [("X-Key", API_KEY)]},
        {"base_url": f"https://user:{API_KEY}@example.com"},
    ],
    ids=["key", "other setting", "http_client", "header", "other header", "pairs", "password"],
)
def test_frames_of_a_construction_that_fails(kind: type[Client | AsyncClient], settings: dict[str, Any]) -> None:
    """Error reporters show the locals of each frame: ours hold no secret, whichever setting is refused."""
    with pytest.raises(InvalidRequestError) as caught:
        kind(**settings)
    for text in texts_of(caught.value):
        assert API_KEY not in text


def test_repr_of_a_client_half_made() -> None:
    """A traceback of its construction shows it."""
    assert repr(Client.__new__(Client)) == "Client(base_url='')"


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"Bearer {API_KEY}\r\nX: 1"}, {"Authorization": ""}, {"a b": "c"}]
)
def test_bad_header_is_refused_at_construction(headers: dict[str, str]) -> None:
    """The caller's headers win, but not with a value that breaks the request."""
    with pytest.raises(InvalidRequestError) as caught:
        Client(api_key=API_KEY, headers=headers)
    assert caught.value.argument == "headers"
    assert API_KEY not in str(caught.value)


def test_refused_argument(driver: Driver) -> None:
    """The error names the argument, never its value, and nothing is sent."""
    with ScriptedServer() as server:
        outcome = driver.call(server.base_url, {"code": CODE, "key_inflection": "no-such-inflection"})
    assert isinstance(outcome, InvalidRequestError)
    assert outcome.argument == "key_inflection"
    assert "no-such-inflection" not in repr(outcome) + repr(vars(outcome))
    for text in texts_of(outcome):
        assert CODE not in text


def own_parts(value: object) -> Iterator[object]:
    """The object and those of the package that it is made of."""
    if type(value).__module__.partition(".")[0] == PACKAGE:
        yield value
        for name in (*getattr(value, "__dict__", ()), *getattr(value, "__slots__", ())):
            yield from own_parts(getattr(value, name))


def test_client_repr() -> None:
    """Nothing but the address."""
    with Client(api_key=API_KEY, headers={"X-Key": CODE}) as client:
        texts = [str(client), *map(repr, own_parts(client))]
        assert len(texts) > 3
    assert not any(secret in text for secret in SECRETS for text in texts)


def taken_apart() -> Iterator[str]:
    """The dataclasses of the package that leave something out of their repr, and have the equality of dataclasses."""
    modules = (module.name for module in pkgutil.walk_packages(persona_oauth.__path__, f"{PACKAGE}."))
    items = [item for name in modules if "__main__" not in name for item in vars(import_module(name)).values()]
    for kind in {item for item in items if isinstance(item, type) and dataclasses.is_dataclass(item)}:
        made = getattr(kind, "__dataclass_params__")  # noqa: B009 (no type checker knows it)
        if made.eq and not (made.repr and all(field.repr for field in dataclasses.fields(kind))):
            yield kind.__name__


def test_no_diff_of_pytest_shows_a_secret() -> None:
    """Pytest takes objects apart whose equality a dataclass makes, and shows what their repr leaves out."""
    assert [*taken_apart()] == []


def test_entries_of_a_store_are_compared() -> None:
    """By all that they have, for the tests of a store of somebody's own."""
    assert Entry("secret", 1.0) == Entry("secret", 1.0)
    assert len({Entry("secret", 1.0), Entry("secret", 1.0), Entry("secret", 2.0), Entry("other", 1.0)}) == 3
    assert Entry("secret", 1.0) != ("secret", 1.0)
