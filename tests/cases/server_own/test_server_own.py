"""`servers` of a path and of an operation."""

from __future__ import annotations

import httpx2

from tests.support.cases import Case


def test_described(case: Case) -> None:
    """The operation's own win over the path's, and these over the description's."""
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(204)

    with (
        httpx2.Client(transport=httpx2.MockTransport(answer)) as http_client,
        case.module("client").Client(http_client=http_client) as client,
    ):
        client.default.get_usual()
        client.default.get_path(id="a")
        client.default.put_path(id="a")
        client.default.get_relative()
    assert seen == [
        "https://api.example.com/v1/usual",
        "https://eu.example.com/v2/path/a",
        "https://files.example.com/path/a",
        "https://api.example.com/v3/relative",
    ]


def test_given(case: Case) -> None:
    """A caller who says where the API is gets everything there."""
    assert case.call(lambda client: client.default.put_path(id="a")).target == "/path/a"
