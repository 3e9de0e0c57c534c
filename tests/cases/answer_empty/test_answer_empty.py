"""Answers without a body. Where JSON is declared and nothing comes, the description is broken: an error, not None."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case, exchange


@pytest.mark.parametrize("answer", [Answer(204), Answer(202, b""), Answer(202, b"ignored")])
def test_nothing(case: Case, answer: Answer) -> None:
    """None; a body that nobody described is left alone."""
    assert case.call(lambda client: client.default.delete_nothing(), answer).result is None


def test_described(case: Case) -> None:
    """204 has no body, whatever the description says (RFC 9110, 15.3.5)."""
    assert case.call(lambda client: client.default.delete_described(), Answer(204)).result is None


def test_either(case: Case) -> None:
    """By the status."""
    assert case.call(lambda client: client.default.put_thing(), Answer(200, b'{"a": "x"}')).result.a == "x"
    assert case.call(lambda client: client.default.put_thing(), Answer(204)).result is None


@pytest.mark.parametrize("answer", [Answer(200, b""), Answer(204)])
def test_missing(case: Case, answer: Answer) -> None:
    """The caller was promised an object; the error tells that the call itself was a success."""
    error = case.error(lambda client: client.default.get_json(), answer)
    assert isinstance(error, case.package.InvalidResponseError)
    assert error.status_code == answer.status


@pytest.mark.parametrize("answer", [Answer(200, b'{"id": 1}'), Answer(201, b""), Answer(204)])
@pytest.mark.parametrize("name", ["post_pet", "move_pet"])
def test_no_success_declared(case: Case, name: str, answer: Answer) -> None:
    """As in the petstore: the method returns nothing, and what the server says of it is no error."""
    assert case.call(lambda client: getattr(client.default, name)(), answer).result is None
    with case.client(base_url=case.server.base_url) as client:
        call = getattr(client.default, f"{name}_with_http_info")
        assert exchange(case.server, call, answer).result.content == answer.body


def test_head(case: Case) -> None:
    """HEAD has no body, whatever the description says (RFC 9110, 9.3.2)."""
    sent = case.call(lambda client: client.default.check_thing(), Answer(200, b'{"a": "x"}'))
    assert (sent.method, sent.result) == ("HEAD", None)
