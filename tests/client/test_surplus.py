"""Bytes that a server sends beyond its answer are nobody's answer: the next call must not get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from persona_oauth import ApiResponse, AsyncClient, Client
from tests.client.scripted import API_KEY, CODE, GRANT, Act, Driver, ScriptedServer, answer
from tests.support.authority import impersonate


def token(name: str) -> Act:
    return answer(201, {**GRANT, "access-token": name})


NO_CONTENT = b"HTTP/1.1 304 X\r\n\r\n"
SURPLUS = {
    "another answer": (token("first"), token("planted").data),
    "the start of another answer": (token("first"), token("planted").data[:30]),
    "what is no answer": (token("first"), b"\r\n\r\n{}"),
    "a body where there is none": (Act(NO_CONTENT), token("planted").data),
}


@pytest.mark.parametrize("name", SURPLUS)
def test_in_the_same_piece(driver: Driver, name: str) -> None:
    """The connection is closed, and the next call has one of its own."""
    first, surplus = SURPLUS[name]
    with ScriptedServer(Act(first.data + surplus), token("second"), token("third")) as server:
        outcomes = driver.calls(server.base_url, [{}] * 3)
        assert server.connections == 2
    assert tokens(outcomes)[1:] == ["second", "third"]


def test_in_a_record_of_its_own(driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS decrypts records one by one, so that it may hold one that has been read from the socket."""
    tls, trusted = impersonate("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    rest = 16384 - len(answer(201, {**GRANT, "access-token": "first", "more": 10000 * "x"}).data)
    record = answer(201, {**GRANT, "access-token": "first", "more": (10000 + rest) * "x"}).data
    assert len(record) == 16384  # the largest one (RFC 8446, 5.1)
    padded = Act(record + token("planted").data)
    with ScriptedServer(padded, token("second"), tls=tls, is_secure=True) as server:
        assert tokens(driver.calls(server.base_url, [{}] * 2)) == ["first", "second"]


def test_hook_that_reads(driver: Driver) -> None:
    """Of an `http_client` of the caller's: the answer is over before the client has it."""
    surplus = Act(token("first").data + token("planted").data)
    with ScriptedServer(surplus, token("second"), token("third")) as server:
        names = driver.run(lambda: aread(server.base_url)) if driver.flavour != "sync" else read(server.base_url)
        assert server.connections == 2
    assert names == ["first", "second", "third"]


def read(base_url: str) -> list[str]:
    with httpx2.Client(event_hooks={"response": [httpx2.Response.read]}) as http_client:
        client = Client(API_KEY, base_url=base_url, http_client=http_client, max_retries=0)
        return [client.oauth.create_access_token(code=CODE).access_token for _ in range(3)]


async def aread(base_url: str) -> list[str]:
    async with httpx2.AsyncClient(event_hooks={"response": [httpx2.Response.aread]}) as http_client:
        client = AsyncClient(API_KEY, base_url=base_url, http_client=http_client, max_retries=0)
        return [(await client.oauth.create_access_token(code=CODE)).access_token for _ in range(3)]


def test_answers_without_surplus(driver: Driver) -> None:
    """Their connection is used again."""
    with ScriptedServer(token("first"), token("second"), token("third")) as server:
        assert tokens(driver.calls(server.base_url, [{}] * 3)) == ["first", "second", "third"]
        assert server.connections == 1


def tokens(outcomes: list[Any]) -> list[str]:
    return [one.data.access_token if isinstance(one, ApiResponse) else repr(one) for one in outcomes]
