"""OpenAPI 3.1, 4.8.16: `2XX`; an explicit status wins over its range."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_range(case: Case) -> None:
    """Any status in it."""
    for status in (200, 201, 299):
        answer = Answer(status, b'{"name": "n"}')
        assert case.call(lambda client: client.default.get_thing(), answer).result == case.models.Thing(name="n")


def test_explicit(case: Case) -> None:
    """The other status of the same range."""
    assert case.call(lambda client: client.default.get_thing(), Answer(202, b"later", "text/plain")).result == "later"


def test_errors(case: Case) -> None:
    """Each range has its own body."""
    error = case.error(lambda client: client.default.get_thing(), Answer(404, b'{"fault": "f"}'))
    assert error.envelope == case.models.Yours(fault="f")
    error = case.error(lambda client: client.default.get_thing(), Answer(500, b'{"trace": "t"}'))
    assert error.envelope == case.models.Ours(trace="t")
