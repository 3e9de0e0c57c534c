"""What errors carry, and that they travel."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable

import pytest

import persona_oauth
from persona_oauth import ApiError, ApiResponse, RateLimit, StatusError, TooManyRequestsError, errors
from tests.client.scripted import Driver, ScriptedServer, answer
from tests.client.test_faults import ROWS

HEADERS = [
    ("Request-Id", "req_1"),
    ("Persona-Environment-Id", "env_1"),
    ("Persona-Organization-Id", "org_1"),
    ("RateLimit-Limit", "300"),
    ("RateLimit-Remaining", "0"),
    ("RateLimit-Reset", "90"),
]
BODY = {
    "errors": [
        {"title": "Rate limit\nexceeded", "details": "slow down", "meta": {"a": 1}, "source": {"pointer": "/code"}},
        {"title": "Other"},
    ]
}


def test_everything_that_an_answer_tells(driver: Driver) -> None:
    """Envelope, ids, rate limit, wait; the message is one line."""
    with ScriptedServer(answer(429, BODY, HEADERS)) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, TooManyRequestsError)
    assert str(error) == "429 Too Many Requests: Rate limit exceeded: slow down (and 1 more) (request id req_1)"
    assert (error.request_id, error.environment_id, error.organization_id) == ("req_1", "env_1", "org_1")
    assert error.rate_limit == RateLimit(300, 0, 90)
    assert error.retry_after == 90.0
    assert error.errors[0].source is not None
    assert error.errors[0].source.pointer == "/code"
    assert error.errors[0].meta == {"a": 1}
    assert error.body == json.dumps(BODY)
    assert error.headers is not None
    assert error.headers["ratelimit-limit"] == "300"


@pytest.mark.parametrize(
    ("title", "shown"),
    [("x" * 200, "x" * 200), ("x" * 201, "x" * 199 + "…"), ("a\x1b[31m\u202eb\u2028 c", "a\\x1b[31m\\u202eb c")],
    ids=["200", "201", "control"],
)
def test_message_is_one_bounded_line(driver: Driver, title: str, shown: str) -> None:
    """Of printable characters, whatever the server says: it ends up in logs and terminals."""
    with ScriptedServer(answer(400, {"errors": [{"title": title}]})) as server:
        error = driver.call(server.base_url)
    assert str(error) == f"400 Bad Request: {shown}"


@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "٣", "9" * 5000], ids=lambda value: value[:3])
def test_rate_limit_that_is_no_number(driver: Driver, value: str) -> None:
    """Or none that anybody could mean: it is not known."""
    with ScriptedServer(answer(409, BODY, [("RateLimit-Limit", value.encode().decode("latin-1"))])) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, ApiError)
    assert error.rate_limit.limit is None


def test_header_that_is_there_twice(driver: Driver) -> None:
    """As where a gateway adds its own: the first one counts, and of a list of windows the first item."""
    twice = [
        ("Request-Id", "req_1"), ("Request-Id", "req_2"), ("RateLimit-Limit", "100, 100;w=60, 5000;w=3600"),
        ("RateLimit-Remaining", "7"), ("RateLimit-Remaining", "9"),
    ]  # fmt: skip
    with ScriptedServer(answer(409, BODY, twice)) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, ApiError)
    assert error.request_id == "req_1"
    assert error.rate_limit[:2] == (100, 7)


def test_answer_tells_the_same(driver: Driver) -> None:
    """A success unpacks to three, and names ids and rate limit."""
    with ScriptedServer(answer(201, headers=HEADERS)) as server:
        response = driver.call(server.base_url)
    assert isinstance(response, ApiResponse)
    data, status_code, headers = response
    assert (data.expires_in, status_code, headers["request-id"]) == (3599, 201, "req_1")
    assert (response.request_id, response.environment_id, response.organization_id) == ("req_1", "env_1", "org_1")
    assert response.rate_limit == RateLimit(300, 0, 90)


def test_the_word_bearer_is_no_secret(driver: Driver) -> None:
    """Of a credential only the secret part is redacted."""
    with ScriptedServer(answer(401, {"errors": [{"title": "Bearer token is missing"}]})) as server:
        error = driver.call(server.base_url)
    assert str(error) == "401 Unauthorized: Bearer token is missing"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "UnauthorizedError"),
        (403, "ForbiddenError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "TooManyRequestsError"),
        (418, "ClientError"),
        (500, "ServerError"),
        (599, "ServerError"),
        (302, "StatusError"),
    ],
)
def test_class_of_each_status(driver: Driver, status: int, name: str) -> None:
    """The class is named after the phrase; all are StatusError."""
    with ScriptedServer(answer(status, BODY)) as server:
        error = driver.call(server.base_url, max_retries=0)
    assert type(error) is getattr(persona_oauth, name)
    assert isinstance(error, StatusError)
    assert error.errors[1].title == "Other"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.error])
def test_errors_travel(name: str, duplicate: Callable[[ApiError], ApiError]) -> None:
    """Copied and pickled with everything they carry."""
    row = ROWS[name]
    with ScriptedServer(*row.script) as server:
        error = Driver("sync").call(server.base_url, **row.settings)
    assert isinstance(error, ApiError)
    twin = duplicate(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert (twin.request_id, twin.rate_limit, twin.errors) == (error.request_id, error.rate_limit, error.errors)


def test_tree() -> None:
    """The text that draws it names each class, with its bases; each can be had from the package itself."""
    drawn = re.findall(r"([A-Za-z]+Error)\b", errors.__doc__ or "")
    classes = [name for name in errors.__all__ if name.endswith("Error")]
    assert {*classes} <= {*drawn}
    assert {"TokenExpiredError", "TokenRequestError"} <= {*classes}
    for name in classes:
        kind = getattr(persona_oauth, name)
        assert issubclass(kind, ApiError)
        assert name in dir(persona_oauth)
