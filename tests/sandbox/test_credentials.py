"""Credentials that renew themselves, against a Persona that lets tokens expire."""

from __future__ import annotations

import httpx2
import pytest

from persona_oauth import ForbiddenError, TokenRequestError
from persona_oauth.auth import AccessTokenAuth, ClientCredentials
from persona_oauth.models import AccessToken
from persona_oauth.testing import Sandbox
from persona_oauth.testing.behaviour import OAuthClient
from tests.sandbox.wire import BASE_URL, Clock

OBJECT = "/inquiries/inq_1"


@pytest.fixture
def client(sandbox: Sandbox) -> OAuthClient:
    """A client with a key that the sandbox made."""
    return sandbox.organization.add_client()


def reader(sandbox: Sandbox, auth: httpx2.Auth) -> httpx2.Client:
    """A plain client of httpx2."""
    return httpx2.Client(auth=auth, base_url=BASE_URL, transport=sandbox.transport)


def credentials(sandbox: Sandbox, client: OAuthClient, scope: str | None = None) -> ClientCredentials:
    """Ask the sandbox for tokens."""
    http_client = httpx2.Client(transport=sandbox.transport)
    return ClientCredentials(client.id, client.private_key, scope=scope, http_client=http_client)


def test_one_token_serves_until_it_expires(sandbox: Sandbox, clock: Clock, client: OAuthClient) -> None:
    """Then the server refuses it, and the request is repeated with the next one."""
    with reader(sandbox, credentials(sandbox, client)) as http_client:
        assert [http_client.get(OBJECT).status_code for _ in range(3)] == [200, 200, 200]
        assert len(sandbox.behaviour.tokens) == 1
        clock.now += 900
        assert http_client.get(OBJECT).status_code == 200
        assert len(sandbox.behaviour.tokens) == 2


def test_a_lost_token_is_asked_for_with_the_same_assertion(sandbox: Sandbox, client: OAuthClient) -> None:
    """So there is one."""
    sandbox.fail_next("drop-after")
    with reader(sandbox, credentials(sandbox, client)) as http_client:
        assert http_client.get(OBJECT).status_code == 200
    assert len(sandbox.behaviour.tokens) == 1
    first, second = sandbox.requests[:2]
    assert first.body == second.body


def test_a_refusal_says_why(sandbox: Sandbox, client: OAuthClient) -> None:
    with (
        reader(sandbox, credentials(sandbox, client, "case.read")) as http_client,
        pytest.raises(ForbiddenError) as told,
    ):
        http_client.get(OBJECT)
    assert isinstance(told.value, TokenRequestError)
    assert told.value.errors[0].details == "The client may not have this scope"


def test_a_token_of_a_code_is_renewed_with_the_next_code(sandbox: Sandbox, clock: Clock) -> None:
    client, sharer = sandbox.client(), sandbox.add_organization()

    def renew() -> AccessToken:
        code = sandbox.issue_code(sharer, client_id=sandbox.organization_id, scope="inquiry.read:inq_1")
        return client.oauth.create_access_token(code=code)

    with reader(sandbox, AccessTokenAuth(renew(), renew=renew)) as http_client:
        assert http_client.get(OBJECT).status_code == 200
        clock.now += 3599
        assert http_client.get(OBJECT).headers["Persona-Organization-Id"] == sharer.id
    assert len(sandbox.behaviour.tokens) == 2
