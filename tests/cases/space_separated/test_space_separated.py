"""`x-space-separated`: an argument that also comes in parts, in the query and in a body."""

from __future__ import annotations

import json
from collections import UserDict
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.cases import Case

Parts = Callable[[Any], Any]
"""What a caller passes, given the class of scopes."""


@pytest.mark.parametrize(
    "parts",
    [
        lambda _: "a b:c",
        lambda _: ["a", "b:c"],
        lambda _: ("a", "b:c", "a"),
        lambda _: iter(["a", "b:c"]),
        lambda scope: [scope("a"), scope("b", "c")],
        lambda scope: (one for one in ("a", scope("b", "c"))),
    ],
    ids=["text", "list", "tuple", "iterator", "scopes", "generator"],
)
def test_parts(case: Case, parts: Parts) -> None:
    """Any iterable, also one that can be read only once, of texts and scopes: each once, with spaces between them."""
    scope = case.module("scopes").Scope
    assert case.call(lambda client: client.default.list_things(words=parts(scope))).target == "/things?words=a%20b%3Ac"
    sent = case.call(lambda client: client.default.make_thing(joined=parts(scope))).body
    assert json.loads(sent) == {"joined": "a b:c"}
    sent = case.call(lambda client: client.default.make_thing(joined="x", maybe=parts(scope))).body
    assert json.loads(sent) == {"joined": "x", "maybe": "a b:c"}


def test_text(case: Case) -> None:
    """Blanks become one space, and each word is sent once; the description says what a word may hold."""
    sent = case.call(lambda client: client.default.make_thing(joined=' a\u00a0 "é"\na\t')).body
    assert json.loads(sent) == {"joined": 'a "é"'}
    assert case.call(lambda client: client.default.list_things(words=["b:", ","])).target == "/things?words=b%3A%20%2C"


@pytest.mark.parametrize("kind", [set, frozenset, lambda words: dict.fromkeys(words).keys()])
def test_set(case: Case, kind: Callable[[Any], Any]) -> None:
    """In sorted order: its own differs from process to process."""
    scope = case.module("scopes").Scope
    words = [f"w{number}" for number in range(20)]
    sent = case.call(lambda client: client.default.make_thing(joined=kind([*reversed(words), scope("w1"), "a z"])))
    assert json.loads(sent.body) == {"joined": " ".join(sorted([*words, "a", "z"]))}


def test_null_and_nothing(case: Case) -> None:
    """None is null where the description has it, and else not sent."""
    assert json.loads(case.call(lambda client: client.default.make_thing(joined="a", maybe=None)).body)["maybe"] is None
    assert "maybe" not in json.loads(case.call(lambda client: client.default.make_thing(joined="a")).body)
    assert case.call(lambda client: client.default.list_things(words=None)).target == "/things"


WORD = "each word must be a name or name:value; word {} does not fit"
PAIR = "must hold texts and Scopes, not a {}: write a pair as Scope(permission, object)"
MAPPING = "must not be a mapping: pass a list, with Scope(key, value) for each key"
EMPTY = "has no word in it; pass at least one, or leave an optional argument out"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ("b:", WORD.format(1)),
        ("a b: c", WORD.format(2)),
        (["a", "b:"], WORD.format(2)),
        (["a", "b: c"], WORD.format(2)),
        ("b:\u00a0c", WORD.format(1)),
        (":c", WORD.format(1)),
        ("a,b", WORD.format(1)),
        (("a", "b,"), WORD.format(2)),
        ({"a", "b:"}, WORD.format(2)),
        ({"a": 1}, MAPPING),
        ({}, MAPPING),
        (UserDict(a="b"), MAPPING),
        ([("a", "b")], PAIR.format("tuple")),
        ((["a"],), PAIR.format("list")),
        ({"a": "b"}.items(), PAIR.format("tuple")),
        ([{"a": "b"}], PAIR.format("dict")),
        ({("a", "b")}, PAIR.format("tuple")),
        ([7], "must hold texts and Scopes, not a int"),
        ([None], "must hold texts and Scopes, not a NoneType"),
        ([b"a"], "must hold texts and Scopes, not a bytes"),
        (7, "must be a text, a Scope, or an iterable of texts and Scopes"),
        (b"a", "must hold texts and Scopes, not a int"),
        ("", EMPTY),
        (" \t\u00a0", EMPTY),
        ([], EMPTY),
        (set(), EMPTY),
        (iter(()), EMPTY),
        ([""], "has an empty text in it"),
        (["a", " "], "has an empty text in it"),
    ],
)
def test_refused(case: Case, parts: Any, reason: str) -> None:
    """What would be read as less or more than was meant; the argument is named, its words are not repeated."""
    with case.client() as client, pytest.raises(ValueError, match=r"^joined: ") as caught:
        client.default.make_thing(joined=parts)
    assert str(caught.value) == f"joined: {reason}"
    assert getattr(caught.value, "argument", None) == "joined"


def test_pattern_without_description(case: Case) -> None:
    """The text of the error has the pattern itself."""
    with case.client() as client, pytest.raises(ValueError, match=r"^strict: ") as caught:
        client.default.make_thing(joined="a", strict="a bb")
    assert str(caught.value) == "strict: each word must match ^[a-z]$; word 2 does not fit"


def test_false(case: Case) -> None:
    """An argument whose extension says no takes a text only."""
    with case.client() as client, pytest.raises(ValueError, match=r"^plain: "):
        client.default.list_things(plain=["a"])
