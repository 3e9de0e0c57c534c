"""What is required and `readOnly` is required in answers, and typed so (uses.txt)."""

from __future__ import annotations

from tests.support.cases import Answer, Case

PETS = b'"pets": [{"kind": "Cat"}]'


def test_sent(case: Case) -> None:
    """Without it."""
    answer = Answer(200, b'{"id": "z", %b}' % PETS)
    sent = case.call(lambda client: client.default.post_a(body={"pets": [{"kind": "Cat"}]}), answer)
    assert (sent.body, sent.result.id) == (b'{"pets":[{"kind":"Cat"}]}', "z")


def test_missing_in_an_answer(case: Case) -> None:
    """It does not fit."""
    error = case.error(lambda client: client.default.post_a(body={"pets": []}), Answer(200, b"{%b}" % PETS))
    assert (type(error), error.field) == (case.package.InvalidResponseError, "id")
