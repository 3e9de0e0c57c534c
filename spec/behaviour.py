"""What Persona does and its description cannot say: organizations, keys, codes, tokens, limits, idempotency.

The generator copies this file to `testing/behaviour.py` of the package. Its imports are those of that place, where type
checkers see it.

Where Persona's documentation is silent, the sandbox decides as follows:

- A code is good for one use. A second one, and one after its end, is refused with 422; a code that is unknown, made for
  another organization, or presented in the other environment (sandbox, production) is not found (404), and stays good.
- An access token may read the objects of its scope and do nothing else: both operations refuse it with 403. What it
  reads belongs to the organization that shares, so the answer names that one, and its rate limit counts.
- `GET /inquiries/inq_…`, and the same of the other resources, answers with type and id, so that there is something to
  read with a token. Every id exists.
- A missing credential is `Must be authenticated …`; one that is unknown, revoked or expired is `Token is invalid`.
- A client id that no organization has is not found (404). An organization may authorize itself.
- An assertion that no registered key has signed is refused with 401; one that is signed and has a wrong claim, with
  400, which names the claim. Its times are compared with the machine's clock, by which clients sign, and its `kid` is
  not looked at. A `jti` in another request than its own is `Record not unique` (409). A scope beyond the client's is
  forbidden (403). An API key that comes beside an assertion is not looked at.
- Idempotency keys count within one environment of an organization, for the two operations. The parameters of a request
  are its method, path and body, byte by byte; headers are not. Of the first answer, status and body are kept, casing
  included; headers are those of each request. Other parameters under a key leave what is stored alone. A request that
  cannot be read and has no credentials belongs to no environment, so its answer is not stored.
- The window of a rate limit begins with the first request in it. A refused request does not count; a replayed one does.
  The sandbox environment has the limit that Persona documents for production.
- The casing of an answer without header and key is kebab.
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import string
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel

from .. import models
from ..auth import ClientCredentials
from ._behaviour import Behaviour as BaseBehaviour, Call, Problem, Reply
from ._sandbox import BaseSandbox

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from joserfc.jwk import ECKey, RSAKey

__all__ = [
    "ApiKey",
    "Behaviour",
    "Casing",
    "Code",
    "Environment",
    "OAuthClient",
    "Organization",
    "PublicKey",
    "RateLimit",
    "Sandbox",
    "Title",
    "Token",
    "refusal",
]

Casing: TypeAlias = Literal["camel", "kebab", "snake"]
PublicKey: TypeAlias = "str | bytes | EllipticCurvePublicKey | RSAPublicKey | ECKey | RSAKey"
"""PEM as text or bytes, or a key of cryptography or joserfc: RSA, or on the curve P-256."""
Title: TypeAlias = Literal[
    "Bad Request",
    "Idempotency error",
    "Must be authenticated to access this endpoint",
    "Token is invalid",
    "Forbidden",
    "Record not found",
    "Conflict",
    "Record not unique",
    "Stale object error",
    "Record invalid",
    "Unprocessable entity",
    "Rate limit exceeded",
    "Quota exceeded",
]

_STATUSES: Mapping[Title, int] = {
    "Bad Request": 400,
    "Idempotency error": 400,
    "Must be authenticated to access this endpoint": 401,
    "Token is invalid": 401,
    "Forbidden": 403,
    "Record not found": 404,
    "Conflict": 409,
    "Record not unique": 409,
    "Stale object error": 409,
    "Unprocessable entity": 422,
    "Record invalid": 422,
    "Rate limit exceeded": 429,
    "Quota exceeded": 429,
}
#: The title of a problem that the engine found: the first with its status.
_TITLES: dict[int, str] = {}
for _title, _status in _STATUSES.items():
    _TITLES.setdefault(_status, _title)
_EXAMPLE = "org_Wq3nVbT8kZr5MhYx2DpLc7Fs"  # of ClientId in the description
_NOT_STORED = (401, 429)  # these checks run before the layer of idempotency
_STORED_FOR = 24 * 3600  # seconds
_LONGEST_ASSERTION = 300  # seconds
#: The permission that reads an object, by the folder that the object is in.
_RESOURCES = {
    "accounts": "account",
    "cases": "case",
    "importers": "importer",
    "inquiries": "inquiry",
    "lists": "list",
    "reports": "report",
    "transactions": "txn",
    "verifications": "verification",
    "webhooks": "webhook",
}


def refusal(title: Title, details: str = "", *, pointer: str = "", meta: Mapping[str, Any] | None = None) -> Reply:
    """An error as Persona answers it, for handlers of `Sandbox.on`; its title decides the status.

    Args:
        title: The kind of error.
        details: What is wrong in this case; answers of 401 have none.
        pointer: JSON Pointer to the field at fault, in answers of 422.
        meta: Further facts, in answers of 400, 403, 404 and 409.
    """
    return _error(_STATUSES[title], title, details, pointer=pointer, meta=meta)


def _error(status: int, title: str, details: str, *, pointer: str = "", meta: Mapping[str, Any] | None = None) -> Reply:
    item = models.ErrorItem(
        title=title,
        details=None if status == 401 else details or None,
        meta=dict(meta) if meta and status in (400, 403, 404, 409) else None,
        source=models.ErrorSource(pointer=pointer) if pointer and status == 422 else None,
    )
    return Reply(status, models.ErrorEnvelope(errors=[item]))


@dataclass(eq=False, slots=True)
class RateLimit:
    """How many `requests` may come within as many `seconds`."""

    requests: int = 300
    seconds: float = 60.0
    _used: int = field(default=0, init=False, repr=False)
    _ends_at: float = field(default=-math.inf, init=False, repr=False)

    def remaining(self, now: float) -> int:
        """Requests left in the window; `now` and the other times are seconds since 1970."""
        return self.requests if now >= self._ends_at else max(0, self.requests - self._used)

    def reset(self, now: float) -> int:
        """Seconds until the window ends, rounded up: after that long, there is a new one."""
        return math.ceil(self._ends_at - now if now < self._ends_at else self.seconds)

    def take(self, now: float) -> None:
        """Count a request; the first one begins a window."""
        if now >= self._ends_at:
            self._used, self._ends_at = 0, now + self.seconds
        self._used += 1


@dataclass(frozen=True, slots=True, eq=False)
class _Stored:
    """The first answer under an idempotency key."""

    request: bytes = field(repr=False)
    reply: Reply = field(repr=False)
    expires_at: float


@dataclass(eq=False, slots=True)
class Environment:
    """The sandbox or the production of an organization."""

    name: Literal["sandbox", "production"]
    organization_id: str
    id: str = field(default_factory=lambda: _identifier("env"))
    rate_limit: RateLimit = field(default_factory=RateLimit)
    _answers: dict[str, _Stored] = field(default_factory=dict, init=False, repr=False)


@dataclass(eq=False, slots=True)
class ApiKey:
    """A key of an environment."""

    environment: Environment
    value: str = field(repr=False)
    key_inflection: Casing = "kebab"
    """Casing of the answers to requests without `Key-Inflection`."""
    persona_version: str = "2023-01-05"
    """Version of requests without `Persona-Version`. Both operations are the same in every version."""
    rate_limit: RateLimit | None = None
    """The key's own limit; None: that of the environment alone."""
    is_revoked: bool = False


