"""Dates and times (RFC 3339) and UUIDs (RFC 9562) are texts of one form; pydantic reads more into digits."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

UTC = datetime.UTC
HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "20200101"),
        ("since", "1577836800"),
        ("since", 1577836801),
        ("since", "2020-01-01"),
        ("since", "2020-01-01 00:00:00Z"),
        ("since", "2020-01-01T00:00:00"),
        ("since", "2020-01-01T00:00:00+0100"),
        ("day", "86400"),
        ("day", 86401),
        ("day", "20200101"),
        ("day", datetime.datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_refused(case: Case, name: str, value: Any) -> None:
    """What is of another form."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{name}: input should be a date"):
        client.t.r(**{name: value})


def sent(case: Case, **arguments: Any) -> Any:
    """The members that are sent."""
    return json.loads(case.call(lambda client: client.t.r(**arguments), Answer(200, b"{}")).body)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2020-01-01t00:00:00z", "2020-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00.5+01:00", "2020-01-01T00:00:00.500000+01:00"),
    ],
)
def test_sent(case: Case, value: str, text: str) -> None:
    """A leap second is the second after it."""
    assert sent(case, since=value) == {"since": text}


def test_texts_of_unions(case: Case) -> None:
    """A text that merely looks like another value stays one, in both directions."""
    texts = {"either": "12345", "key": HEX}
    assert sent(case, **texts) == texts
    for value in ("12345", "2020-01-01 00:00:00Z", "20200101"):
        assert received(case, "either", value) == value
    assert received(case, "key", HEX) == HEX
    assert received(case, "either", "2020-01-01T00:00:00Z") == datetime.datetime(2020, 1, 1, tzinfo=UTC)


def test_received(case: Case) -> None:
    """An answer may lack the offset of what can be nothing but a time."""
    assert received(case, "since", "2020-01-01 00:00:00") == datetime.datetime.fromisoformat("2020-01-01")
    assert received(case, "since", "2016-12-31T23:59:60Z") == datetime.datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("name", "value"), [("since", "20200101"), ("day", "86400"), ("since", 5)])
def test_refused_answers(case: Case, name: str, value: Any) -> None:
    """Digits are no time."""
    error = case.error(lambda client: client.t.r(), Answer(200, json.dumps({name: value}).encode()))
    assert (type(error), error.field) == (case.package.InvalidResponseError, name)


def received(case: Case, name: str, value: Any) -> Any:
    """A member of an answer."""
    return getattr(case.call(lambda client: client.t.r(), Answer(200, json.dumps({name: value}).encode())).result, name)
