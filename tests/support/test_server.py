"""The server of the tests fails the test whose client does something else than the test says."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.server import Answer, Server


def test_an_unexpected_request_fails_the_test() -> None:
    """Whatever the client makes of the answer that it gets."""

    def ask() -> None:
        with Server(Answer()) as server:
            httpx2.get(f"{server.base_url}/a")
            assert httpx2.get(f"{server.base_url}/b").status_code == 599

    with pytest.raises(AssertionError, match=r"unexpected.*GET /api/v1/b"):
        ask()


def test_a_request_that_is_not_chosen_fails_the_test() -> None:
    """The same where answers are chosen."""
    with pytest.raises(AssertionError, match="unexpected"), Server(choose=lambda _: None) as server:
        httpx2.get(server.base_url)


def test_a_request_too_few_fails_the_test() -> None:
    """An answer is left over."""
    with pytest.raises(AssertionError, match="no request asked for"), Server(Answer(), Answer()) as server:
        httpx2.get(server.base_url)


def test_one_exchange_does_not_answer_for_another() -> None:
    """A call that fails leaves no answer behind, one that sends a request too many fails even if it does not notice."""
    with Server(base_path="") as server:
        with pytest.raises(ZeroDivisionError):
            server.exchanges(lambda: 1 / 0, Answer(201))
        assert server.exchanges(lambda: httpx2.get(server.base_url).status_code, Answer(200))[0] == 200
        with pytest.raises(AssertionError, match="unexpected"):
            server.exchanges(lambda: httpx2.get(server.base_url))
        server.exchanges(lambda: None)


def test_a_failing_test_fails_for_its_own_reason() -> None:
    """What the server expected is no longer the question."""
    with pytest.raises(KeyError), Server(Answer()):
        raise KeyError


def test_head_has_no_body() -> None:
    """RFC 9110, 9.3.2; the connection stays in step."""
    with Server(Answer(200, {"a": 1}), Answer(200, {"b": 2})) as server, httpx2.Client() as client:
        assert client.head(server.base_url).headers["Content-Length"] == "8"
        assert client.get(server.base_url).json() == {"b": 2}
