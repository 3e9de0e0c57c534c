"""Scopes: `permission:object` and bare ones, built and parsed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from persona_oauth import InvalidRequestError
from persona_oauth.scopes import Scope, join, parse

CHARACTERS = st.sampled_from([chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\'])
OBJECTS = st.text(CHARACTERS, min_size=1, max_size=9)
PERMISSIONS = OBJECTS.map(lambda text: text.replace(":", "")).filter(bool)
SCOPES = st.builds(Scope, PERMISSIONS, st.none() | OBJECTS)


def test_both_kinds() -> None:
    """With an object and without; an object may hold colons."""
    assert parse(" inquiry.read:inq_1  account.read x:a:b ") == (
        Scope("inquiry.read", "inq_1"),
        Scope("account.read"),
        Scope("x", "a:b"),
    )
    assert parse("") == ()


@given(st.lists(SCOPES))
def test_round_trip(scopes: list[Scope]) -> None:
    """What is joined is parsed to the same scopes, each once; the list of permissions is open."""
    assert parse(join(scopes)) == tuple(dict.fromkeys(scopes))


@pytest.mark.parametrize(
    "scopes",
    [
        "inquiry.read:inq_1 account.read",
        " inquiry.read:inq_1\taccount.read ",
        ["inquiry.read:inq_1", "account.read"],
        ("inquiry.read:inq_1 account.read",),
        [Scope("inquiry.read", "inq_1"), "account.read", Scope("account.read")],
        (scope for scope in parse("inquiry.read:inq_1 account.read")),
    ],
)
def test_join(scopes: Any) -> None:
    """A text or any iterable of texts and scopes: one text, each scope once, in that order."""
    assert join(scopes) == "inquiry.read:inq_1 account.read"


def test_join_of_one() -> None:
    """A scope by itself."""
    assert join(Scope("inquiry.read", "inq_1")) == "inquiry.read:inq_1"


def test_scope_is_a_value() -> None:
    """Equal by value, hashable, sortable, frozen."""
    first, second = Scope("a", "1"), Scope("b", "1")
    assert {first, Scope("a", "1")} == {first}
    every = Scope("a")
    assert sorted([second, first, every]) == [every, first, second]
    with pytest.raises(AttributeError):
        first.permission = "b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # that is the test


@pytest.mark.parametrize(
    "parts", [("",), ("a b",), ("a:b",), ('a"',), ("é",), ("a", ""), ("a", "b c"), ("a", "\n"), (7,)]
)
def test_what_no_scope_can_be(parts: Any) -> None:
    """RFC 6749, 3.3; above all no object that is empty, which would stand for all of them."""
    with pytest.raises(InvalidRequestError) as caught:
        Scope(*parts)
    assert caught.value.argument == "scope"


def test_join_of_a_set() -> None:
    """In sorted order."""
    scopes = {Scope("a", str(number)) for number in range(20)}
    assert join(scopes) == " ".join(sorted(map(str, scopes)))


@pytest.mark.parametrize(
    "scopes", ["a:", ":a", "a: b", 'a"', ["a", "b:"], ["a", ""], [7], 7, {"a": "b"}, [("a", "b")], {"a": "b"}.items()]
)
def test_text_that_holds_no_scopes(scopes: Any) -> None:
    """Refused as a whole."""
    with pytest.raises(InvalidRequestError):
        join(scopes)
