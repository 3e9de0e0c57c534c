"""A discriminator without a mapping, and one whose mapping leads out of the description."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("kind", "name"), [("cat", "Cat"), ("dog", "Dog"), ("Fish", "Fish"), ("bird", "UnknownVariant")]
)
def test_answer(case: Case, kind: str, name: str) -> None:
    """The values are those of the variant's own type; where that lists none, its name."""
    answer = Answer(200, f'{{"kind": "{kind}", "lives": 1}}'.encode())
    sent = case.call(lambda client: client.default.create_pet(body={"kind": "dog", "lives": 9}), answer)
    assert sent.body == b'{"kind":"dog","lives":9}'
    assert type(sent.result).__name__ == name


def test_a_variant_that_is_not_known(case: Case) -> None:
    """Its members can be read; its repr has their names only, since any of them may be secret."""
    answer = Answer(200, b'{"kind": "bird", "api-key": "planted"}')
    bird = case.call(lambda client: client.default.create_pet(body={"kind": "dog", "lives": 9}), answer).result
    assert getattr(bird, "api-key") == "planted"
    assert repr(bird) == "UnknownVariant('kind', 'api-key')"


@pytest.mark.parametrize("kind", ["attach", "detach"])
def test_leading_outside(case: Case, kind: str) -> None:
    """Nothing is known of which is which: the other members tell."""
    sent = case.call(lambda client: client.default.act(action={"type": kind, "name": "x"}))
    assert sent.body.decode() == f'{{"action":{{"type":"{kind}","name":"x"}}}}'


@pytest.mark.parametrize(
    ("body", "name"),
    [(b'{"kind": "dog"}', "Dog"), (b'{"kind": "bird"}', "UnknownVariant"), (b"null", "NoneType")],
)
def test_null(case: Case, body: bytes, name: str) -> None:
    """Null among the variants needs no value of its own."""
    result = case.call(lambda client: client.default.get_pet(), Answer(200, body)).result
    assert type(result).__name__ == name
