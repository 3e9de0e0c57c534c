"""Basic and bearer authentication; OAuth 2 and OpenID Connect end in a bearer token (RFC 6750)."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("operation", "value"),
    [
        ("get_basic", "Basic dXNlcjpwYXNz"),
        ("get_bearer", "Bearer user:pass"),
        ("get_oauth", "Bearer user:pass"),
        ("get_open_id", "Bearer user:pass"),
        ("get_other", "Bearer user:pass"),
    ],
)
def test_authorization(case: Case, operation: str, value: str) -> None:
    """`api_key` in the way of the scheme; a scheme that a header can't serve is passed over."""
    sent = case.call(lambda client: getattr(client.default, operation)(), api_key="user:pass")
    assert sent.headers["authorization"] == value
