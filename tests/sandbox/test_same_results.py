"""The client gets the same from the sandbox as from a server that plays what Persona sends, byte by byte.

Each scenario runs against the transport of a sandbox, against its server, and against the raw socket of the tests.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import anyio
import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client, models
from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import RateLimit
from tests.client.scripted import FakeClock, set_clock
from tests.sandbox.wire import BASE_URL
from tests.support.server import Act, Server, response

FAULT = "the sandbox was asked to fail with {}"
Flavour: TypeAlias = Literal["sync", "asyncio"]
CODE = "Vd7kPw2XsRt9LmZq4HbNc6YgJf3T"
TOKEN = "persona_access_token_h4Tn8VwYq2RzKc6LsXb9MpJd3GfEu7Aa"
SCOPE = "inquiry.read:inq_1"
PRIVATE_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Scene:
    """Where a scenario plays: before a sandbox, whose clock is that of the client."""

    sandbox: Sandbox
    clock: FakeClock
    url: str = BASE_URL
    """The base URL."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Of the client."""
    first_timeout: float | None = None
    """Seconds that the first request waits for its answer."""

    @property
    def own(self) -> str:
        """The organization that calls."""
        return self.sandbox.organization_id

    def code(self) -> str:
        """One for the organization that calls."""
        return self.sandbox.issue_code(self.sandbox.organization, client_id=self.own, scope=SCOPE)

    def limited(self, requests: int) -> RateLimit:
        """A limit of the key that the client has."""
        limit = RateLimit(requests=requests, seconds=10)
        self.settings["api_key"] = self.sandbox.organization.add_api_key(rate_limit=limit).value
        return limit

    def answer(self, status: int, body: object, remaining: int = 299, limit: int = 300, reset: int = 60) -> bytes:
        """What Persona sends, as this scene's sandbox would."""
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        if status != 401:
            headers |= {
                "Request-Id": "req_Ns5GxHt7cQv2RjWm8KyBf4Lz",
                "RateLimit-Limit": str(limit),
                "RateLimit-Remaining": str(remaining),
                "RateLimit-Reset": str(reset),
                "Persona-Environment-Id": self.sandbox.organization.sandbox.id,
                "Persona-Organization-Id": self.own,
            }
        return response(status, headers.items(), content)

    def token(self, remaining: int = 299, members: Mapping[str, object] | None = None) -> bytes:
        """A token as an answer."""
        body = {"access-token": TOKEN, "token-type": "bearer", "expires-in": 3599, "scope": SCOPE}
        return self.answer(201, {**body, **(members or {})}, remaining)

    def grant(self, remaining: int = 299, **window: int) -> bytes:
        """A code as an answer."""
        return self.answer(201, {"code": CODE, "expires-in": 599}, remaining, **window)

    def error(
        self, status: int, title: str, details: str = "", remaining: int = 299, *, reset: int = 60, **members: Any
    ) -> bytes:
        """An error as an answer."""
        item = {"title": title, **({"details": details} if details else {}), **members}
        return self.answer(status, {"errors": [item]}, remaining, reset=reset)


Calls: TypeAlias = Sequence[tuple[str, Mapping[str, Any]]]
Plan: TypeAlias = tuple[Calls, Sequence[bytes | Act]]
"""Operations with their arguments, one after the other; and what the raw socket plays."""
Scenario: TypeAlias = Callable[[Scene], Plan]
SCENARIOS: list[Scenario] = []


def scenario(function: Scenario) -> Scenario:
    """Register it."""
    SCENARIOS.append(function)
    return function


def authorize(scene: Scene, **more: Any) -> tuple[str, Mapping[str, Any]]:
    """A call that makes a code."""
    return "create_authorization", {"client_id": scene.own, "scope": SCOPE, **more}


def redeem(code: str, **more: Any) -> tuple[str, Mapping[str, Any]]:
    """A call that redeems one."""
    return "create_access_token", {"code": code, **more}


# --- success


@scenario
def a_code_is_made_and_redeemed(scene: Scene) -> Plan:
    return [authorize(scene), redeem(scene.code())], [scene.grant(), scene.token(298)]


@scenario
def an_assertion_is_exchanged(scene: Scene) -> Plan:
    client = scene.sandbox.organization.add_client(PRIVATE_KEY.public_key(), scope="inquiry.read")
    now = int(time.time())
    claims = {"iss": client.id, "sub": client.id, "aud": f"{scene.url}/oauth/token", "jti": str(uuid.uuid4())}
    assertion = jwt.encode({**claims, "iat": now, "exp": now + 240}, PRIVATE_KEY, "ES256")
    played = scene.token(members={"token-type": "Bearer", "expires-in": 900, "scope": "inquiry.read"})
    return [("create_access_token", {"client_assertion": assertion})], [played]


@scenario
def the_answer_is_in_camel_case(scene: Scene) -> Plan:
    played = scene.answer(201, {"code": CODE, "expiresIn": 599})
    return [authorize(scene, key_inflection="camel")], [played]


