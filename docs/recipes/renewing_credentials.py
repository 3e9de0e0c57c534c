"""Renewing credentials for the rest of Persona's API.

This package has the two OAuth operations. For all others use `httpx2` with the same credentials: both classes are
an `httpx2.Auth`, for `httpx2.Client` and `httpx2.AsyncClient`.

- `ClientCredentials` signs an assertion with your private key and asks for a token, at the first request and
  shortly before each end. Needs `pip install "persona-oauth[jwt]"`.
- `AccessTokenAuth` sends a token that another organization's code was exchanged for. No refresh is documented, so
  `renew` has to get a new code from that organization.
- Either sends its token to the API's own address only, and once more after a 401, with a new token.
"""

import os
from collections.abc import Callable
from pathlib import Path

import httpx2

import persona_oauth
from persona_oauth.auth import AccessTokenAuth, ClientCredentials
from persona_oauth.models import AccessToken

API = os.environ.get("PERSONA_BASE_URL", "https://api.withpersona.com/api/v1")


def own_data(client_id: str, private_key: Path) -> httpx2.Client:
    """A client for your own organization's objects; share it among threads, and close it at the end."""
    auth = ClientCredentials(client_id, private_key, scope="inquiry.read")
    return httpx2.Client(auth=auth, base_url=API, headers={"Persona-Version": "2023-01-05"})


def shared_data(persona: persona_oauth.Client, next_code: Callable[[], str]) -> httpx2.Client:
    """A client for what another organization shares; `next_code` asks it for a code."""

    def renew() -> AccessToken:
        return persona.oauth.create_access_token(code=next_code())

    return httpx2.Client(auth=AccessTokenAuth(renew(), renew=renew), base_url=API)


def show(http_client: httpx2.Client, inquiry_id: str) -> None:
    """Print an inquiry's id, which has come from Persona."""
    try:
        response = http_client.get(f"/inquiries/{inquiry_id}")
        response.raise_for_status()
    except persona_oauth.TokenRequestError as error:
        print(f"no token, so nothing was sent: {error}")
    except httpx2.HTTPStatusError as error:
        print(f"{error.response.status_code} for {inquiry_id}")
    else:
        print(response.json()["data"]["id"])
