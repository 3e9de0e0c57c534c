"""Formats: those that Python has a type for, and those that stay text."""

from __future__ import annotations

import datetime
import uuid

import pytest

from tests.support.cases import Answer, Case

VALUES = {
    "at": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    "day": datetime.date(2026, 1, 2),
    "id": uuid.UUID(int=3),
    "mail": "a@b.c",
    "link": "https://example.com/a?b=c#d",
    "data": "AAE=",
    "big": 2**62,
    "small": 0.1,
    "other": "x",
}
BODY = (
    b'{"at":"2026-01-02T03:04:05Z","day":"2026-01-02","id":"00000000-0000-0000-0000-000000000003","mail":"a@b.c",'
    b'"link":"https://example.com/a?b=c#d","data":"AAE=","big":4611686018427387904,"small":0.1,"other":"x"}'
)


def test_round_trip(case: Case) -> None:
    """Sent as text, received as values."""
    sent = case.call(lambda client: client.default.put_thing(**VALUES), Answer(200, BODY))
    assert sent.body == BODY
    assert dict(sent.result) == VALUES


@pytest.mark.parametrize(("member", "value"), [("day", "2026-13-01"), ("id", "x"), ("at", "noon")])
def test_refused(case: Case, member: str, value: str) -> None:
    """Texts that are none."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{member}: "):
        client.default.put_thing(**{member: value})


def test_time_zone(case: Case) -> None:
    """A time without an offset is another one on each side; what a server says so is taken as it is."""
    naive = datetime.datetime.fromisoformat("2026-01-02T03:04:05")
    with case.client() as client, pytest.raises(ValueError, match=r"^at: needs a time zone"):
        client.default.put_thing(at=naive)
    assert (
        case.call(lambda client: client.default.put_thing(), Answer(200, b'{"at":"2026-01-02T03:04:05"}')).result.at
        == naive
    )
