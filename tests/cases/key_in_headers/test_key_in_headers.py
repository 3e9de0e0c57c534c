"""A key that the caller sends as a header, or with an `http_client`, is no missing credential."""

from __future__ import annotations

from typing import Any

from tests.support.cases import Case


def get_a(client: Any) -> Any:
    return client.default.get_a()


def test_headers_of_the_client(case: Case) -> None:
    """The scheme's own header, in any casing."""
    assert case.call(get_a, headers={"x-api-key": "k"}).headers["x-api-key"] == "k"


def test_headers_of_the_callers_http_client(case: Case) -> None:
    """It sends them with each request."""
    assert case.call_through(get_a, headers={"X-Api-Key": "k"}).headers["x-api-key"] == "k"


def test_scheme_that_nothing_is_sent_for(case: Case) -> None:
    """Digest needs no key of ours."""
    assert "x-api-key" not in case.call(lambda client: client.default.get_d(), api_key={"hdr": "k"}).headers
