"""A server on a real socket that issues tokens for assertions, which PyJWT verifies, and an API that takes them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs

import anyio
import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from persona_oauth._renewal import RenewingAuth
from persona_oauth.auth import ClientCredentials
from tests.client.scripted import Act, Driver, FakeClock, Received, ScriptedServer, answer

CLIENT_ID = "oc_client"
LIFE = 900
TOKEN_PREFIX = "persona_access_token_issued_"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def key_for(algorithm: str) -> PrivateKey:
    """One key for each algorithm and test run."""
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: PrivateKey, password: str = "") -> str:
    """PKCS#8, encrypted if there is a password."""
    how: KeySerializationEncryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


@dataclass
class SkewedClock(FakeClock):
    """A fake clock, except that the time of day is real, since PyJWT knows no other, and wrong by `skew` seconds."""

    skew: float = 0.0

    def time(self) -> float:
        return time.time() + self.skew


def set_clock_of_credentials(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    """Replace it for one test; only tests need that, so it is no setting."""
    monkeypatch.setattr(RenewingAuth, "_clock", clock)


@dataclass
class Issuer:
    """Answers as Persona would; `record` tells what came, in order."""

    algorithm: str = "ES256"
    life: int = LIFE
    audience: str = ""
    """Empty: its own URL."""
    faults: list[Act] = field(default_factory=list)
    """What the next token requests get instead of a token."""
    is_down: bool = False
    before_token: Callable[[], object] = lambda: None
    """Called while a token request waits for its answer."""
    revoked: set[str] = field(default_factory=set)
    is_strict: bool = False
    """Refuses every token."""
    moved_to: str = ""
    """Where `/moved` redirects."""
    record: list[str] = field(default_factory=list)
    """`token`, or the token that an API request came with and the status that it got."""
    claims: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    token_requests: list[Received] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.Lock)
    _seen: dict[str, bytes] = field(default_factory=dict)
    _issued: int = 0
    server: ScriptedServer = field(init=False)

    def serve(self) -> ScriptedServer:
        """The server; a context manager."""
        self.server = ScriptedServer(choose=self.answer)
        return self.server

    @property
    def base_url(self) -> str:
        return self.server.base_url

    @property
    def url(self) -> str:
        """Of the API."""
        return f"{self.base_url}/inquiries"

    @property
    def count(self) -> int:
        """Token requests so far."""
        return len(self.token_requests)

    def credentials(self, **options: Any) -> ClientCredentials:
        """Credentials that it accepts."""
        algorithm: Any = self.algorithm
        options = {"algorithm": algorithm, "base_url": self.base_url, **options}
        return ClientCredentials(CLIENT_ID, options.pop("private_key", key_for(algorithm)), **options)

    def answer(self, request: Received) -> Any:
        """What the request gets; None, for one that nobody should make, fails the test."""
        method, path, _ = request.line.split()
        if path == "/api/v1/oauth/token" and b"client_assertion" in request.body:
            with self._lock:
                self.token_requests.append(request)
                self.record.append("token")
            down = Act(b"HTTP/1.1 ", then="reset")
            act = down if self.is_down else self.faults.pop(0) if self.faults else self.answer_token(request)
            return replace(act, before_each_byte=_once(self.before_token))
        if path.startswith("/api/v1/") and method in ("GET", "POST"):
            return self._use(request)
        return None

    def answer_token(self, request: Received) -> Act:
        """A token, if the assertion is good."""
        with self._lock:
            try:
                self._verify(request)
            except (jwt.PyJWTError, AssertionError) as error:
                self.problems.append(repr(error))
                return answer(400, {"errors": [{"title": "Bad Request"}]})
            self._issued += 1
            token = f"{TOKEN_PREFIX}{self._issued}"
        return answer(
            201, {"access_token": token, "token_type": "Bearer", "expires_in": self.life, "scope": "inquiry.read"}
        )

    def _verify(self, request: Received) -> None:
        """RFC 7523, 3, and what Persona asks for beyond."""
        form = {name: value for name, [value] in parse_qs(request.body.decode(), strict_parsing=True).items()}
        assertion = form["client_assertion"]
        claims = jwt.decode(
            assertion,
            key_for(self.algorithm).public_key(),
            algorithms=[self.algorithm],
            audience=self.audience or f"{self.base_url}/oauth/token",
            issuer=CLIENT_ID,
            subject=CLIENT_ID,
            options={"require": ["iss", "sub", "aud", "jti", "iat", "exp"], "strict_aud": True},
        )
        assert claims["exp"] <= time.time() + 300, "exp is too far ahead"
        assert claims["exp"] - claims["iat"] <= 300, "it lives too long"
        known = self._seen.setdefault(claims["jti"], request.raw)
        assert known == request.raw, "the assertion came before, in another request"
        self.claims.append(claims)
        self.headers.append(jwt.get_unverified_header(assertion))

    def _use(self, request: Received) -> Act:
        with self._lock:
            token = (request.header("Authorization") or "nothing").removeprefix("Bearer ")
            is_good = token.startswith(TOKEN_PREFIX) and token not in self.revoked and not self.is_strict
            moved = "/moved" in request.line
            status = 302 if moved else 200 if is_good else 401
            self.record.append(f"{token.removeprefix(TOKEN_PREFIX)} {status}")
        if moved:
            return answer(302, headers=[("Location", self.moved_to)])
        return answer(201 if "oauth" in request.line else 200) if is_good else answer(401, {"errors": []})


def _once(call: Callable[[], object]) -> Callable[[], object]:
    """Called before the first byte of an answer only."""
    calls = [call]

    def before_each_byte() -> None:
        if calls:
            calls.pop()()

    return before_each_byte


Fetch = tuple[str, str, Any]
"""Method, URL, content."""


def get(url: str) -> Fetch:
    """A request without a body."""
    return ("GET", url, None)


def fetch(driver: Driver, auth: httpx2.Auth, *requests: Fetch, **options: Any) -> list[httpx2.Response]:
    """Send them one after the other with a plain client of httpx2."""
    if driver.flavour == "sync":
        with httpx2.Client(auth=auth, **options) as client:
            return [client.request(method, url, content=content) for method, url, content in requests]

    async def main() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(auth=auth, **options) as client:
            return [await client.request(method, url, content=_async(content)) for method, url, content in requests]

    return driver.run(main)


def fetch_at_once(driver: Driver, auth: httpx2.Auth, requests: Sequence[Fetch]) -> list[int]:
    """Send them all at the same time; the statuses of the answers."""
    statuses: list[int] = []
    if driver.flavour == "sync":
        with httpx2.Client(auth=auth) as client:

            def run(request: Fetch) -> None:
                statuses.append(client.request(request[0], request[1], content=request[2]).status_code)

            threads = [threading.Thread(target=run, args=(request,)) for request in requests]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return statuses

    async def main() -> None:
        async with httpx2.AsyncClient(auth=auth) as client, anyio.create_task_group() as group:

            async def run_task(request: Fetch) -> None:
                statuses.append((await client.request(request[0], request[1], content=request[2])).status_code)

            for request in requests:
                group.start_soon(partial(run_task, request))

    driver.run(main)
    return statuses


def _async(content: Any) -> Any:
    """A generator of bytes as the async client wants it."""
    if not isinstance(content, Iterator):
        return content

    async def stream() -> Any:
        for chunk in content:
            yield chunk

    return stream()
