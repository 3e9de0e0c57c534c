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


def test_no_content(case: Case) -> None:
    """204 and 205 have no body, whatever a description says of others (RFC 9110, 15.3.5)."""
    assert case.call(lambda client: client.default.get_bare(), Answer(204)).result is None
    assert case.call(lambda client: client.default.get_bare(), Answer(200, b'{"name": "n"}')).result.name == "n"


def test_undeclared_success(case: Case) -> None:
    """It is what the method says that it returns, not the error."""
    answer = Answer(202, b'{"name": "n"}')
    assert case.call(lambda client: client.default.get_other(), answer).result == case.models.Thing(name="n")
    assert case.error(lambda client: client.default.get_other(), Answer(202, b'{"code": 7}')).field == "name"
