"""Null, in the spellings of OpenAPI 3.1."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case

NULLS = b'{"types":null,"any":null,"one":null,"with-enum":null,"by-ref":null}'
VALUES = b'{"types":"a","any":"b","one":1,"with-enum":"a","by-ref":{"x":1}}'


def test_received(case: Case) -> None:
    """Null is a value, where it is one."""
    result = case.call(lambda client: client.default.get_thing(), Answer(200, NULLS)).result
    assert {*dict(result).values()} == {None}
    result = case.call(lambda client: client.default.get_thing(), Answer(200, VALUES)).result
    assert (result.types, result.any_, result.one, result.with_enum, result.by_ref.x) == ("a", "b", 1, "a", 1)


def test_refused(case: Case) -> None:
    """Required is still required."""
    error = case.error(lambda client: client.default.get_thing(), Answer(200, NULLS.replace(b'"one":null,', b"")))
    assert error.field == "one"


@pytest.mark.parametrize("body", [NULLS, VALUES])
def test_sent_back(case: Case, body: bytes) -> None:
    """What came is what goes."""
    result = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert case.call(lambda client: client.default.put_thing(body=[result])).body == b"[" + body + b"]"
