"""Codes that are posted to a service: FastAPI, Flask, AWS Lambda."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from tests.recipes.conftest import Load

LATER = {"Retry-After": "600"}  # longer than the client waits, so that the test does not wait


class Said(NamedTuple):
    """The answer of a service."""

    status: int
    retry_after: str | None
    text: str


Post = Callable[[str], Said]


@contextmanager
def fastapi_service(load: Load) -> Iterator[Post]:
    """The service in FastAPI, with its lifespan."""
    with TestClient(load("fastapi_exchange").app) as http:

        def post(code: str) -> Said:
            answer = http.post("/codes", json={"code": code})
            return Said(answer.status_code, answer.headers.get("Retry-After"), answer.text)

        yield post


@contextmanager
def flask_service(load: Load) -> Iterator[Post]:
    """The same in Flask."""
    module = load("flask_exchange")
    http = module.app.test_client()

    def post(code: str) -> Said:
        answer = http.post("/codes", json={"code": code})
        return Said(answer.status_code, answer.headers.get("Retry-After"), answer.text)

    with module.persona:
        yield post


@pytest.fixture(params=[fastapi_service, flask_service])
def post(request: pytest.FixtureRequest, load: Load, sandbox: Any) -> Iterator[Post]:
    """Posts a code to the service."""
    with request.param(load) as post:
        yield post


def test_a_code_is_exchanged_once(post: Post, sandbox: Any, code: Callable[[], str]) -> None:
    """However often its sender posts it."""
    handed_over = code()
    assert [post(handed_over).status, post(handed_over).status] == [204, 204]
    assert len(sandbox.behaviour.tokens) == 1


def test_the_answer_says_whether_to_post_the_code_again(post: Post, sandbox: Any, code: Callable[[], str]) -> None:
    """A code that is refused needs a new one; a limit, only time; a key that was revoked is nothing of the sender's."""
    assert post("unknown").status == 422
    sandbox.fail_next(429, headers=LATER)
    handed_over = code()
    assert post(handed_over)[:2] == (503, "30")
    assert post(handed_over).status == 204
    sandbox.organization.api_keys[0].is_revoked = True
    assert post(code()).status == 502


def test_no_secret_is_shown(
    post: Post, sandbox: Any, code: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the log, nor to the sender."""
    caplog.set_level("DEBUG")
    handed_over = code()
    said = [post(handed_over).text, post(f"{handed_over}x").text, caplog.text]
    [token] = sandbox.behaviour.tokens
    for secret in (handed_over, token, sandbox.api_key):
        assert secret not in "".join(said)


class Context:
    """What Lambda passes, as far as the recipe needs it."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """Until Lambda ends the function."""
        return self.milliseconds


@pytest.fixture
def handle(load: Load, sandbox: Any) -> Iterator[Callable[..., list[str]]]:
    """Calls the function with messages; the ones that have to come again."""
    module = load("aws_lambda")

    def handle(messages: dict[str, str], milliseconds: int = 600_000) -> list[str]:
        event = {"Records": [{"messageId": key, "body": code} for key, code in messages.items()]}
        failures = module.handler(event, Context(milliseconds))["batchItemFailures"]
        return [failure["itemIdentifier"] for failure in failures]

    with module.persona:
        yield handle


def test_only_what_can_be_repeated_goes_back_to_the_queue(
    handle: Callable[..., list[str]], sandbox: Any, code: Callable[[], str]
) -> None:
    """And the repeat is the same call."""
    sandbox.fail_next(429, headers=LATER)
    messages = {"m1": code(), "m2": "unknown", "m3": code()}
    assert handle(messages) == ["m1"]
    assert handle(messages) == []
    assert len(sandbox.behaviour.tokens) == 2


def test_nothing_begins_when_the_time_is_short(
    handle: Callable[..., list[str]], sandbox: Any, code: Callable[[], str]
) -> None:
    """Lambda would end it in the middle."""
    assert handle({"m1": code()}, milliseconds=1000) == ["m1"]
    assert sandbox.requests == []
