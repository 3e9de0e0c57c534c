"""What type checkers take for an argument is what the client takes, and what it has read can be passed again."""

from __future__ import annotations

import enum
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import Answer, Case
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes

ZOO = {"owner": {"name": "o"}, "pets": [{"kind": "Cat", "lives": 9}], "meta": {"a": 1}, "st": "open", "w": [1, 0.5]}
USES = """
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import assert_type
from case_argument_types import Client
from case_argument_types.models import Cat, Dog, Owner, Zoo

class State(StrEnum):
    OPEN = "open"

class Size(IntEnum):
    SMALL = 1

def passes(client: Client, owner: Owner, cats: list[Cat], meta: dict[str, int], ids: list[int]) -> None:
    client.default.put_a(owner=owner, pets=cats, meta=meta, w=ids, st=State.OPEN)
    client.default.put_a(owner=owner, pets=(Dog(kind="Dog"), *cats), meta=OrderedDict(meta), w=(1.0, 2), st="closed")
    client.default.get_b(level=State.OPEN, sizes=[Size.SMALL, 2], by={"a": ("b",)}, fixed="x")

def passes_on(client: Client, zoo: Zoo) -> None:
    client.default.put_a(owner=zoo.owner, pets=zoo.pets, meta=zoo.meta, st=zoo.st, w=zoo.w)
    read = client.default.get_b()
    client.default.get_b(level=read.level, sizes=read.sizes)
    text: str | None = zoo.st
    print(zoo.st == "new", text)

def fails(client: Client, owner: Owner) -> None:
    client.default.put_a(owner=owner, st="opne")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.default.put_a(owner=owner, w=["1"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.default.get_b(sizes=[3])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.default.get_b(fixed=State.OPEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
"""


class State(enum.StrEnum):
    """Of the caller's."""

    OPEN = "open"
    LOST = "lost"


class Size(enum.IntEnum):
    """The same with numbers."""

    SMALL = 1


@pytest.fixture
def uses(case: Case, tmp_path: Path) -> Path:
    """A program that calls the package, for type checkers."""
    shutil.copytree(Path(case.package.__path__[0]), tmp_path / case.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "uses.py").write_text(USES, encoding="utf-8")
    return tmp_path


def test_mypy(uses: Path) -> None:
    """Of what must pass and what must fail, `mypy --strict` says so."""
    assert_mypy_passes(uses, "uses.py")


def test_pyright(uses: Path) -> None:
    """So does pyright."""
    assert_pyright_passes(uses)


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
