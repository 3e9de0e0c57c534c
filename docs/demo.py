"""Two organizations share an inquiry, with the client, against a sandbox on this machine: `make demo`.

No account and no network: the sandbox behaves as Persona, with a real socket between the two.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

import persona_oauth
from persona_oauth.auth import AccessTokenAuth
from persona_oauth.models import AccessToken
from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import RateLimit

INQUIRY = "inq_Jt6RmKx9wBv4NgQz3HsPd8Ya"
SCOPE = f"inquiry.read:{INQUIRY}"


class Clock:
    """The time of the sandbox, which can be ahead of ours, and stand still."""

    ahead = 0.0
    """Seconds."""
    stopped_at: float | None = None

    def __call__(self) -> float:
        return self.ahead + (time.time() if self.stopped_at is None else self.stopped_at)


def main() -> None:
    """The whole story, each step with what it is about."""
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    with sandbox.serve() as server:
        Story(sandbox, clock, server.url).tell()


class Story:
    """Acme shares, Globex receives."""

    def __init__(self, sandbox: Sandbox, clock: Clock, url: str) -> None:
        """At the base URL of the sandbox."""
        self.sandbox, self.clock, self.url = sandbox, clock, url
        self.acme, self.globex = sandbox.organization, sandbox.add_organization()

    def tell(self) -> None:
        """Each step prints what it does and what comes of it."""
        print(f"A Persona on this machine: {self.url}")
        print(f"  Acme shares:     {self.acme.id}\n  Globex receives: {self.globex.id}")
        token = self.share()
        self.use(token)
        self.renew(token)
        self.wait_for_the_limit()
        self.lose_an_answer()
        print("\nThat was all: nothing of it has left this machine.")

    def client(self, api_key: str) -> persona_oauth.Client:
        """A client that says what it does."""
        return persona_oauth.Client(api_key, base_url=self.url, on_attempt=self.show)

    def show(self, attempt: persona_oauth.Attempt) -> None:
        """One attempt of a call."""
        wait = "" if attempt.wait is None else f"; again in {attempt.wait:.1f} s"
        print(f"  {attempt.operation}(): {attempt.status_code or attempt.error}{wait}")
        if attempt.status_code == 429:
            self.clock.stopped_at = None

    def authorize(self) -> str:
        """Acme's part; the code, which it hands over by itself."""
        with self.client(self.acme.api_key) as client:
            grant = client.oauth.create_authorization(client_id=self.globex.id, scope=SCOPE)
        return grant.code

    def exchange(self, code: str) -> AccessToken:
        """Globex' part."""
        with self.client(self.globex.api_key) as client:
            return client.oauth.create_access_token(code=code)

    def share(self) -> AccessToken:
        """Authorize, hand over, exchange."""
        step("Acme authorizes Globex for one inquiry, and hands the code over")
        code = self.authorize()
        step("Globex exchanges the code for an access token")
        token = self.exchange(code)
        result(f"a {token.token_type} token for {token.scope}, until {token.expires_at:%H:%M:%S} UTC")
        step("A second time, the same code is refused")
        with shown_errors():
            self.exchange(code)
        return token

    def use(self, token: AccessToken) -> None:
        """Read what is shared, and what is not."""
        step("Globex reads the inquiry with the token, and tries another one")
        with httpx2.Client(auth=AccessTokenAuth(token, base_url=self.url), base_url=self.url) as http_client:
            for identifier in (INQUIRY, "inq_anotherOne"):
                get(http_client, identifier)

    def renew(self, token: AccessToken) -> None:
        """The server refuses the token; a new code becomes a new one."""
        step("An hour later the token has expired: it is renewed by itself, and the request is repeated")
        self.clock.ahead += self.sandbox.behaviour.token_lifetime
        auth = AccessTokenAuth(token, renew=lambda: self.exchange(self.authorize()), base_url=self.url)
        with httpx2.Client(auth=auth, base_url=self.url) as http_client:
            get(http_client, INQUIRY)

    def wait_for_the_limit(self) -> None:
        """The third of three calls waits for the next window."""
        step("Acme has a key that may send 2 requests in 2 seconds: the third call waits as long as Persona says")
        key = self.acme.add_api_key(rate_limit=RateLimit(requests=2, seconds=2))
        self.clock.stopped_at = time.time()  # until the limit is reached, however slow this machine is
        with self.client(key.value) as client:
            for _ in range(3):
                client.oauth.create_authorization(client_id=self.globex.id, scope=SCOPE)

    def lose_an_answer(self) -> None:
        """The connection breaks after the work: the repeat gets the answer of the first request."""
        step("The connection breaks after Persona has done the work: the same key gets the answer that was lost")
        code, tokens = self.authorize(), len(self.sandbox.behaviour.tokens)
        self.sandbox.fail_next("drop-after")
        token = self.exchange(code)
        made = len(self.sandbox.behaviour.tokens) - tokens
        result(f"a token for {token.scope}; Persona has made {made}, and redeemed the code once")


def step(text: str) -> None:
    """A heading."""
    print(f"\n{text}")


def result(text: str) -> None:
    """What came of it."""
    print(f"  = {text}")


def get(http_client: httpx2.Client, identifier: str) -> None:
    """Read an inquiry."""
    response = http_client.get(f"/inquiries/{identifier}")
    print(f"  GET /inquiries/{identifier}: {response.status_code}")


@contextmanager
def shown_errors() -> Iterator[None]:
    """Print an error of the API, which is what the step is about."""
    try:
        yield
    except persona_oauth.ApiError as error:
        result(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
