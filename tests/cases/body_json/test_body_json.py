"""A JSON body whose members are arguments."""

from __future__ import annotations

import datetime
import uuid

import pytest

from tests.support.cases import Case

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)


def test_members(case: Case) -> None:
    """Names as on the wire at every depth, in the order of the description; what is not given is not there."""
    owner = case.models.Owner(first_name="É", id=uuid.UUID(int=7))
    sent = case.call(
        lambda client: client.default.create_thing(
            made=NOON, thing_name="a", owner=owner, parts=[owner, {"first-name": "x"}], by_key={"k": owner}
        )
    )
    written = '{"first-name":"É","id":"00000000-0000-0000-0000-000000000007"}'
    assert sent.body.decode() == (
        f'{{"thing-name":"a","made":"2026-01-02T12:00:00Z","owner":{written},'
        f'"parts":[{written},{{"first-name":"x"}}],"by-key":{{"k":{written}}}}}'
    )
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["content-length"] == str(len(sent.body))


def test_class_further_down(case: Case) -> None:
    """A member of a part has its name on the wire, also where its class is written below that of the part."""
    owner = {"home-address": {"post-code": "1"}}
    sent = case.call(lambda client: client.default.create_thing(made=NOON, thing_name="a", owner=owner))
    assert sent.body.decode() == (
        '{"thing-name":"a","made":"2026-01-02T12:00:00Z","owner":{"home-address":{"post-code":"1"}}}'
    )


@pytest.mark.parametrize("ratio", [float("nan"), float("inf")])
def test_not_json(case: Case, ratio: float) -> None:
    """JSON has no such numbers (RFC 8259, 6)."""
    with case.client() as client, pytest.raises(ValueError, match=r"^ratio: .*finite"):
        client.default.create_thing(made=NOON, thing_name="a", ratio=ratio)


def test_unknown_member(case: Case) -> None:
    """A misspelt member of a part is told by its path, a misspelt argument by Python."""
    with case.client() as client:
        with pytest.raises(ValueError, match=r"^owner\.firstname: "):
            client.default.create_thing(made=NOON, thing_name="a", owner={"firstname": "x"})
        with pytest.raises(TypeError, match="thing"):
            client.default.create_thing(made=NOON, thing="a")
