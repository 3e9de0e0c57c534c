"""Headers of answers, also lists and objects: they can be had as they came."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_headers(case: Case) -> None:
    """With the twin that returns everything."""
    answer = Answer(200, b"[]", headers={"X-Request-Id": "req_1", "X-Parts": "1,2", "X-Map": "a=1"})
    result = case.call(lambda client: client.default.list_things_with_http_info(), answer).result
    data, status, headers = result
    assert (data, status, headers["x-parts"], headers["X-Map"]) == ([], 200, "1,2", "a=1")
    assert result.request_id == "req_1"
