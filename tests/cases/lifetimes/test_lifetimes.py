"""`x-lifetime`: a model says when it ends; and the secrets that an answer must not lack."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.client.scripted import NOW, FakeClock, ScriptedServer, answer
from tests.support.cases import Answer, Case

LEASE = {"ttl": 60, "secret": "s", "hint": "", "name": ""}


def received(case: Case, *leases: dict[str, Any]) -> Any:
    """The leases of a call that began `NOW`."""
    with ScriptedServer(answer(200, {"leases": leases})) as server, case.client(base_url=server.base_url) as client:
        client._transport.clock = FakeClock()
        return client.default.create_grant(ttl=1, secret="se").leases


def test_ends(case: Case) -> None:
    """At any depth, by the name that the description gives, from when the call began."""
    first, second = received(case, LEASE, {**LEASE, "grace": 0.5})
    start = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    assert (first.ends_at, first.gone_at) == (start + datetime.timedelta(minutes=1), None)
    assert second.gone_at == start + datetime.timedelta(seconds=0.5)


def test_not_sent(case: Case) -> None:
    """It is no member."""
    lease = case.models.Lease(ttl=1, secret="se")
    assert lease.ends_at > datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    sent = case.call(lambda client: client.default.create_grant(ttl=1, secret="se"), Answer(200, b'{"leases": []}'))
    assert sent.body == b'{"secret":"se","ttl":1}'


def test_empty_secret(case: Case) -> None:
    """A required one that the description wants to have a length is refused; other bounds are the server's to keep."""
    with pytest.raises(case.package.InvalidResponseError) as caught:
        received(case, {**LEASE, "secret": ""})
    assert caught.value.field == "leases.0.secret"
