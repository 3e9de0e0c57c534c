"""Of edits that are tried together, the one at fault is found, and none hides another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.together import check_together, edited, is_disjoint, rounds, touched

DATA = {"a": {"b": 1, "c": [1, 2]}, "d": 1}


@pytest.mark.parametrize("faulty", ["a", "d", "g"])
def test_the_one_at_fault_is_tried_alone(faulty: str) -> None:
    tried = []

    def check(names: Sequence[str]) -> None:
        tried.append([*names])
        assert faulty not in names

    with pytest.raises(AssertionError):
        check_together("abcdefg", check)
    assert [faulty] in tried


def test_all_are_tried_once_where_nothing_fails() -> None:
    tried: list[str] = []
    check_together(["a", "b"], tried.extend)
    assert tried == ["a", "b"]


def test_each_is_in_one_round_with_those_that_it_is_apart_from() -> None:
    assert rounds(["a1", "a2", "b1", "b2", "c1"], lambda one, other: one[0] != other[0]) == [
        ["a1", "b1", "c1"],
        ["a2", "b2"],
    ]


def test_places_within_one_another_are_not_apart() -> None:
    """An edit of a whole and one of its part are seen as one change."""
    whole = touched(DATA, lambda data: data.update(a={}))
    part, longer = touched(DATA, lambda data: data["a"].update(b=2)), touched(DATA, lambda data: data["a"]["c"].pop())
    assert (whole, part, longer) == ({("a", "b"), ("a", "c")}, {("a", "b")}, {("a", "c")})
    assert not is_disjoint(whole, part)
    assert not is_disjoint(part, whole)
    assert is_disjoint(part, longer)
    assert touched(DATA, lambda data: data["a"]["c"].insert(0, 3)) == {("a", "c")}


def test_the_description_itself_is_not_edited() -> None:
    assert edited(DATA, [lambda data: data.pop("a"), lambda data: data.update(e=2)]) == {"d": 1, "e": 2}
    assert DATA.keys() == {"a", "d"}
