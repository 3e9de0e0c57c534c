"""Strings that are planted together are judged as if each were planted alone."""

from __future__ import annotations

import pytest

from tests.support.mutation import places
from tests.support.planting import Planted, plant, with_keys, with_values

DATA = {"a": {"b": [1, {"c": 2}]}, "d": 3}
ALL = {place: f"planted {number}" for number, place in enumerate(places(DATA)) if isinstance(place[-1], str)}


def test_each_string_is_at_its_place() -> None:
    """Values, and keys in their order."""
    assert with_values(DATA, {("a", "b", 0): "x", ("d",): "y"}) == {"a": {"b": ["x", {"c": 2}]}, "d": "y"}
    renamed = with_keys(DATA, {("a",): "x", ("a", "b", 1, "c"): "y"})
    assert renamed == {"x": {"b": [1, {"y": 2}]}, "d": 3}
    assert list(renamed) == ["x", "d"]


@pytest.mark.parametrize("refused", [set(), {("d",)}, {("a",)}, {("a", "b", 1, "c")}, set(ALL)])
@pytest.mark.parametrize("says_where", [True, False])
def test_what_is_refused_spoils_nothing_else(refused: set[tuple[str, ...]], says_where: bool) -> None:
    """Whether or not the diagnostics say which string they are about."""
    accepted: set[object] = set()

    def attempt(planted: Planted) -> set[str]:
        wrong = [place for place in planted if place in refused]
        if not wrong:
            accepted.update(planted)
        return {f"#/{'/'.join(map(str, place))}" if says_where else "#" for place in wrong}

    assert plant(attempt, ALL) == len(ALL) - len(refused)
    assert accepted == ALL.keys() - refused


def test_an_object_is_not_blamed_for_a_key_of_its_own() -> None:
    """Its own key is tried again without those within."""

    def attempt(planted: Planted) -> set[str]:
        return {"#/planted 0"} if ("a", "b") in planted else set()

    assert plant(attempt, {("a",): "planted 0", ("a", "b"): "x", ("d",): "y"}) == 2


def test_the_string_that_does_harm_is_named() -> None:
    """It is alone in the last note."""

    def attempt(planted: Planted) -> set[str]:
        assert ("a", "b") not in planted
        return set()

    with pytest.raises(AssertionError) as caught:
        plant(attempt, ALL)
    assert f"planted: {{('a', 'b'): {ALL['a', 'b']!r}}}" in caught.value.__notes__
