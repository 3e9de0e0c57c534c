"""JSON answers as models."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import uuid

import pytest

from tests.support.cases import Answer, Case

BODY = (
    b'{"thing-id": "00000000-0000-0000-0000-000000000001", "made": "2026-01-02T03:04:05.678+02:00",'
    b' "day": "2026-01-02", "ratio": 1, "colour": "green", "parts": {"a": [true]}, "new": 1}'
)


def test_model(case: Case) -> None:
    """Typed; what is not described stands apart; new values of an enumeration pass."""
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, BODY)).result
    assert thing.thing_id == uuid.UUID(int=1)
    assert thing.made == datetime.datetime(2026, 1, 2, 1, 4, 5, 678000, datetime.UTC)
    assert (thing.day, thing.ratio, thing.colour) == (datetime.date(2026, 1, 2), 1.0, "green")
    assert thing.parts == {"a": [True]}
    assert thing.model_extra == {"new": 1}
    assert "new" not in repr(thing)


def test_dump(case: Case) -> None:
    """pydantic writes it without a warning, with what is not described."""
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, BODY)).result
    assert thing.model_dump(exclude_unset=True)["new"] == 1
    assert json.loads(thing.model_dump_json(by_alias=True))["new"] == 1


def test_other_casings(case: Case) -> None:
    """Another name is another member: nothing says that the server spells one in several ways."""
    body = BODY.replace(b'"day"', b'"DAY"').replace(b'"parts"', b'"Parts"')
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (thing.day, thing.parts) == (None, None)
    assert thing.model_extra == {"DAY": "2026-01-02", "Parts": {"a": [True]}, "new": 1}
    error = case.error(lambda client: client.default.get_thing(), Answer(200, BODY.replace(b"thing-id", b"thing_id")))
    assert error.field == "thing-id"


def test_frozen(case: Case) -> None:
    """An answer is a value: it can't be changed, but copied, pickled and compared."""
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, BODY)).result
    with pytest.raises(AttributeError, match=r"^Thing is frozen$"):
        thing.ratio = 2.0
    assert copy.deepcopy(thing) == copy.copy(thing) == pickle.loads(pickle.dumps(thing)) == thing
    assert thing.model_copy(update={"ratio": 2.0}).ratio == 2.0


def test_other_types(case: Case) -> None:
    """What is no object."""
    assert case.call(lambda client: client.default.get_numbers(), Answer(200, b"[1, 2]")).result == [1, 2]
    assert case.call(lambda client: client.default.get_anything(), Answer(200, b'{"a": null}')).result == {"a": None}


def test_mark(case: Case) -> None:
    """A byte order mark, which a server must not send, may be passed over (RFC 8259, 8.1)."""
    answer = Answer(200, b"\xef\xbb\xbf[1]", "application/json; charset=utf-8")
    assert case.call(lambda client: client.default.get_numbers(), answer).result == [1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"made": "2026-01-02T03:04:05Z"}', "thing-id"),
        (b'{"thing-id": "x", "made": "2026-01-02T03:04:05Z"}', "thing-id"),
        (BODY.replace(b"1,", b'"1",'), "ratio"),
        (BODY.replace(b"[true]", b"[1]"), "parts.a.0"),
        (b"[]", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_unfit(case: Case, body: bytes, field: str | None) -> None:
    """An answer that does not fit is an error that names the field: a text is no number."""
    error = case.error(lambda client: client.default.get_thing(), Answer(200, body))
    assert isinstance(error, case.package.InvalidResponseError)
    assert (error.field, error.status_code) == (field, 200)
