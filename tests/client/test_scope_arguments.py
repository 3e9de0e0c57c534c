"""`scope=` of the generated methods: a text, a scope, or an iterable of both."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from persona_oauth import ApiResponse, Client, InvalidRequestError
from persona_oauth.scopes import Scope
from tests.client.scripted import OK, Driver, ScriptedServer, answer, unused_address

ASSERTION = {"code": None, "client_assertion": "a.b.c"}
ONE_BY_ONE = [Scope("inquiry.read", "inq_1"), "account.read"]


@pytest.mark.parametrize(
    "scope",
    ["inquiry.read:inq_1 account.read", ONE_BY_ONE, tuple(ONE_BY_ONE), dict.fromkeys(ONE_BY_ONE)],
    ids=["text", "list", "tuple", "keys"],
)
def test_grant(driver: Driver, scope: Any) -> None:
    """One text on the wire, for each client."""
    with ScriptedServer(OK) as server:
        outcome = driver.call(server.base_url, {**ASSERTION, "scope": scope})
    assert isinstance(outcome, ApiResponse), outcome
    assert parse_qs(server.requests[0].body.decode())["scope"] == ["inquiry.read:inq_1 account.read"]


def test_read_once(driver: Driver) -> None:
    """A generator is read once, although a repeat sends the same bytes and variants are tried."""
    with ScriptedServer(answer(503), OK) as server:
        outcome = driver.call(server.base_url, {**ASSERTION, "scope": (one for one in ONE_BY_ONE)})
    assert isinstance(outcome, ApiResponse), outcome
    first, second = (request.body for request in server.requests)
    assert first == second
    assert parse_qs(first.decode())["scope"] == ["inquiry.read:inq_1 account.read"]


def test_authorization() -> None:
    """The other operation's too."""
    reply = answer(201, {"code": "c", "expires-in": 599})
    with ScriptedServer(reply) as server, Client("key", base_url=server.base_url) as client:
        client.oauth.create_authorization(client_id="org_1", scope=Scope("inquiry.read", "inq_1"))
    assert parse_qs(server.requests[0].body.decode())["scope"] == ["inquiry.read:inq_1"]


@pytest.mark.parametrize("scope", [[], ["inquiry.read:"], ["a", 7], 7])
def test_refused(driver: Driver, scope: Any) -> None:
    """Before anything is sent, naming the argument."""
    outcome = driver.call(unused_address(), {**ASSERTION, "scope": scope})
    assert isinstance(outcome, InvalidRequestError), outcome
    assert outcome.argument == "scope"
    assert outcome.attempts == 0