@dataclass(eq=False, slots=True)
class OAuthClient:
    """A client that signs assertions."""

    environment: Environment
    id: str
    scope: str
    """The permissions that its tokens may have, with spaces between them."""
    private_key: str = field(default="", repr=False)
    """PEM of the key that `Organization.add_client` made; empty where it was given a public key."""
    public_keys: list[ECKey | RSAKey] = field(default_factory=list, repr=False)

    def add_key(self, public_key: PublicKey) -> None:
        """Accept assertions that are signed with this key, too.

        Raises:
            ImportError: joserfc is missing, which the extra `jwt` installs.
        """
        _check_joserfc()
        self.public_keys.append(_imported(public_key))


@dataclass(eq=False, slots=True)
class Organization:
    """An organization at Persona, with a key of its sandbox."""

    id: str
    sandbox: Environment
    production: Environment
    is_enabled: bool = True
    """Whether Persona has enabled OAuth for it; else both operations are forbidden."""
    api_keys: list[ApiKey] = field(default_factory=list)
    clients: list[OAuthClient] = field(default_factory=list)

    @property
    def api_key(self) -> str:
        """The first of its keys."""
        return self.api_keys[0].value

    def add_api_key(
        self,
        environment: Literal["sandbox", "production"] = "sandbox",
        *,
        value: str = "",
        key_inflection: Casing = "kebab",
        persona_version: str = "2023-01-05",
        rate_limit: RateLimit | None = None,
    ) -> ApiKey:
        """Make a key; without a `value`, it gets a new one."""
        value = value or f"persona_{environment}_{uuid.uuid4()}"
        home = self.sandbox if environment == "sandbox" else self.production
        key = ApiKey(home, value, key_inflection, persona_version, rate_limit)
        self.api_keys.append(key)
        return key

    def add_client(
        self,
        public_key: PublicKey | None = None,
        *,
        environment: Literal["sandbox", "production"] = "sandbox",
        client_id: str = "",
        scope: str = "account.read inquiry.read verification.read",
    ) -> OAuthClient:
        """Register a client for assertions; without a key, it gets a new one on the curve P-256.

        Raises:
            ImportError: joserfc is missing, which the extra `jwt` installs.
        """
        _check_joserfc()
        home = self.sandbox if environment == "sandbox" else self.production
        client = OAuthClient(home, client_id or _identifier("oc"), scope)
        if public_key is None:
            from joserfc.jwk import ECKey

            key = ECKey.generate_key("P-256")
            client.private_key = key.as_pem(private=True).decode()
            public_key = key
        client.add_key(public_key)
        self.clients.append(client)
        return client


