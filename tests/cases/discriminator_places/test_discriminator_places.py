"""Discriminators in maps, tuples, beside null, within `allOf`; and of a base that an inline schema extends, too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

DOG, COW = {"kind": "Dog", "tag": "abc"}, {"kind": "Cow", "tag": "abc"}
#: A known variant and an unknown one, and the path to the discriminator.
PLACES: dict[str, tuple[Any, Any, str]] = {
    "map": ({"k": DOG}, {"k": COW}, "map_.k.kind"),
    "tuple": ([DOG, 1], [COW, 1], "tuple_.0.kind"),
    "nullable": (DOG, COW, "nullable.kind"),
    "narrowed": (DOG, COW, "narrowed.kind"),
    "heirs": ([{"t": "Second", "data": {"a": 1, "c": 2}}], [{"t": "Third"}], "heirs.0.t"),
}


def argument(member: str) -> str:
    """The name in Python."""
    return f"{member}_" if member in ("map", "tuple") else member


def read(case: Case, **content: Any) -> Any:
    """What an answer has in its one member."""
    answer = Answer(200, json.dumps(content).encode())
    return getattr(case.call(lambda client: client.t.x(), answer).result, argument(*content))


@pytest.mark.parametrize("member", PLACES)
@pytest.mark.parametrize("variant", [0, 1])
def test_written_back(case: Case, member: str, variant: int) -> None:
    """What was read is sent, whether the description knows it or not."""
    value = PLACES[member][variant]
    same = read(case, **{member: value})
    sent = case.call(lambda client: client.t.x(**{argument(member): same}), Answer(200, b"{}"))
    assert json.loads(sent.body) == {member: value}
    assert ("UnknownVariant" in repr(same)) is bool(variant)


@pytest.mark.parametrize("member", PLACES)
def test_unknown_variant(case: Case, member: str) -> None:
    """Of a caller's, refused at the discriminator, with nothing of pydantic's in the path."""
    _, unknown, path = PLACES[member]
    with case.client() as client, pytest.raises(case.package.InvalidRequestError) as caught:
        client.t.x(**{argument(member): unknown})
    assert str(caught.value).startswith(f"{path}: input should be ")


def test_heirs(case: Case) -> None:
    """By their names; what extends the base inline has none, so it is itself only where it stands."""
    values = [{"t": "First", "data": {"a": 1, "b": 2}}, {"t": "Second", "data": {"a": 1, "c": 2}}, {"t": "Base"}]
    assert [type(heir).__name__ for heir in read(case, heirs=values)] == ["First", "Second", "Base"]
    error = case.error(lambda client: client.t.x(), Answer(200, b'{"heirs": [{"t": "Second", "data": {"a": 1}}]}'))
    assert (type(error), error.field) == (case.package.InvalidResponseError, "heirs.0.data.c")
    assert read(case, extended={"t": "First", "extra": 1}).extra == 1
    assert type(read(case, lone={"t": "any"})) is case.models.Lone


def test_twice(case: Case) -> None:
    """A reference that stands twice in `allOf` says nothing more."""
    assert read(case, twice=DOG).tag == "abc"
    assert [name for name in dir(case.models) if name.startswith("XTwice")] == ["XTwiceOption1", "XTwiceOption2"]
