"""Constraints are checked before anything is sent, and the argument is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case


def test_fits(case: Case) -> None:
    """At the bounds."""
    sent = case.call(
        lambda client: client.default.put_thing(id="abcde", limit=100, step=0.5, ids=[9, 1], name="n", parts=[])
    )
    assert sent.target == "/things/abcde?limit=100&step=0.5&least=1&ids=9&ids=1"
    assert sent.body == b'{"name":"n","parts":[]}'


def test_fractions(case: Case) -> None:
    """As bounds of whole numbers, and of lengths."""
    sent = case.call(lambda client: client.default.put_thing(id="a", name="n", whole=1, between=4, long="ab"))
    assert sent.target == "/things/a?whole=1&between=4&least=1&long=ab"
    sent = case.call(lambda client: client.default.put_thing(id="a", name="n", whole=4, between=1, least=0.5))
    assert sent.target == "/things/a?whole=4&between=1&least=0.5"


def test_patterns(case: Case) -> None:
    """With look-around, too; and by the properties of Unicode."""
    sent = case.call(lambda client: client.default.put_thing(id="a", name="n", code="ax", letter="é", word="a"))
    assert (sent.target, sent.body) == ("/things/a?least=1&code=ax&letter=%C3%A9", b'{"name":"n","word":"a"}')


def test_null(case: Case) -> None:
    """Null has no length."""
    sent = case.call(lambda client: client.default.put_thing(id="a", name="n", maybe=None, label=None, lines=None))
    assert (sent.target, sent.body) == ("/things/a?least=1&maybe=", b'{"name":"n","label":null,"lines":null}')


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"id": "ABC"}, "id"),
        ({"id": "abcdef"}, "id"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"step": 0}, "step"),
        ({"step": 0.7}, "step"),
        ({"whole": 0}, "whole"),
        ({"whole": 5}, "whole"),
        ({"between": 0}, "between"),
        ({"between": 5}, "between"),
        ({"least": 0.4}, "least"),
        ({"long": "a"}, "long"),
        ({"ids": []}, "ids"),
        ({"ids": [1, 2, 3]}, "ids"),
        ({"ids": [1, 10]}, "ids.1"),
        ({"code": "xa"}, "code"),
        ({"letter": "ab"}, "letter"),
        ({"maybe": "a"}, "maybe"),
        ({"name": ""}, "name"),
        ({"label": "abcd"}, "label"),
        ({"lines": ["a", "b"]}, "lines"),
        ({"lines": [""]}, "lines.0"),
        ({"sizes": {"a": 0}}, "sizes.a"),
        ({"parts": [{"weight": 1}, {"weight": -1}]}, "parts.1.weight"),
    ],
)
def test_refused(case: Case, arguments: dict[str, Any], argument: str) -> None:
    """Beyond them."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{argument}: ") as caught:
        client.default.put_thing(**{"id": "a", "name": "n", **arguments})
    assert isinstance(caught.value, case.package.InvalidRequestError)


def test_shared(case: Case) -> None:
    """A class that answers have, too, is held to them where it is sent, at every depth; an answer is taken as it is."""
    answer = Answer(200, b'{"text": "x", "size": 0}')
    result = case.call(lambda client: client.default.make_label(text="ab", size=None, inner=[]), answer).result
    assert (result.text, result.size) == ("x", 0)
    label = case.models.Label
    with case.client() as client:
        make, put = client.default.make_label, client.default.put_labels
        calls: list[tuple[Any, dict[str, Any], str]] = [
            (make, {"text": "a"}, "text"),
            (make, {"text": "xa"}, "text"),
            (make, {"text": "ab", "size": 0}, "size"),
            (make, {"text": "ab", "inner": [label(text="ab")] * 2}, "inner"),
            (put, {"body": [label(text="ab", inner=[result])]}, "body.0.inner.0.text"),
        ]
        for call, arguments, argument in calls:
            with pytest.raises(ValueError, match=f"^{argument}: "):
                call(**arguments)


def test_patterns_of_answers(case: Case) -> None:
    """They are the server's to keep: Python would look for this one until the end of time, for a text of one line."""
    letters = "a" * 60 + "!"
    body = [{"word": letters}, {"words": [letters], "by": {"a": letters}, "like": letters}]
    answer = Answer(200, json.dumps(body).encode())
    word, sentence = case.call(lambda client: client.default.add_word(word="a"), answer).result
    assert (word.word, sentence.words, sentence.by, sentence.like) == (letters, [letters], {"a": letters}, letters)
