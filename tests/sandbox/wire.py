"""Requests to the sandbox without a client of ours, which would repeat them; and a clock for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

from persona_oauth.testing import Sandbox

T = TypeVar("T")
BASE_URL = "https://api.withpersona.com/api/v1"
TOKEN_URL = f"{BASE_URL}/oauth/token"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Clock:
    """Seconds since 1970, which pass only when it is told."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return httpx2.Response(self.status, content=self.body).json()

    @property
    def title(self) -> str:
        """Of an error."""
        [item] = self.json["errors"]
        return str(item["title"])


@dataclass(frozen=True)
class Wire:
    """Sends requests with the key of one organization."""

    sandbox: Sandbox
    api_key: str = ""

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """`Key_Inflection="snake"` is a header."""
        return self.send("POST", path, data=form, headers={name.replace("_", "-"): headers[name] for name in headers})

    def send(self, method: str, path: str, **options: Any) -> Answer:
        """One request.

        Raises:
            httpx2.TransportError: the sandbox dropped the connection.
        """
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        with httpx2.Client(transport=self.sandbox.transport, base_url=BASE_URL, headers=headers) as client:
            response = client.request(method, path, **options)
        return Answer(response.status_code, response.content, response.headers)

    def authorize(self, client_id: str, scope: str = "inquiry.read:inq_1", **headers: str) -> Answer:
        """Ask for a code."""
        return self.post(
            "/oauth/authorize", {"client-id": client_id, "response-type": "code", "scope": scope}, **headers
        )

    def redeem(self, code: str, **headers: str) -> Answer:
        """Exchange a code."""
        return self.post("/oauth/token", {"code": code, "grant-type": "authorization_code"}, **headers)

    def exchange(self, assertion: str, scope: str = "", **headers: str) -> Answer:
        """Exchange an assertion."""
        form = {"grant_type": "client_credentials", "client_assertion_type": BEARER, "client_assertion": assertion}
        return self.post("/oauth/token", {**form, **({"scope": scope} if scope else {})}, **headers)

    def get(self, path: str) -> Answer:
        """Read an object."""
        return self.send("GET", path)


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call each on a thread of its own, all at the same time; what they returned, in this order."""
    results: dict[int, T] = {}
    start = threading.Barrier(len(calls))

    def run(index: int) -> None:
        start.wait()
        results[index] = calls[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(calls))]
