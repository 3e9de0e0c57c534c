"""Test your own code.

The package brings fixtures for pytest, which finds them by itself: `persona` is a [sandbox](../sandbox.md), and
`persona_client` and `persona_async_client` are clients that reach it and nothing else. `pytest testing_your_code.py`
runs this file.

- Each test has a sandbox of its own, with one organization, which is you. `add_organization()` makes a partner.
- A limit, an outage or a lost connection is one line, `fail_next(…)`. The client repeats what may be repeated, with its
  waits. A test that does not want to wait takes `persona.client(max_retries=0)`.
- `persona.requests` is what your code has sent.
- Code that makes its client itself, from the environment, is tested against the sandbox over HTTP: `serve()`.
"""

import os
import subprocess
import sys
from typing import Literal

import pytest

import persona_oauth
from persona_oauth.testing import Sandbox


def receive(persona: persona_oauth.Client, code: str) -> str:
    """Code of yours that is to be tested: what it tells the partner about a code."""
    try:
        token = persona.oauth.create_access_token(code=code)
    except persona_oauth.ApiError as error:
        return "later" if error.is_retryable else "refused"
    return f"thanks for {token.scope}"


def code_of_a_partner(persona: Sandbox) -> str:
    """A code, as a partner hands it over."""
    partner = persona.add_organization()
    return persona.issue_code(partner, client_id=persona.organization_id, scope="inquiry.read:inq_1")


def test_a_code_is_exchanged_once(persona: Sandbox, persona_client: persona_oauth.Client) -> None:
    """A second exchange is refused, as Persona does."""
    code = code_of_a_partner(persona)
    assert receive(persona_client, code) == "thanks for inquiry.read:inq_1"
    assert receive(persona_client, code) == "refused"
    assert [call.arguments["code"] for call in persona.requests] == [code, code]


@pytest.mark.parametrize("fault", [429, 503, "html", "drop"])
def test_an_outage(persona: Sandbox, fault: Literal[429, 503, "html", "drop"]) -> None:
    """Neither a limit, nor a gateway's page, nor a lost connection costs the code."""
    code = code_of_a_partner(persona)
    with persona.client(max_retries=0) as client:
        persona.fail_next(fault)
        assert receive(client, code) == "later"


def test_a_lost_answer(persona: Sandbox, persona_client: persona_oauth.Client) -> None:
    """The client repeats the call with the same idempotency key, and gets the answer that was lost."""
    persona.fail_next("drop-after")
    assert receive(persona_client, code_of_a_partner(persona)) == "thanks for inquiry.read:inq_1"
    assert len({call.headers["Idempotency-Key"] for call in persona.requests}) == 1


def test_a_code_that_is_too_old() -> None:
    """A sandbox with a clock that the test sets."""
    now = 1_800_000_000.0
    persona = Sandbox(clock=lambda: now)
    code = code_of_a_partner(persona)
    now += 600.0
    with persona.client() as client:
        assert receive(client, code) == "refused"


def test_a_program(persona: Sandbox) -> None:
    """A process of its own, which makes its client from the environment."""
    program = (
        "import persona_oauth; persona_oauth.Client().oauth.create_authorization(client_id='org_1', scope='a.read')"
    )
    with persona.serve() as server:
        settings = {"PERSONA_BASE_URL": server.url, "PERSONA_API_KEY": persona.api_key}
        persona.add_organization("org_1")
        subprocess.run([sys.executable, "-c", program], env={**os.environ, **settings}, check=True)
    assert [call.operation for call in persona.requests] == ["create_authorization"]
