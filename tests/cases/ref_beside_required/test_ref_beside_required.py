"""OpenAPI 3.0 ignores what stands beside a `$ref`, whatever it is."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_answer(case: Case) -> None:
    """The member is what the reference leads to, and may be absent."""
    answer = case.call(lambda client: client.t.find(), Answer(200, b'{"meta": {"name": "n"}}'))
    assert answer.result.meta.name == "n"
    assert case.call(lambda client: client.t.find(), Answer(200, b"{}")).result.meta is None
