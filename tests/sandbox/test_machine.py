"""Whatever the order, the threads and the faults: no code is redeemed twice, no token goes to the wrong organization,
and no answer under a key differs from the first.

`make test ARGS="--hypothesis-profile=thousands tests/sandbox/test_machine.py"` looks further than `make sweeps`.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal, TypeAlias

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import settings, strategies
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule, run_state_machine_as_test

from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import OAuthClient, RateLimit
from tests.sandbox.wire import TOKEN_URL, Answer, Clock, Wire, at_once

THOROUGH = settings().max_examples > 100
#: The same runs each time, so that a failure is never news to the one who changed nothing.
few = settings(max_examples=20, stateful_step_count=25, derandomize=True)
many = settings(max_examples=5000 if THOROUGH else 150, stateful_step_count=50, derandomize=not THOROUGH)

DAY = 24 * 3600
NOT_STORED = (401, 429)
PRIVATE_KEY = ec.generate_private_key(ec.SECP256R1())
Fault: TypeAlias = Literal["drop", "drop-after", "html", "truncate", 401, 429, 500, 503]

organizations = strategies.integers(0, 2)
keys = strategies.sampled_from(["", "", "a", "b", "c"])
casings = strategies.sampled_from(["", "camel", "snake"])
faults = strategies.sampled_from(["drop", "drop-after", "html", "truncate", 401, 429, 500, 503])


@dataclass(frozen=True)
class Request:
    """What is sent; two that are equal are the same request by Persona's rules."""

    path: str
    form: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MadeCode:
    """A code, with what it was made for. Its scope names it in the tokens that it becomes."""

    value: str
    sharer: int
    receiver: int
    scope: str


@dataclass(frozen=True)
class First:
    """What came first under a key, between two moments; None: the answer to it was lost."""

    request: Request | None
    answer: Answer | None
    earliest: float
    latest: float

    def then(self, request: Request, answer: Answer, now: float) -> First:
        """What came first after one more answer, which must fit."""
        is_refused = answer.body.startswith(b'{"errors":[{"title":"Idempotency error"')
        if now >= self.latest + DAY:
            assert not is_refused
            return First(request, answer, now, now)
        if now >= self.earliest + DAY or self.request is None:
            return replace(self, request=None, latest=now) if is_refused else First(request, answer, self.earliest, now)
        if request == self.request:
            assert self.answer is not None
            assert (answer.status, answer.body) == (self.answer.status, self.answer.body)
        else:
            assert is_refused
        return self

    def or_lost(self, now: float) -> First:
        """What came first after one more request whose answer was lost."""
        if now >= self.latest + DAY:
            return First(None, None, now, now)
        is_certain = self.request is not None and now < self.earliest + DAY
        return self if is_certain else First(None, None, self.earliest, now)


NOTHING = First(None, None, -math.inf, -math.inf)


