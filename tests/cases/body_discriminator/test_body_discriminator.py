"""OpenAPI 3.1, 4.8.25: the member that tells variants apart."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_sent(case: Case) -> None:
    """Dicts become what their discriminator says."""
    pets = [{"pet-type": "dog", "tricks": ["sit"]}, {"pet-type": "cat", "lives": 9}]
    sent = case.call(lambda client: client.default.create_pets(pets=pets), Answer(200, b'{"pet-type": "cat"}'))
    assert sent.body == b'{"pets":[{"pet-type":"dog","tricks":["sit"]},{"pet-type":"cat","lives":9}]}'


def test_received(case: Case) -> None:
    """Variants with the same members are told apart by it alone."""
    models = case.models
    answers = {b'{"pet-type": "cat", "lives": 9}': models.Cat, b'{"pet-type": "dog", "lives": 1}': models.Dog}
    for body, model in answers.items():
        result = case.call(lambda client: client.default.create_pets(pets=[]), Answer(200, body)).result
        assert type(result) is model
