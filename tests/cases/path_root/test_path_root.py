"""An operation whose path is `/`."""

from __future__ import annotations

import httpx2

from tests.support.cases import Case


def test_the_page_of_a_sandbox_leaves_the_path_to_the_operation(case: Case) -> None:
    """It is at `/_sandbox`, and is not among the requests that it shows."""
    sandbox = case.module("testing").Sandbox()
    with sandbox.serve() as server:
        assert httpx2.get(f"{server.url}/").json() == "index"
        assert server.page == f"{server.url}/_sandbox"
        page = httpx2.get(server.page)
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert "get_<wbr>index" in page.text
    assert [call.operation for call in sandbox.requests] == ["get_index"]
