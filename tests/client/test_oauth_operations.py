"""Both operations against a server on a socket, sync and async.

Runs on the package in generated/, and from test_package.py on the wheel that was built from it: it imports nothing
else of this repository than its server.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import anyio
import httpx2
import pytest

import persona_oauth
from persona_oauth import ApiResponse, AsyncClient, Client, InvalidRequestError, RateLimit, StatusError
from tests.support.server import Answer, Received, Server

API_KEY = "persona_sandbox_5ed1b2a4-0000-4000-8000-6a1f2f3d4c5b"
AUTHORIZE = {"client_id": "org_1", "scope": "inquiry.read:inq_1 verification.read:ver_1"}
TOKEN = {"code": "a+b/c=é"}
CALLS: dict[str, dict[str, Any]] = {"create_authorization": AUTHORIZE, "create_access_token": TOKEN}
AUTHORIZATION = {"code": "Vd7kPw2X", "expires-in": 599}
ACCESS_TOKEN = {"access-token": "tok_1", "token-type": "bearer", "expires-in": 3599, "scope": "inquiry.read:inq_1"}
ERRORS = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "TooManyRequestsError",
}


@pytest.fixture(params=["sync", "asyncio", "trio"])
def flavour(request: pytest.FixtureRequest) -> str:
    """How the client is used."""
    return str(request.param)


def call(flavour: str, server: Server, method: str, /, **arguments: Any) -> Any:
    """Call a method of a client of this flavour, once."""
    settings: dict[str, Any] = {"api_key": API_KEY, "base_url": server.base_url, "max_retries": 0}
    if flavour == "sync":
        with Client(**settings) as client:
            return getattr(client.oauth, method)(**arguments)

    async def main() -> Any:
        async with AsyncClient(**settings) as client:
            return await getattr(client.oauth, method)(**arguments)

    return anyio.run(main, backend=flavour)


def described(request: Received) -> dict[str, str]:
    """The headers of a request but for those that are httpx2's own business, and the key that each call makes up."""
    headers = dict(request.headers)
    assert len(headers) == len(request.headers), "a header came twice"
    for name in ("Accept-Encoding", "Connection"):
        del headers[name]
    if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", headers.get("Idempotency-Key", "")):
        headers["Idempotency-Key"] = "(made up)"
    return headers