@dataclass(eq=False, slots=True)
class Code:
    """An authorization that was handed out."""

    environment: Environment
    """That of the organization that shares."""
    client_id: str
    """The organization that can redeem it."""
    scope: str
    expires_at: float
    """Seconds since 1970; so it is in tokens."""
    is_redeemed: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """An access token that was handed out."""

    environment: Environment
    """The one that it can read."""
    scope: str
    expires_at: float

    def may_read(self, permission: str, identifier: str) -> bool:
        """Whether its scope has this object, or the permission for all objects."""
        return not {f"{permission}.read", f"{permission}.read:{identifier}"}.isdisjoint(self.scope.split())


@dataclass(frozen=True, slots=True, eq=False)
class _Caller:
    """Whom a request comes from, by its credentials: one of the three."""

    environment: Environment
    key: ApiKey | None = None
    token: Token | None = None
    client: OAuthClient | None = None
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def rate_limits(self) -> list[RateLimit]:
        own = self.key.rate_limit if self.key else None
        return [self.environment.rate_limit, *([own] if own else [])]


class Behaviour(BaseBehaviour):
    """Persona's state. The engine lets one request in at a time."""

    code_lifetime = 599
    """Seconds; so are the others."""
    token_lifetime = 3599
    client_token_lifetime = 900

    def __init__(self, sandbox: BaseSandbox[Any]) -> None:
        """One organization, with a key. Its id is that of the description's examples, so that they run as printed."""
        super().__init__(sandbox)
        self.organizations: dict[str, Organization] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self._assertions: dict[tuple[str, str], float] = {}  # client and jti, with the end of the assertion
        self._caller: _Caller | None = None
        self.first: Organization = self.add_organization(_EXAMPLE)

    def settings(self) -> dict[str, Any]:
        """The first organization's key, for the clients that the sandbox makes."""
        return {"api_key": self.first.api_key}

    def accepts(self, scheme: str, credential: str) -> bool:
        """Whether it is a key or a token."""
        return self._holder(credential) is not None

    def introduction(self, url: str) -> list[str]:
        """As of any API, with the organization, which two operations speak of."""
        first, *rest = super().introduction(url)
        return [first, f"  organization: {self.first.id}", *rest]

    def add_organization(self, organization_id: str = "", api_key: str = "") -> Organization:
        """Make an organization; see `Sandbox.add_organization`."""
        name = organization_id or _identifier("org")
        organization = Organization(name, Environment("sandbox", name), Environment("production", name))
        organization.add_api_key(
            "production" if api_key.startswith("persona_production_") else "sandbox", value=api_key
        )
        self.organizations[name] = organization
        return organization

    def issue_code(self, environment: Environment, client_id: str, scope: str) -> str:
        """Authorize an organization; the code that it can redeem."""
        code = _characters(28)
        self.codes[code] = Code(environment, client_id, scope, self.sandbox.now() + self.code_lifetime)
        return code

    # --- around each request

    def reply(self, call: Call, proceed: Callable[[], Reply]) -> Reply:
        """Credentials, then rate limits, then idempotency, then the work."""
        caller = self._caller = self._authenticated(call)
        if caller is None or (call.problem and call.problem.status == 401):
            return self._in_casing(self._refuse_stranger(call), call, None)
        now, limits = self.sandbox.now(), caller.rate_limits
        closest = min(limits, key=lambda limit: limit.remaining(now))
        if call.problem and call.problem.status == 429:
            reply = self._in_casing(self.refuse(call, call.problem), call, caller)
        elif closest.remaining(now):
            for limit in limits:
                limit.take(now)
            reply = self._once(call, caller, lambda: self._in_casing(self._work(call, caller, proceed), call, caller))
        else:
            details = f"The limit is {closest.requests} requests in {closest.seconds:g} seconds"
            reply = self._in_casing(refusal("Rate limit exceeded", details), call, caller)
        return reply if reply.status == 401 else self._with_headers(reply, caller, closest)

    def refuse(self, call: Call, problem: Problem) -> Reply:
        """The error for what the engine found."""
        title = _TITLES.get(problem.status) or HTTPStatus(problem.status).phrase
        meta = {"parameter": problem.pointer} if problem.pointer else None
        return _error(problem.status, title, problem.message, pointer=problem.pointer, meta=meta)

    def _refuse_stranger(self, call: Call) -> Reply:
        """Say what is wrong with a request that may come without credentials, unless it only lacks them."""
        if _bearer(call):
            return refusal("Token is invalid")
        if call.problem and call.operation == "create_access_token":
            return self.refuse(call, call.problem)
        return refusal("Must be authenticated to access this endpoint")

    def _work(self, call: Call, caller: _Caller, proceed: Callable[[], Reply]) -> Reply:
        if not call.operation:
            return self._read_object(call, caller)
        if call.problem:
            return self.refuse(call, call.problem)
        if caller.token:
            return refusal("Forbidden", "An access token cannot do this")
        if not self.organizations[caller.environment.organization_id].is_enabled:
            return refusal("Forbidden", "OAuth is not enabled for this organization")
        return proceed()

    def _once(self, call: Call, caller: _Caller, work: Callable[[], Reply]) -> Reply:
        """The stored answer, if there is one; else do the work, and store what it answers."""
        key, now = call.headers.get("Idempotency-Key", ""), self.sandbox.now()
        if not key or not call.operation:
            return work()
        answers = caller.environment._answers
        request = hashlib.sha256(b"\n".join([call.method.encode(), call.path.encode(), call.body])).digest()
        stored = answers.get(key)
        if stored and now < stored.expires_at:
            if stored.request == request:
                return stored.reply
            details = "The key came before, with other parameters"
            return self._in_casing(refusal("Idempotency error", details), call, caller)
        reply = work()
        if reply.status not in _NOT_STORED:
            answers[key] = _Stored(request, reply, now + _STORED_FOR)
        return reply

    def _in_casing(self, reply: Reply, call: Call, caller: _Caller | None) -> Reply:
        asked, own = call.headers.get("Key-Inflection", ""), caller.key.key_inflection if caller and caller.key else ""
        casing = next((casing for casing in (asked, own) if casing in _JOINED), "kebab")
        return replace(reply, body=_renamed(reply.body, _JOINED[casing]))

    def _with_headers(self, reply: Reply, caller: _Caller, limit: RateLimit) -> Reply:
        now = self.sandbox.now()
        headers = {
            "Request-Id": _identifier("req"),
            "RateLimit-Limit": str(limit.requests),
            "RateLimit-Remaining": str(limit.remaining(now)),
            "RateLimit-Reset": str(limit.reset(now)),
            "Persona-Environment-Id": caller.environment.id,
            "Persona-Organization-Id": caller.environment.organization_id,
        }
        return replace(reply, headers={**headers, **reply.headers})

    # --- credentials

    def _authenticated(self, call: Call) -> _Caller | None:
        """Whom the request comes from; None: nobody that is known."""
        if assertion := call.arguments.get("client_assertion"):
            return self._signer(str(assertion))
        return self._holder(_bearer(call))

    def _holder(self, bearer: str) -> _Caller | None:
        token = self.tokens.get(bearer)
        if token and self.sandbox.now() < token.expires_at:
            return _Caller(token.environment, token=token)
        keys = (key for organization in [*self.organizations.values()] for key in organization.api_keys)
        key = next((key for key in keys if key.value == bearer and not key.is_revoked), None)
        return _Caller(key.environment, key=key) if key else None

    def _signer(self, assertion: str) -> _Caller | None:
        """The client that has signed an assertion, whatever it claims."""
        clients = (client for organization in [*self.organizations.values()] for client in organization.clients)
        for client in clients:
            for key in client.public_keys:
                if (claims := _claims(assertion, key)) is not None:
                    return _Caller(client.environment, client=client, claims=claims)
        return None

    # --- the operations

    def create_authorization(self, call: Call) -> Reply | BaseModel:
        """Hand out a code for another organization."""
        assert self._caller is not None
        client_id = str(call.arguments["client_id"])
        if client_id not in self.organizations:
            return refusal("Record not found", "No organization has this id", meta={"parameter": "client-id"})
        code = self.issue_code(self._caller.environment, client_id, str(call.arguments["scope"]))
        return models.Authorization(code=code, expires_in=self.code_lifetime)

    def create_access_token(self, call: Call) -> Reply | BaseModel:
        """Exchange a code or an assertion."""
        assert self._caller is not None
        if self._caller.client:
            return self._exchange(call, self._caller, self._caller.client)
        return self._redeem(str(call.arguments["code"]), self._caller.environment)

    def _redeem(self, value: str, environment: Environment) -> Reply | BaseModel:
        code = self.codes.get(value)
        receiver = (environment.organization_id, environment.name)
        if code is None or (code.client_id, code.environment.name) != receiver:
            return refusal("Record not found", "No code for this organization is like this", meta={"parameter": "code"})
        if self.sandbox.now() >= code.expires_at:
            return refusal("Unprocessable entity", "The code has expired", pointer="/code")
        if code.is_redeemed:
            return refusal("Unprocessable entity", "The code has been redeemed", pointer="/code")
        code.is_redeemed = True
        return self._token("bearer", code.environment, code.scope, self.token_lifetime)

    def _exchange(self, call: Call, caller: _Caller, client: OAuthClient) -> Reply | BaseModel:
        if problem := _wrong_claim(caller.claims, client.id, call.url):
            return refusal("Bad Request", f"client_assertion: {problem[1]}", meta={"claim": problem[0]})
        assertion, now = (client.id, str(caller.claims["jti"])), time.time()
        self._assertions = {known: end for known, end in self._assertions.items() if now < end}
        if assertion in self._assertions:
            return refusal("Record not unique", "client_assertion: its jti came before", meta={"claim": "jti"})
        scope = str(call.arguments.get("scope") or client.scope)
        if not set(scope.split()) <= set(client.scope.split()):
            return refusal("Forbidden", "The client may not have this scope", meta={"parameter": "scope"})
        self._assertions[assertion] = caller.claims["exp"]
        return self._token("Bearer", client.environment, scope, self.client_token_lifetime)

    def _token(self, kind: str, environment: Environment, scope: str, lifetime: int) -> models.AccessToken:
        value = f"persona_access_token_{_characters(32)}"
        self.tokens[value] = Token(environment, scope, self.sandbox.now() + lifetime)
        return models.AccessToken(access_token=value, token_type=kind, expires_in=lifetime, scope=scope)

    def _read_object(self, call: Call, caller: _Caller) -> Reply:
        """`GET /inquiries/inq_…` and the like."""
        folder, _, identifier = call.path.strip("/").partition("/")
        permission = _RESOURCES.get(folder, "")
        if call.method != "GET" or not permission or not re.fullmatch(r"\w+", identifier):
            return self.refuse(call, call.problem or Problem(404, "There is nothing at this path"))
        if caller.token and not caller.token.may_read(permission, identifier):
            return refusal("Forbidden", "The access token does not cover this object")
        kind = {"txn": "transaction"}.get(permission, permission)
        return Reply(200, {"data": {"type": kind, "id": identifier}})


