"""Headers of answers, also lists and objects: they can be had as they came."""

from __future__ import annotations

from pathlib import Path

from tests.support.cases import Answer, Case, Library

FOLDER = Path(__file__).parent


def test_headers(case: Case) -> None:
    """With the twin that returns everything."""
    answer = Answer(200, b"[]", headers={"X-Request-Id": "req_1", "X-Parts": "1,2", "X-Map": "a=1"})
    result = case.call(lambda client: client.default.list_things_with_http_info(), answer).result
    data, status, headers = result
    assert (data, status, headers["x-parts"], headers["X-Map"]) == ([], 200, "1,2", "a=1")
    assert result.request_id == "req_1"


def test_attributes(case: Case) -> None:
    """For those that the description names one for, and for those whose meaning is well known."""
    headers = {"X-Request-Id": "req_1", "x-left": "7", "b3": "t", "X-RateLimit-Remaining": "5", "RateLimit-Limit": "9"}
    result = case.call(lambda client: client.default.list_things_with_http_info(), Answer(200, b"[]", headers=headers))
    response = result.result
    assert (response.request_id, response.left, response.trace) == ("req_1", 7, "t")
    assert response.rate_limit == (None, 5, None)


def test_attributes_of_an_error(case: Case) -> None:
    """The same; and the first of several headers counts."""
    answer = Answer(418, b"", headers={"B3": "second", "X-Trace": "first", "X-Left": "many"})
    error = case.error(lambda client: client.default.list_things(), answer)
    assert (error.trace, error.left, error.request_id) == ("first", None, None)
    assert not hasattr(error, "environment_id")


def test_no_headers(library: Library) -> None:
    """Where none is declared, there is no attribute, whatever the server sends."""
    case = library.case(FOLDER.parent / "answer_json")
    headers = {"Request-Id": "req_1", "RateLimit-Limit": "9"}
    error = case.error(lambda client: client.default.get_thing(), Answer(429, b"", headers=headers))
    assert not hasattr(error, "request_id")
    assert not hasattr(error, "rate_limit")
    assert "req_1" not in str(error)