def expected(server: Server, body: bytes, **more: str) -> dict[str, str]:
    """The headers of every request; `more` by name, with underscores."""
    python = ".".join(map(str, sys.version_info[:3]))
    distribution = persona_oauth.__name__.replace("_", "-")  # the same name, as an index writes it (PEP 503)
    return {
        "Host": server.address,
        "Authorization": f"Bearer {API_KEY}",
        "Accept": "application/json",
        "User-Agent": f"{distribution}/{persona_oauth.__version__} httpx2/{httpx2.__version__} python/{python}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


# --- what is sent


@pytest.mark.parametrize(
    ("method", "path", "answer", "body"),
    [
        (
            "create_authorization",
            "/api/v1/oauth/authorize",
            AUTHORIZATION,
            b"client-id=org_1&response-type=code&scope=inquiry.read%3Ainq_1+verification.read%3Aver_1",
        ),
        (
            "create_access_token",
            "/api/v1/oauth/token",
            ACCESS_TOKEN,
            b"code=a%2Bb%2Fc%3D%C3%A9&grant-type=authorization_code",
        ),
    ],
    ids=["authorize", "token"],
)
def test_defaults_are_sent_and_what_was_not_given_is_not(
    flavour: str, method: str, path: str, answer: object, body: bytes
) -> None:
    """The whole request, byte for byte: the description's defaults are in it, other optional things are not."""
    with Server(Answer(201, answer)) as server:
        call(flavour, server, method, **CALLS[method])
    [request] = server.requests
    assert request.line == f"POST {path} HTTP/1.1"
    assert request.body == body
    assert described(request) == expected(server, body, Persona_Version="2023-01-05", Idempotency_Key="(made up)")


@pytest.mark.parametrize("method", CALLS)
def test_what_was_given_is_sent(flavour: str, method: str) -> None:
    """Each header argument arrives under the description's name."""
    answer = {**AUTHORIZATION, **ACCESS_TOKEN}
    given = {"key_inflection": "camel", "idempotency_key": "key 1", "persona_version": "2025-12-08"}
    with Server(Answer(201, answer)) as server:
        call(flavour, server, method, **CALLS[method], **given)
    [request] = server.requests
    names = {"Key_Inflection": "camel", "Idempotency_Key": "key 1", "Persona_Version": "2025-12-08"}
    assert described(request) == expected(server, request.body, **names)


def test_no_version_is_sent_for_none(flavour: str) -> None:
    """A caller can do without the version that the client was written against."""
    with Server(Answer(201, ACCESS_TOKEN)) as server:
        call(flavour, server, "create_access_token", **TOKEN, persona_version=None)
    assert "Persona-Version" not in dict(server.requests[0].headers)


@pytest.mark.parametrize(
    ("method", "argument", "value"),
    [
        ("create_access_token", "code", ""),
        ("create_access_token", "key_inflection", "Kebab"),
        ("create_access_token", "persona_version", "latest"),
        ("create_access_token", "grant_type", "password"),
        ("create_authorization", "client_id", ""),
        ("create_authorization", "response_type", "token"),
    ],
)
def test_what_the_description_refuses_is_not_sent(flavour: str, method: str, argument: str, value: str) -> None:
    """The error comes before any request, names the argument and is a ValueError, too."""
    with Server() as server, pytest.raises(InvalidRequestError, match=argument) as caught:
        call(flavour, server, method, **{**CALLS[method], argument: value})
    assert isinstance(caught.value, ValueError)
    assert caught.value.argument == argument
    assert server.requests == []


# --- what comes back


@pytest.mark.parametrize(
    "answer",
    [
        {"access-token": "tok_1", "token-type": "Bearer", "expires-in": 900, "scope": ""},
        {"accessToken": "tok_1", "tokenType": "Bearer", "expiresIn": 900, "scope": ""},
        {"access_token": "tok_1", "token_type": "Bearer", "expires_in": 900, "scope": "", "new": {"field": 1}},
    ],
    ids=["kebab", "camel", "snake"],
)
def test_an_access_token_is_read_in_every_casing(flavour: str, answer: dict[str, object]) -> None:
    """The casing is the key's setting, which the client can't know; unknown fields don't disturb."""
    with Server(Answer(201, answer)) as server:
        token = call(flavour, server, "create_access_token", **TOKEN)
    assert (token.access_token, token.token_type, token.expires_in, token.scope) == ("tok_1", "Bearer", 900, "")


def test_the_twin_returns_status_and_headers_too(flavour: str) -> None:
    """One object: unpackable, and with the facts of the headers by name."""
    headers = {"Request-Id": "req_1", "RateLimit-Limit": "300", "RateLimit-Remaining": "287", "RateLimit-Reset": "23"}
    with Server(Answer(201, AUTHORIZATION, headers=headers)) as server:
        response = call(flavour, server, "create_authorization_with_http_info", **AUTHORIZE)
    assert isinstance(response, ApiResponse)
    data, status_code, received = response
    assert (data.code, data.expires_in, status_code) == ("Vd7kPw2X", 599, 201)
    assert received["Request-Id"] == response.request_id == "req_1"
    assert response.rate_limit == RateLimit(limit=300, remaining=287, reset=23)


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("method", CALLS)
def test_each_declared_error_is_raised_with_its_envelope(flavour: str, method: str, status: int) -> None:
    """The class tells the status, `errors` what the server says."""
    item = {"title": "T", "details": "D", "meta": {"any": [1]}, "source": {"pointer": "/code"}}
    answer = Answer(status, {"errors": [item, {"title": "U"}]}, headers={"Request-Id": "req_1"})
    with Server(answer) as server, pytest.raises(StatusError) as caught:
        call(flavour, server, method, **CALLS[method])
    error = caught.value
    assert type(error) is getattr(persona_oauth, ERRORS[status])
    assert (error.status_code, error.request_id) == (status, "req_1")
    first, second = error.errors
    assert (first.title, first.details, first.meta) == ("T", "D", {"any": [1]})
    assert first.source is not None
    assert first.source.pointer == "/code"
    assert (second.title, second.details, second.meta, second.source) == ("U", None, None, None)
