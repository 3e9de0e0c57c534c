"""OpenAPI 3.1, 4.8.5: the first server, with the defaults of its variables."""

from __future__ import annotations

import httpx2

from tests.support.cases import Case


def test_default(case: Case) -> None:
    """Where a client goes that is told nothing else."""
    seen: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(204)

    http_client = httpx2.Client(transport=httpx2.MockTransport(handler))
    with case.module("client").Client(http_client=http_client) as client:
        client.default.list_things()
    assert seen == ["https://eu.example.com:8443/v1/things"]


def test_base_url(case: Case) -> None:
    """Another one takes its place, path included."""
    assert case.call(lambda client: client.default.list_things()).target == "/things"
