"""A set where the description has an array: sent in sorted order, since its own differs from process to process."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.cases import Answer, Case

WORDS = frozenset(f"w{number}" for number in range(20))
SORTED = sorted(WORDS)
LATE = [datetime.date(2026, month, 1) for month in range(1, 13)]


def test_parameters(case: Case) -> None:
    """Of each location and style: numbers by value, texts and dates as texts."""
    sent = case.call(
        lambda client: client.default.list_things(
            ids=set(range(30, 0, -1)), names=WORDS, days={*LATE}, either=WORDS, deep={"a": WORDS}, x_names=WORDS
        )
    )
    path, _, query = unquote(sent.target).partition("?")
    assert path == f"/things/{','.join(map(str, range(1, 31)))}"
    assert query.split("&") == [
        *(f"names={word}" for word in SORTED),
        f"days={','.join(map(str, LATE))}",
        *(f"either={word}" for word in SORTED),
        *(f"deep[a]={word}" for word in SORTED),
    ]
    assert sent.headers["x-names"] == ",".join(SORTED)


def test_members(case: Case) -> None:
    """At every depth, in objects of a class, in maps, and where anything may stand."""
    part = case.models.Part(names=WORDS, parts=[case.models.Part(names=WORDS)])
    sent = case.call(
        lambda client: client.default.make_thing(
            names=WORDS, nested={tuple(SORTED), ("a",)}, part=part, by_key={"k": WORDS}, anything=[WORDS]
        )
    )
    assert json.loads(sent.body) == {
        "names": SORTED,
        "nested": [["a"], SORTED],
        "part": {"names": SORTED, "parts": [{"names": SORTED}]},
        "by-key": {"k": SORTED},
        "anything": [SORTED],
    }


def test_bodies(case: Case) -> None:
    """An array that is the body, and one in a form."""
    answer = Answer(200, {"names": ["b", "a"]})
    sent = case.call(lambda client: client.default.put_things(body=WORDS), answer)
    assert json.loads(sent.body) == SORTED
    assert sent.result.names == ["b", "a"]  # a list keeps its order
    sent = case.call(lambda client: client.default.patch_thing(names=WORDS))
    assert sent.body.decode() == "&".join(f"names={word}" for word in SORTED)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ({2.5, 10, True, "b", "a", None}, [True, 2.5, 10, "a", "b", None]),
        ({("b", 1), ("a", 2)}, [["a", 2], ["b", 1]]),
        ({frozenset("cab"), frozenset("a")}, [["a", "b", "c"], ["a"]]),
    ],
)
def test_mixed(case: Case, items: Any, expected: Any) -> None:
    """Values that Python can't compare have an order, too."""
    sent = case.call(lambda client: client.default.make_thing(anything=items))
    assert json.loads(sent.body) == {"anything": expected}


def test_objects(case: Case) -> None:
    """Objects, by what they are made of."""
    parts = [case.models.Leaf(name=name) for name in SORTED]
    sent = case.call(lambda client: client.default.make_thing(leaves={*parts}))
    assert json.loads(sent.body) == {"leaves": [{"name": name} for name in SORTED]}


def test_bounds(case: Case) -> None:
    """Checked as those of a list; the item at fault is counted in sorted order."""
    with case.client() as client, pytest.raises(ValueError, match=r"^names: list should have at least 1 item"):
        client.default.list_things(ids=[1], names=set())
    with case.client() as client, pytest.raises(ValueError, match=r"^names\.0: string should have at least 1"):
        client.default.make_thing(names={"b", "a", ""})