class Sandbox(BaseSandbox[Behaviour]):
    """A Persona to develop against, with one organization and a key of its sandbox environment."""

    behaviour_class: ClassVar[type[Behaviour]] = Behaviour

    @property
    def organization(self) -> Organization:
        """The first organization."""
        return self.behaviour.first

    @property
    def organization_id(self) -> str:
        """Its id, which others authorize as `client_id`."""
        return self.organization.id

    @property
    def api_key(self) -> str:
        """Its key, which `client()` and `async_client()` send."""
        return self.organization.api_key

    def add_organization(self, organization_id: str = "", *, api_key: str = "") -> Organization:
        """Make another organization; what is not given is new, as the key of its sandbox environment is."""
        return self.behaviour.add_organization(organization_id, api_key)

    def issue_code(self, organization: Organization, *, client_id: str, scope: str) -> str:
        """A code that `organization` has made for `client_id`, as it would hand it over; without a request."""
        return self.behaviour.issue_code(organization.sandbox, client_id, scope)


# --- names, secrets, casings


def _identifier(kind: str) -> str:
    return f"{kind}_{_characters(24)}"


def _characters(number: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(number))


def _bearer(call: Call) -> str:
    """The credential of a request (RFC 6750, 2.1); empty: none."""
    scheme, _, value = call.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _camel(words: list[str]) -> str:
    return words[0] + "".join(word.capitalize() for word in words[1:])


