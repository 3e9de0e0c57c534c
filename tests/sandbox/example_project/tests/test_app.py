"""The endpoint against a sandbox: `persona` is the fixture of the package's plugin."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from handovers.app import app, get_persona, tokens

import persona_oauth
from persona_oauth.testing import Sandbox

SCOPE = "inquiry.read:inq_1"


@pytest.fixture
def http(persona: Sandbox) -> Iterator[TestClient]:
    """The program, with a client of the sandbox."""

    def reach_the_sandbox() -> persona_oauth.AsyncClient:
        return persona.async_client()

    app.dependency_overrides[get_persona] = reach_the_sandbox
    tokens.clear()
    with TestClient(app) as client:
        yield client
    app.dependency_overrides.clear()


@pytest.fixture
def code(persona: Sandbox) -> str:
    """What another organization hands over."""
    return persona.issue_code(persona.add_organization(), client_id=persona.organization_id, scope=SCOPE)


def test_a_code_becomes_a_token(http: TestClient, code: str) -> None:
    answer = http.post("/handovers", json={"code": code})
    assert (answer.status_code, answer.json()["scope"]) == (201, SCOPE)
    assert list(tokens) == [SCOPE]


def test_a_code_is_good_for_one_use(http: TestClient, code: str) -> None:
    assert [http.post("/handovers", json={"code": code}).status_code for _ in range(2)] == [201, 422]


def test_a_code_for_somebody_else_is_refused(http: TestClient, persona: Sandbox) -> None:
    other = persona.add_organization()
    code = persona.issue_code(persona.organization, client_id=other.id, scope=SCOPE)
    assert http.post("/handovers", json={"code": code}).status_code == 422
    assert tokens == {}


def test_a_lost_answer_loses_no_token(http: TestClient, persona: Sandbox, code: str) -> None:
    """The client repeats the call with the same key, and Persona its first answer."""
    persona.fail_next("drop-after")
    assert http.post("/handovers", json={"code": code}).status_code == 201
    first, second = persona.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_an_outage_is_told(http: TestClient, persona: Sandbox, code: str) -> None:
    persona.fail_next(503, times=3)
    assert http.post("/handovers", json={"code": code}).status_code == 503


def test_the_code_of_our_own_client_is_exchanged(
    http: TestClient, persona: Sandbox, persona_client: persona_oauth.Client
) -> None:
    """`persona_client` is ready to call the same sandbox."""
    grant = persona_client.oauth.create_authorization(client_id=persona.organization_id, scope=SCOPE)
    assert http.post("/handovers", json={"code": grant.code}).status_code == 201
