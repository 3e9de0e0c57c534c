"""OpenAPI 3.1, 4.8.12.2.1: `allowReserved`; RFC 6570, 3.2.3."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("value", "plain", "raw"),
    [
        ("a:b/c?d@e", "a%3Ab%2Fc%3Fd%40e", "a:b/c?d@e"),
        ("!$'()*,;", "%21%24%27%28%29%2A%2C%3B", "!$'()*,;"),
        ("a b%ä", "a%20b%25%C3%A4", "a%20b%25%C3%A4"),
        ("100%25", "100%2525", "100%25"),
        ("#[x]", "%23%5Bx%5D", "%23%5Bx%5D"),
        ("-._~", "-._~", "-._~"),
    ],
)
def test_values(case: Case, value: str, plain: str, raw: str) -> None:
    """Kept are those that a query can hold, and what the caller has encoded."""
    sent = case.call(lambda client: client.default.list_things(plain=value, raw=value))
    assert sent.target == f"/things?plain={plain}&raw={raw}"


def test_name(case: Case) -> None:
    """Names are encoded, too."""
    sent = case.call(lambda client: client.default.list_things(filter_a_b="x"))
    assert sent.target == "/things?filter%5Ba%20b%5D=x"