@scenario
def the_same_key_gets_the_first_answer(scene: Scene) -> Plan:
    call = authorize(scene, idempotency_key="k")
    return [call, call], [scene.grant(), scene.grant(298)]


# --- errors


@scenario
def the_same_key_has_other_parameters(scene: Scene) -> Plan:
    calls = [authorize(scene, idempotency_key="k"), authorize(scene, idempotency_key="k", scope="case.read:case_1")]
    details = "The key came before, with other parameters"
    return calls, [scene.grant(), scene.error(400, "Idempotency error", details, 298)]


@scenario
def the_key_is_unknown(scene: Scene) -> Plan:
    scene.settings["api_key"] = "persona_sandbox_unknown"
    return [authorize(scene)], [scene.error(401, "Token is invalid")]


@scenario
def the_product_is_not_enabled(scene: Scene) -> Plan:
    scene.sandbox.organization.is_enabled = False
    return [authorize(scene)], [scene.error(403, "Forbidden", "OAuth is not enabled for this organization")]


@scenario
def the_organization_does_not_exist(scene: Scene) -> Plan:
    played = scene.error(404, "Record not found", "No organization has this id", meta={"parameter": "client-id"})
    return [authorize(scene, client_id="org_nobody")], [played]


@scenario
def the_code_has_been_redeemed(scene: Scene) -> Plan:
    code = scene.code()
    pointer = {"pointer": "/code"}
    played = scene.error(422, "Unprocessable entity", "The code has been redeemed", 298, source=pointer)
    return [redeem(code), redeem(code)], [scene.token(), played]


@scenario
def another_request_got_in_the_way(scene: Scene) -> Plan:
    scene.sandbox.fail_next(409)
    return [authorize(scene)], [scene.error(409, "Conflict", FAULT.format(409))]


@scenario
def persona_fails(scene: Scene) -> Plan:
    scene.sandbox.fail_next(500)
    return [authorize(scene)], [scene.error(500, "Internal Server Error", FAULT.format(500))]


@scenario
def a_503_is_stored_under_its_key(scene: Scene) -> Plan:
    scene.sandbox.fail_next(503)
    left = ((299, 60), (298, 60), (297, 59))  # requests and seconds: the client waits 0.5 s, and then 1 s
    played = [scene.error(503, "Service Unavailable", FAULT.format(503), more, reset=reset) for more, reset in left]
    return [authorize(scene)], played


# --- limits


@scenario
def a_limit_is_waited_out(scene: Scene) -> Plan:
    scene.limited(requests=1)
    details = "The limit is 1 requests in 10 seconds"
    body = {"errors": [{"title": "Rate limit exceeded", "details": details}]}
    window = {"limit": 1, "reset": 10}
    refused = scene.answer(429, body, 0, **window)
    return [authorize(scene), authorize(scene)], [scene.grant(0, **window), refused, scene.grant(0, **window)]


@scenario
def a_limit_is_too_far_away(scene: Scene) -> Plan:
    scene.limited(requests=1)
    scene.settings["max_retry_wait"] = 9.0
    body = {"errors": [{"title": "Rate limit exceeded", "details": "The limit is 1 requests in 10 seconds"}]}
    window = {"limit": 1, "reset": 10}
    return [authorize(scene), authorize(scene)], [scene.grant(0, **window), scene.answer(429, body, 0, **window)]


# --- the connection

CLOSE, STALL = Act(then="close"), Act(then="stall")


@scenario
def the_connection_breaks_before_the_work(scene: Scene) -> Plan:
    scene.sandbox.fail_next("drop")
    return [redeem(scene.code())], [CLOSE, scene.token()]


@scenario
def the_connection_breaks_after_the_work(scene: Scene) -> Plan:
    """Its repeat gets the stored answer, not a redeemed code."""
    scene.sandbox.fail_next("drop-after")
    return [redeem(scene.code())], [CLOSE, scene.token(298)]


@scenario
def the_connection_breaks_each_time(scene: Scene) -> Plan:
    scene.sandbox.fail_next("drop", times=3)
    return [redeem(scene.code())], [CLOSE] * 3


@scenario
def the_body_breaks_off(scene: Scene) -> Plan:
    scene.sandbox.fail_next("truncate")
    return [redeem(scene.code())], [Act(scene.token()[:-40], then="close"), scene.token(298)]


@scenario
def a_gateway_answers_with_a_page(scene: Scene) -> Plan:
    scene.sandbox.fail_next("html")
    page = b"<html><head><title>502 Bad Gateway</title></head></html>"
    headers = {"Content-Type": "text/html", "Content-Length": str(len(page))}
    return [redeem(scene.code())], [response(502, headers.items(), page), scene.token()]


@scenario
def a_gateway_answers_with_pages_only(scene: Scene) -> Plan:
    scene.sandbox.fail_next("html", times=3)
    page = b"<html></html>"
    headers = {"Content-Type": "text/html", "Content-Length": str(len(page))}
    return [redeem(scene.code())], [response(502, headers.items(), page)] * 3


@scenario
def nothing_comes_once(scene: Scene) -> Plan:
    scene.first_timeout = 0.2  # of no other request, whose answer may take a busy machine that long
    scene.sandbox.fail_next("stall")
    return [redeem(scene.code())], [STALL, scene.token()]


