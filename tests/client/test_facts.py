"""What answers and errors tell of the server and of the call."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from typing import Any

import pytest

from persona_oauth import ApiError, ApiResponse, BadRequestError, RateLimit
from persona_oauth.models import AccessToken
from tests.client.scripted import (
    API_KEY,
    CODE,
    GRANT,
    NOW,
    OK,
    RESET,
    Driver,
    ScriptedServer,
    answer,
)

ALIKE = [
    ("x-amzn-Request-Id", "amzn"),
    ("X-Request-Id", "proxy"),
    ("Other-Environment-Id", "other"),
    ("X-Organization-Id", "other"),
    ("X-RateLimit-Limit", "1"),
]
OWN = [
    ("Request-Id", "req_1"),
    ("Persona-Environment-Id", "env_1"),
    ("Persona-Organization-Id", "org_1"),
    ("RateLimit-Limit", "300"),
]


def failure(driver: Driver, body: object, status: int = 400, **settings: Any) -> ApiError:
    """The error that an answer with this body is raised as."""
    with ScriptedServer(answer(status, body)) as server:
        error = driver.call(server.base_url, max_retries=0, **settings)
    assert isinstance(error, ApiError)
    return error


# --- headers


@pytest.mark.parametrize("status", [201, 409])
def test_headers_that_the_description_declares(driver: Driver, status: int) -> None:
    """Those of proxies that are named alike do not count, even if they come first."""
    body = GRANT if status == 201 else {"errors": []}
    with ScriptedServer(answer(status, body, [*ALIKE, *OWN])) as server:
        outcome = driver.call(server.base_url)
    assert (outcome.request_id, outcome.environment_id, outcome.organization_id) == ("req_1", "env_1", "org_1")
    assert outcome.rate_limit == RateLimit(300, None, None)


@pytest.mark.parametrize("status", [201, 409])
def test_headers_that_are_not_there(driver: Driver, status: int) -> None:
    """Nothing is taken for them."""
    with ScriptedServer(answer(status, GRANT if status == 201 else {"errors": []}, ALIKE)) as server:
        outcome = driver.call(server.base_url)
    assert (outcome.request_id, outcome.environment_id, outcome.organization_id) == (None, None, None)
    assert outcome.rate_limit == RateLimit(None, None, None)
    assert "amzn" not in str(outcome)


# --- errors


def test_one_odd_item(driver: Driver) -> None:
    """It does not hide the others, whatever it is; an odd member does not hide the rest of its item."""
    items = [{"title": "A"}, "odd", None, {"title": 5, "details": "B"}, {"title": "C", "meta": [], "source": "/code"}]
    error = failure(driver, {"errors": items})
    assert [(item.title, item.details, item.meta, item.source) for item in error.errors] == [
        ("A", None, None, None),
        (None, "B", None, None),
        ("C", None, None, None),
    ]
    assert error.body == json.dumps({"errors": items})


def test_many_odd_items(driver: Driver) -> None:
    """Those before them are there."""
    error = failure(driver, {"errors": [{"title": "A"}, *["odd"] * 1000]})
    assert [item.title for item in error.errors] == ["A"]


def test_unknown_members(driver: Driver) -> None:
    """Of the envelope and of its items: they can be had, and no text shows them."""
    error = failure(driver, {"errors": [{"title": "A", "code": "planted"}], "trace": "planted"})
    assert error.errors[0].model_extra == {"code": "planted"}
    assert error.envelope.model_extra == {"trace": "planted"}
    assert "planted" not in repr(error.envelope) + str(error)


def test_body_beside_the_envelope(driver: Driver) -> None:
    """Without the secrets of the call, in whatever charset."""
    body = {"errors": [{"title": "T", "details": f"{CODE} and {API_KEY}"}]}
    error = failure(driver, body)
    assert error.errors[0].details == "[redacted] and [redacted]"
    assert error.body == json.dumps(body).replace(CODE, "[redacted]").replace(API_KEY, "[redacted]")
    assert len(error.errors) == 1


@pytest.mark.parametrize("letter", ["D", "é", "表"])
def test_body_that_is_cut(driver: Driver, letter: str) -> None:
    """The first items of a long list are there, in letters of whatever length."""
    items = [{"title": f"T{number}", "details": letter * 100} for number in range(3_000)]
    error = failure(driver, json.dumps({"errors": items}, ensure_ascii=False).encode())
    assert error.body is not None
    assert 4090 < len(error.body.encode()) <= 4096
    assert len(error.errors) > 100
    assert {item.title for item in error.errors[:3]} == {"T0", "T1", "T2"}


PROBLEM = {"type": "about:blank", "title": "Out of credit", "status": 403, "detail": "Your balance is 30", "x": 1}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"error": "invalid_grant", "error_description": "The code has\nexpired"},
            "invalid_grant: The code has expired",
        ),
        ({"error": "invalid_grant"}, "invalid_grant"),
        (PROBLEM, "Out of credit: Your balance is 30"),
        ({"title": "Only this"}, "Only this"),
        ({"errors": [], "error": "invalid_client"}, "invalid_client"),
        ({"errors": [{"title": "First"}], "error": "invalid_client"}, "First"),
        ({"error": {"message": "an object"}}, "an object"),
        (["no", "object"], ""),
        ({"error": f"x{CODE}x"}, "x[redacted]x"),
    ],
    ids=["RFC 6749", "code", "RFC 9457", "title", "both", "envelope", "object", "list", "secret"],
)
def test_texts_of_the_rfcs(driver: Driver, body: object, text: str) -> None:
    """They are in the message, where the envelope says nothing."""
    error = failure(driver, body)
    assert isinstance(error, BadRequestError)
    assert str(error) == f"400 Bad Request: {text}".removesuffix(": ")
    assert error.body == json.dumps(body).replace(CODE, "[redacted]")


def test_text_of_a_status_that_is_not_declared(driver: Driver) -> None:
    """The message has the first of the errors all the same."""
    assert str(failure(driver, b'{"errors": [{"title": "Odd"}]}', 418)) == "418 I'm a Teapot: Odd"


# --- a success


def test_raw_body(driver: Driver) -> None:
    """As it came, and in no repr."""
    body = json.dumps({**GRANT, "new": "member"}).encode()
    with ScriptedServer(answer(201, body)) as server:
        response = driver.call(server.base_url)
    assert isinstance(response, ApiResponse)
    assert response.content == body
    assert response.data.model_extra == {"new": "member"}
    assert "new" not in repr(response) + repr(response.data)


def test_what_the_call_was(driver: Driver) -> None:
    """When it began, how long it took with its repeats, how many attempts, and the key."""
    with ScriptedServer(RESET, RESET, OK) as server:
        response = driver.call(server.base_url)
    assert isinstance(response, ApiResponse)
    assert response.started_at == datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    assert (response.elapsed, response.attempts) == (1.5, 3)
    assert response.idempotency_key == server.requests[0].header("Idempotency-Key")


def test_answer_travels() -> None:
    """Copied and pickled with all that it carries, and still three parts."""
    with ScriptedServer(answer(201, GRANT, OWN)) as server:
        response = Driver("sync").call(server.base_url)
    assert isinstance(response, ApiResponse)
    for twin in (copy.copy(response), pickle.loads(pickle.dumps(response))):
        assert tuple(twin) == tuple(response)
        assert vars(twin) == vars(response)
        assert (twin.content, twin.started_at, twin.request_id) == (response.content, response.started_at, "req_1")


# --- lifetimes


def test_end_of_a_token(driver: Driver) -> None:
    """Counted from the first attempt, whatever the repeats took; the server may have replayed its first answer."""
    with ScriptedServer(RESET, OK) as server:
        response = driver.call(server.base_url)
    assert isinstance(response, ApiResponse)
    assert response.data.expires_at == response.started_at + datetime.timedelta(seconds=3599)
    assert response.data.expires_at.tzinfo is datetime.UTC


def test_end_of_a_token_that_was_kept() -> None:
    """A copy ends when its original does, however it was kept; it is no part of what makes two tokens equal."""
    made = AccessToken(access_token="t", expires_in=10)
    for twin in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made)), made.model_copy()):
        assert twin.expires_at == made.expires_at
    assert AccessToken(access_token="t", expires_in=10) == made
    left = made.expires_at - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(0) < left <= datetime.timedelta(seconds=10)


@pytest.mark.parametrize("life", [10**15, 10**400], ids=["long", "no float"])
def test_end_beyond_all_calendars(life: int) -> None:
    """It is the last moment that there is."""
    assert AccessToken(access_token="t", expires_in=life).expires_at.year == datetime.MAXYEAR


@pytest.mark.parametrize("life", [0, -5, -(10**400)], ids=["0", "negative", "no float"])
def test_end_that_is_over(life: int) -> None:
    """The moment when it was made."""
    assert AccessToken(access_token="t", expires_in=life).expires_at <= datetime.datetime.now(datetime.UTC)
