"""Callbacks, links and webhooks are requests of the server's: no method comes of them."""

from __future__ import annotations

from tests.support.cases import Case


def test_operations(case: Case) -> None:
    """Only what a client calls."""
    assert case.call(lambda client: client.default.create_thing()).target == "/things"
    with case.client() as client:
        assert [name for name in dir(client.default) if not name.startswith("_")] == [
            "create_thing",
            "create_thing_with_http_info",
        ]