class Persona(RuleBasedStateMachine):
    """Three organizations, one of which has a low limit, and a client that signs assertions."""

    codes: Bundle[MadeCode] = Bundle("codes")
    assertions: Bundle[str] = Bundle("assertions")
    faults_after: ClassVar[tuple[Fault, ...]] = ("drop", "drop-after", "html", "truncate")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock)
        self.all = [self.sandbox.organization, self.sandbox.add_organization(), self.sandbox.add_organization()]
        self.all[2].sandbox.rate_limit = RateLimit(requests=3, seconds=20)
        self.client: OAuthClient = self.all[1].add_client(PRIVATE_KEY.public_key())
        self.first: dict[tuple[str, str], First] = {}  # by environment and key
        self.made: dict[str, MadeCode] = {}
        self.got: dict[str, list[str]] = {}

    # --- what happens

    @rule(target=codes, sharer=organizations, receiver=organizations, key=keys, casing=casings)
    def authorize(self, sharer: int, receiver: int, key: str, casing: str) -> Any:
        """A code for another organization, or for the same."""
        scope = f"inquiry.read:inq_{len(self.made)}"
        form = {"client-id": self.all[receiver].id, "response-type": "code", "scope": scope}
        answer = self.send(self.key_of(sharer), Request("/oauth/authorize", tuple(form.items())), key, casing)
        code = str(answer.json["code"]) if answer.status == 201 else ""
        if not code or code in self.made:
            return multiple()
        self.made[code] = MadeCode(code, sharer, receiver, scope)
        return self.made[code]

    @rule(code=codes, by=organizations, key=keys, casing=casings)
    def redeem(self, code: MadeCode, by: int, key: str, casing: str) -> None:
        """By whom it is for, or by somebody else."""
        self.redeemed(code, by, self.send(self.key_of(by), redemption(code), key, casing))

    @rule(code=codes, all_by=strategies.lists(strategies.tuples(organizations, keys), min_size=2, max_size=5))
    def redeem_at_once(self, code: MadeCode, all_by: Sequence[tuple[int, str]]) -> None:
        """On as many threads."""
        request = redemption(code)
        calls = [partial(self.raw, self.key_of(by), request, key) for by, key in all_by]
        for (by, key), answer in zip(all_by, at_once(calls), strict=True):
            self.redeemed(code, by, self.seen(self.all[by].sandbox.id, request, key, answer))

    @rule(code=codes, by=organizations, key=keys, fault=faults)
    def redeem_with_fault(self, code: MadeCode, by: int, key: str, fault: Fault) -> None:
        """The answer is lost or garbled, after the work or before it."""
        self.sandbox.fail_next(fault, operation="create_access_token")
        answer = self.raw(self.key_of(by), redemption(code), key)
        if fault in self.faults_after:
            self.lost(self.all[by].sandbox.id, redemption(code), key)
        else:
            self.redeemed(code, by, self.seen(self.all[by].sandbox.id, redemption(code), key, answer))

    @rule(target=assertions)
    def sign(self) -> str:
        """An assertion, which may be sent more than once."""
        now = int(time.time())
        claims = {"iss": self.client.id, "sub": self.client.id, "aud": TOKEN_URL, "jti": str(uuid.uuid4())}
        return jwt.encode({**claims, "iat": now, "exp": now + 240}, PRIVATE_KEY, "ES256")

    @rule(assertion=assertions, keys=strategies.lists(keys, min_size=1, max_size=4))
    def exchange_at_once(self, assertion: str, keys: Sequence[str]) -> None:
        """One assertion, on as many threads as there are keys."""
        form = {"grant_type": "client_credentials", "client_assertion": assertion}
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        request = Request("/oauth/token", tuple(form.items()))
        answers = at_once([partial(self.raw, "", request, key) for key in keys])
        for key, answer in zip(keys, answers, strict=True):
            seen = self.seen(self.client.environment.id, request, key, answer)
            if seen.status == 201:
                self.got.setdefault(assertion, []).append(seen.json["access-token"])

    @rule(seconds=strategies.sampled_from([1, 10, 20, 300, 600, 3600, DAY]))
    def wait(self, seconds: int) -> None:
        """Windows pass, codes and tokens expire, answers are forgotten."""
        self.clock.now += seconds

    # --- what must hold

    def redeemed(self, code: MadeCode, by: int, answer: Answer) -> None:
        """A token is for the organization that the code was made for, and one for each code."""
        if answer.status != 201:
            return
        assert by == code.receiver
        assert answer.json["scope"] == code.scope
        self.got.setdefault(code.value, []).append(next(value for name, value in answer.json.items() if "oken" in name))

    def seen(self, environment: str, request: Request, key: str, answer: Answer | None) -> Answer:
        """The answer, after a look at what came first under its key."""
        assert answer is not None
        if key and answer.status not in NOT_STORED:
            first = self.first.get((environment, key), NOTHING)
            self.first[environment, key] = first.then(request, answer, self.clock.now)
        return answer

    def lost(self, environment: str, request: Request, key: str) -> None:
        """Nobody knows whether the work was done, and what the answer was."""
        if key:
            self.first[environment, key] = self.first.get((environment, key), NOTHING).or_lost(self.clock.now)

    def teardown(self) -> None:
        """Of each code and each assertion there is one token at most, also where its answer was lost."""
        for tokens in self.got.values():
            assert len(set(tokens)) == 1
        scopes = [token.scope for token in self.sandbox.behaviour.tokens.values() if ":" in token.scope]
        assert len(scopes) == len(set(scopes))

    # --- how it is sent

    def key_of(self, organization: int) -> str:
        return self.all[organization].api_key

    def send(self, api_key: str, request: Request, key: str, casing: str) -> Answer:
        headers = {"Key_Inflection": casing} if casing else {}
        environment = next(one.sandbox.id for one in self.all if one.api_key == api_key)
        return self.seen(environment, request, key, self.raw(api_key, request, key, **headers))

    def raw(self, api_key: str, request: Request, key: str, **headers: str) -> Answer | None:
        """None: the connection broke."""
        if key:
            headers["Idempotency_Key"] = key
        try:
            return Wire(self.sandbox, api_key).post(request.path, dict(request.form), **headers)
        except httpx2.TransportError:
            return None


def redemption(code: MadeCode) -> Request:
    """The request that exchanges it."""
    return Request("/oauth/token", (("code", code.value), ("grant-type", "authorization_code")))


def test_no_order_breaks_persona() -> None:
    run_state_machine_as_test(Persona, settings=few)


@pytest.mark.sweep
def test_no_longer_order_does() -> None:
    run_state_machine_as_test(Persona, settings=many)
