"""`x-space-separated`: an argument that also comes in parts, in the query and in a body."""

from __future__ import annotations

import json
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


def test_text_as_it_is(case: Case) -> None:
    """What a text may hold is the server's to say."""
    sent = case.call(lambda client: client.default.make_thing(joined=' a  "é": a ')).body
    assert json.loads(sent) == {"joined": ' a  "é": a '}


def test_null_and_nothing(case: Case) -> None:
    """None is null where the description has it, and else not sent."""
    assert json.loads(case.call(lambda client: client.default.make_thing(joined="a", maybe=None)).body)["maybe"] is None
    assert "maybe" not in json.loads(case.call(lambda client: client.default.make_thing(joined="a")).body)
    assert case.call(lambda client: client.default.list_things(words=None)).target == "/things"


@pytest.mark.parametrize("parts", [[], ["b:"], [7], 7, b"a", {"a": 1, "b c:": 2}, [["a"]]])
def test_refused(case: Case, parts: Any) -> None:
    """Nothing at all where that is too little, and what no scope can be; the argument is named."""
    with case.client() as client, pytest.raises(ValueError, match=r"^joined: ") as caught:
        client.default.make_thing(joined=parts)
    assert getattr(caught.value, "argument", None) == "joined"


def test_false(case: Case) -> None:
    """An argument whose extension says no takes a text only."""
    with case.client() as client, pytest.raises(ValueError, match=r"^plain: "):
        client.default.list_things(plain=["a"])