_JOINED: Mapping[str, Callable[[list[str]], str]] = {"camel": _camel, "kebab": "-".join, "snake": "_".join}


def _renamed(value: Any, joined: Callable[[list[str]], str]) -> Any:
    """Plain JSON values with their members in a casing."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, Mapping):
        return {joined(re.split("[-_]", name)): _renamed(item, joined) for name, item in value.items()}
    return [_renamed(item, joined) for item in value] if isinstance(value, (list, tuple)) else value


# --- assertions (RFC 7523)


def _check_joserfc() -> None:
    if find_spec("joserfc") is None:
        extra = ClientCredentials._extra
        raise ImportError(f'a client that signs assertions needs joserfc: pip install "{extra}"')


def _imported(key: PublicKey) -> ECKey | RSAKey:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    from joserfc.jwk import ECKey, RSAKey

    if isinstance(key, (ECKey, RSAKey)):
        return key
    native: Any = key
    if isinstance(key, (str, bytes)):
        pem = key.encode() if isinstance(key, str) else key
        native = load_pem_private_key(pem, None) if b"PRIVATE" in pem else load_pem_public_key(pem)
    return (ECKey if hasattr(native, "curve") else RSAKey).import_key(native)


def _claims(assertion: str, key: ECKey | RSAKey) -> Mapping[str, Any] | None:
    """What an assertion says, if this key has signed it."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    algorithm = "ES256" if key.key_type == "EC" else "RS256"
    try:
        return jwt.decode(assertion, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError):
        return None


def _wrong_claim(claims: Mapping[str, Any], client_id: str, url: str) -> tuple[str, str] | None:
    """The claim that is wrong, with the reason (RFC 7523, 3, and Persona's bound of `exp`)."""
    now, audience = time.time(), claims.get("aud")
    expires_at, issued_at = claims.get("exp"), claims.get("iat")
    if wrong := next((name for name in ("iss", "sub") if claims.get(name) != client_id), ""):
        return wrong, f"{wrong} must be the client's id"
    if url not in (audience if isinstance(audience, list) else [audience]):
        return "aud", "aud must be the URL that it is posted to"
    if not isinstance(expires_at, (int, float)) or not now < expires_at <= now + _LONGEST_ASSERTION:
        return "exp", "exp must be in the future, and at most 5 minutes ahead"
    if not isinstance(issued_at, (int, float)):
        return "iat", "iat must be the time of signing"
    return None if isinstance(claims.get("jti"), str) and claims["jti"] else ("jti", "jti must be a fresh text")
