"""`extra_headers` of one call: what they win over, and what they may not hold."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from persona_oauth import ApiError, ApiResponse, Client, InvalidRequestError
from tests.client.scripted import API_KEY, CODE, OK, Driver, ScriptedServer, answer
from tests.support.checkout import PACKAGE

SECRET = "planted-extra-secret"


def sent(driver: Driver, call: dict[str, Any], **settings: Any) -> Any:
    """The one request of a call."""
    with ScriptedServer(OK) as server:
        outcome = driver.call(server.base_url, call, **settings)
    assert isinstance(outcome, ApiResponse), outcome
    return server.requests[0]


def test_they_are_sent_once(driver: Driver) -> None:
    """With this call and its repeats, not with the next one."""
    with ScriptedServer(answer(503, b""), OK, OK) as server:
        driver.calls(server.base_url, [{"extra_headers": {"X-Team": "a"}}, {}])
    assert [request.header("X-Team") for request in server.requests] == ["a", "a", None]


@pytest.mark.parametrize(
    ("call", "version"),
    [({}, "2025-10-27"), ({"persona_version": "2023-01-05"}, "2023-01-05"), ({"persona_version": None}, None)],
)
def test_precedence(driver: Driver, call: dict[str, Any], version: str | None) -> None:
    """An argument, then these, then the client's; whatever the case of their names. Each header is sent once."""
    headers = {"Persona-Version": "2025-12-08", "X-Team": "client", "X-Other": "client"}
    extra = {"persona-version": "2025-10-27", "x-team": "call"}
    request = sent(driver, {**call, "extra_headers": extra}, headers=headers)
    assert request.header("Persona-Version") == version
    assert request.header("X-Other") == "client"
    assert [value for name, value in request.headers if name.lower() == "x-team"] == ["call"]


def test_they_win_over_what_the_client_says_of_itself(driver: Driver) -> None:
    """As `headers` of the client do."""
    request = sent(driver, {"extra_headers": {"user-agent": "mine"}})
    assert request.header("User-Agent") == "mine"


def test_credentials(driver: Driver) -> None:
    """A header of a scheme counts as credentials: in place of the key, of `auth`, and of having neither."""
    extra = {"authorization": "Bearer other"}
    for settings in ({}, {"api_key": None}, {"api_key": None, "auth": lambda request: request}):
        request = sent(driver, {"extra_headers": extra}, **settings)
        assert [value for name, value in request.headers if name.lower() == "authorization"] == ["Bearer other"]


@pytest.mark.parametrize(
    "extra",
    [
        {"Idempotency-Key": SECRET},
        {"content-type": SECRET},
        {"X-Team": f"{SECRET}\n"},
        {"X Team": SECRET},
        {"X-Team": 7},
        {"Authorization": ""},
        [("X-Team", SECRET)],
        SECRET,
        "",
    ],
)
def test_refused(driver: Driver, extra: Any) -> None:
    """By name and before anything is sent, without their values."""
    with ScriptedServer() as server:
        outcome = driver.call(server.base_url, {"extra_headers": extra})
    assert isinstance(outcome, InvalidRequestError)
    assert outcome.argument == "extra_headers"
    assert SECRET not in str(outcome)


@pytest.mark.parametrize("method", ["create_access_token", "create_access_token_with_http_info"])
def test_no_frame_keeps_them(method: str) -> None:
    """Neither where the server refuses the call, nor where the client does; and a body that echoes the key hides it."""
    refusal = answer(401, {"errors": [{"title": f"no such key: {SECRET}"}]})
    with ScriptedServer(refusal) as server, Client(API_KEY, base_url=server.base_url, max_retries=0) as client:
        for options in ({}, {"timeout": -1}):
            with pytest.raises(ApiError) as caught:
                getattr(client.oauth, method)(code=CODE, extra_headers={"Authorization": f"Bearer {SECRET}"}, **options)
            shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            ours = [frame for frame in shown.stack if PACKAGE in frame.filename]
            assert ours
            assert SECRET not in "".join(f"{frame.locals}" for frame in ours) + str(caught.value)