@scenario
def nothing_comes_until_the_end(scene: Scene) -> Plan:
    scene.settings |= {"total_timeout": 0.2, "max_retries": 0}
    scene.sandbox.fail_next("stall")
    return [redeem(scene.code())], [STALL]


# --- what came of it


def summary(outcome: ApiResponse[Any] | ApiError) -> dict[str, Any]:
    """All that a caller sees, without what is new in each run."""
    if isinstance(outcome, ApiError):
        facts = ("status_code", "errors", "attempts", "outcome", "is_retryable", "rate_limit", "organization_id")
        shown = {name: getattr(outcome, name, None) for name in facts}
        return {"class": type(outcome).__name__, **shown, "has_id": bool(getattr(outcome, "request_id", None))}
    secrets = ("code", "access_token")
    data = outcome.data.model_dump(exclude=set(secrets))
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Persona-Organization-Id")
    shown = {name: outcome.headers.get(name) for name in names}
    return {"data": data, "status": outcome.status_code, "attempts": outcome.attempts, **shown}


def with_alias(summaries: list[dict[str, Any]], organization_id: str) -> Any:
    """Each sandbox has an id of its own."""
    return json.loads(json.dumps(summaries, default=_plain).replace(organization_id, "org_own"))


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, models.ErrorItem) else repr(value)


def impatient(scene: Scene) -> Callable[[httpx2.Request], None]:
    """A hook that gives the first request its own time-out, if there is one."""
    seconds = [] if scene.first_timeout is None else [scene.first_timeout]

    def limit(request: httpx2.Request) -> None:
        if seconds:
            request.extensions["timeout"]["read"] = seconds.pop()

    return limit


def run(scene: Scene, calls: Calls, flavour: Flavour, transport: Any = None) -> Any:
    """Call one operation after the other with one client."""
    settings = {"api_key": scene.sandbox.api_key, "base_url": scene.url, **scene.settings}
    limit = impatient(scene)
    if flavour == "sync":
        hooks = {"request": [limit]}
        with (
            httpx2.Client(transport=transport, event_hooks=hooks) as http_client,
            Client(**settings, http_client=http_client) as client,
        ):
            set_clock(client, scene.clock)
            outcomes = [_outcome(client, name, arguments) for name, arguments in calls]
        return with_alias([*map(summary, outcomes)], scene.own)

    async def alimit(request: httpx2.Request) -> None:
        limit(request)

    async def main() -> list[ApiResponse[Any] | ApiError]:
        async with (
            httpx2.AsyncClient(transport=transport, event_hooks={"request": [alimit]}) as http_client,
            AsyncClient(**settings, http_client=http_client) as client,
        ):
            set_clock(client, scene.clock)
            return [await _aoutcome(client, name, arguments) for name, arguments in calls]

    return with_alias([*map(summary, anyio.run(main))], scene.own)


def _outcome(client: Client, name: str, arguments: Mapping[str, Any]) -> ApiResponse[Any] | ApiError:
    try:
        result: ApiResponse[Any] = getattr(client.oauth, f"{name}_with_http_info")(**arguments)
    except ApiError as error:
        return error
    return result


async def _aoutcome(client: AsyncClient, name: str, arguments: Mapping[str, Any]) -> ApiResponse[Any] | ApiError:
    try:
        result: ApiResponse[Any] = await getattr(client.oauth, f"{name}_with_http_info")(**arguments)
    except ApiError as error:
        return error
    return result


def scene_at(url: str = "", sandbox: Sandbox | None = None, clock: FakeClock | None = None) -> Scene:
    """With a sandbox of its own, unless there is one."""
    clock = clock or FakeClock()
    return Scene(sandbox or Sandbox(clock=clock.time), clock, url or BASE_URL)


def by_transport(scenario: Scenario, flavour: Flavour) -> Any:
    """The result against the sandbox within this process."""
    scene = scene_at()
    calls, _ = scenario(scene)
    return run(scene, calls, flavour, scene.sandbox.transport)


def by_server(scenario: Scenario, flavour: Flavour) -> Any:
    """The result against the sandbox behind a socket."""
    clock = FakeClock()
    sandbox = Sandbox(clock=clock.time)
    with sandbox.serve() as server:
        scene = scene_at(server.url, sandbox, clock)
        calls, _ = scenario(scene)
        return run(scene, calls, flavour)


def by_script(scenario: Scenario, flavour: Flavour) -> Any:
    """The result against what is played."""
    scene = scene_at()
    calls, script = scenario(scene)
    with Server(*(act if isinstance(act, Act) else Act(act) for act in script)) as server:
        scene.url = server.base_url
        return run(scene, calls, flavour)


@pytest.mark.parametrize("flavour", ["sync", "asyncio"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_client_gets_the_same(scenario: Scenario, flavour: Flavour) -> None:
    played = by_script(scenario, flavour)
    assert by_transport(scenario, flavour) == played
    assert by_server(scenario, flavour) == played
