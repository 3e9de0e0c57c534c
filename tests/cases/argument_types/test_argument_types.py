"""What type checkers take for an argument is what the client takes, and what it has read can be passed again.

What type checkers take is in `uses.txt`; `../test_types.py` shows it to them.
"""

from __future__ import annotations

import enum
import json
from collections import OrderedDict, deque
from typing import Any

import pytest

from tests.support.cases import Answer, Case

ZOO = {"owner": {"name": "o"}, "pets": [{"kind": "Cat", "lives": 9}], "meta": {"a": 1}, "st": "open", "w": [1, 0.5]}


class State(enum.StrEnum):
    """Of the caller's."""

    OPEN = "open"
    LOST = "lost"


class Size(enum.IntEnum):
    """The same with numbers."""

    SMALL = 1


def test_values(case: Case) -> None:
    """Sequences, mappings and enumerations of the caller's are sent as what they stand for."""
    owner, cats = case.models.Owner(name="o"), (case.models.Cat(kind="Cat", lives=9),)
    sent = case.call(
        lambda client: client.default.put_a(owner=owner, pets=cats, meta={"a": 1}, st=State.OPEN, w=(1, 0.5)),
        Answer(200, ZOO),
    )
    assert json.loads(sent.body) == ZOO
    sent = case.call(
        lambda client: client.default.get_b(sizes=[Size.SMALL, 2]), Answer(200, {"level": "l", "sizes": []})
    )
    assert sent.target == "/b?sizes=1&sizes=2"


def test_objects(case: Case) -> None:
    """What is made by hand takes the same, and is sent as what that stands for."""
    cats = deque([case.models.Cat(kind="Cat", lives=9)])
    zoo = case.models.Zoo(
        owner=case.models.Owner(name="o"), pets=cats, meta=OrderedDict(a=1), st=State.OPEN, w=(1, 0.5)
    )
    assert (zoo.pets, zoo.st, zoo.w) == ([*cats], "open", [1, 0.5])
    sent = case.call(lambda client: client.default.put_zoos(body=(zoo,)), Answer(200, b"[]"))
    assert json.loads(sent.body) == [ZOO]


def test_what_was_read(case: Case) -> None:
    """Goes out as it came."""
    with case.client(base_url=case.server.base_url) as client:
        zoo, _ = case.server.exchanges(lambda: client.default.put_a(owner={"name": "o"}), Answer(200, ZOO))
    sent = case.call(
        lambda client: client.default.put_a(owner=zoo.owner, pets=zoo.pets, meta=zoo.meta, st=zoo.st, w=zoo.w),
        Answer(200, ZOO),
    )
    assert json.loads(sent.body) == ZOO


@pytest.mark.parametrize("arguments", [{"st": State.LOST}, {"st": "lost"}, {"w": "12"}, {"meta": {"a": "b"}}])
def test_refused(case: Case, arguments: dict[str, Any]) -> None:
    """Whatever type checkers make of it."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{next(iter(arguments))}"):
        client.default.put_a(owner={"name": "o"}, **arguments)
