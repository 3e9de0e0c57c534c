"""`default`: the success where there is no other, the error where there is one."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_success(case: Case) -> None:
    """Of any status of success."""
    for status in (200, 201):
        answer = Answer(status, b'{"name": "n"}')
        assert case.call(lambda client: client.default.get_thing(), answer).result == case.models.Thing(name="n")


def test_error(case: Case) -> None:
    """Of any status that has no answer of its own."""
    error = case.error(lambda client: client.default.get_other(), Answer(418, b'{"code": 7}'))
    assert isinstance(error, case.package.ClientError)
    assert error.envelope == case.models.Error(code=7)
