"""`scope=` of the generated methods: a text, a scope, or an iterable of both."""

from __future__ import annotations

import enum
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs

import pytest

from persona_oauth import ApiResponse, Client, InvalidRequestError
from persona_oauth.auth import ClientCredentials
from persona_oauth.scopes import Scope
from tests.client.issuer import key_for
from tests.client.scripted import OK, Driver, ScriptedServer, answer, unused_address
from tests.support.checkout import PACKAGE, ROOT

ASSERTION = {"code": None, "client_assertion": "a.b.c"}
ONE_BY_ONE = [Scope("inquiry.read", "inq_1"), "account.read"]


@pytest.mark.parametrize(
    "scope",
    ["inquiry.read:inq_1 account.read", " inquiry.read:inq_1\n account.read ", ONE_BY_ONE, tuple(ONE_BY_ONE)],
    ids=["text", "blanks", "list", "tuple"],
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


class Permission(str, enum.Enum):  # noqa: UP042 (the usual way before Python 3.11, and not the same: see the test)
    """A caller's own list."""

    READ = "inquiry.read"
    ONE = "inquiry.read:inq_1"


@pytest.mark.parametrize(
    "scope",
    [Permission.ONE, [Permission.ONE], {Permission.ONE}, Scope(Permission.READ, "inq_1")],
)
def test_enumeration_of_the_callers(driver: Driver, scope: Any) -> None:
    """Its value is sent, which `str()` of such a member does not write."""
    with ScriptedServer(OK) as server:
        outcome = driver.call(server.base_url, {**ASSERTION, "scope": scope})
    assert isinstance(outcome, ApiResponse), outcome
    assert parse_qs(server.requests[0].body.decode())["scope"] == ["inquiry.read:inq_1"]


WIDER = [
    {"inquiry.read": "inq_1"},
    {Scope("inquiry.read", "inq_1"): True},
    [("inquiry.read", "inq_1")],
    {("inquiry.read", "inq_1")},
    "inquiry.read:",
    "a inquiry.read: b",
    "inquiry.read: inq_1",
    "inquiry.read:inq_1,inquiry.read",
    "inquiry.read:inq_1, account.read",
    ["inquiry.read:"],
    "inquiry.read:\0",
    "inquiry.read:\u200b",
    "inquiry.read\uff1ainq_1",
    ["inquiry.read: inq_1"],
    ["account.read", ""],
    "",
    " ",
    " \t\n",
    [],
    set(),
    ["a", 7],
    7,
]
each_wider = pytest.mark.parametrize("scope", WIDER)


@each_wider
def test_refused(driver: Driver, scope: Any) -> None:
    """Before anything is sent, naming the argument; an object that got lost would be all objects."""
    outcome = driver.call(unused_address(), {**ASSERTION, "scope": scope})
    assert isinstance(outcome, InvalidRequestError), outcome
    assert outcome.argument == "scope"
    assert outcome.attempts == 0
    assert "inq_1" not in str(outcome)


@each_wider
def test_refused_elsewhere(scope: Any) -> None:
    """By the other operation and by credentials, too."""
    with Client("key", base_url=unused_address()) as client, pytest.raises(InvalidRequestError, match=r"^scope: "):
        client.oauth.create_authorization(client_id="org_1", scope=scope)
    with pytest.raises(InvalidRequestError, match=r"^scope: "):
        ClientCredentials("org_1", key_for("ES256"), scope=scope)


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (
            "inquiry.read: inq_1",
            "each word must be `permission` or `permission:object`, without commas and empty parts; "
            "word 1 does not fit",
        ),
        ({"inquiry.read": "inq_1"}, "must not be a mapping: pass a list, with Scope(key, value) for each key"),
        (
            [("inquiry.read", "inq_1")],
            "must hold texts and Scopes, not a tuple: write a pair as Scope(permission, object)",
        ),
    ],
    ids=["empty object", "mapping", "pair"],
)
def test_reason(scope: Any, reason: str) -> None:
    """What was meant, and how to write it."""
    with Client("key", base_url=unused_address()) as client, pytest.raises(InvalidRequestError) as caught:
        client.oauth.create_authorization(client_id="org_1", scope=scope)
    assert str(caught.value) == f"scope: {reason}"


SET = f"""if True:
    import sys
    from {PACKAGE} import Client
    from {PACKAGE}.scopes import Scope, join
    scopes = {{f"inquiry.read:inq_{{number}}" for number in range(20)}} | {{Scope("account.read")}}
    with Client("key", base_url=sys.argv[1]) as client:
        client.oauth.create_authorization(client_id="org_1", scope=scopes, idempotency_key="k")
        client.oauth.create_authorization(client_id="org_1", scope=frozenset(scopes), idempotency_key="k")
        client.oauth.create_authorization(client_id="org_1", scope=join(scopes), idempotency_key="k")
"""


def test_set_in_two_processes() -> None:
    """The same bytes, though each process has an order of its own: a key that outlives one must not meet others."""
    reply = answer(201, {"code": "c", "expires-in": 599})
    with ScriptedServer(*[reply] * 6) as server:
        for seed in ("1", "2"):
            command = [sys.executable, "-W", "error", "-c", SET, server.base_url]
            environment = {"PYTHONPATH": str(ROOT / "generated"), "PYTHONHASHSEED": seed}
            subprocess.run(command, env=environment, check=True)
    (body,) = {request.body for request in server.requests}
    scopes = parse_qs(body.decode())["scope"][0].split()
    assert scopes == sorted(scopes)
    assert len(scopes) == 21
