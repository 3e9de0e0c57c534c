"""Type-checked only: each line that has to fail carries the finding of either checker, which complain if it doesn't."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_type

import httpx2

from persona_oauth import AsyncClient, Client, models
from persona_oauth.auth import AccessTokenAuth, ClientCredentials, TokenExpiredError
from persona_oauth.scopes import Scope, join, parse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from joserfc.jwk import ECKey, RSAKey


def credentials_that_pass(ec: EllipticCurvePrivateKey, rsa: RSAPrivateKey, jwk_ec: ECKey, jwk_rsa: RSAKey) -> None:
    """Each form of a key, each form of scopes, each client."""
    ClientCredentials("c", "pem")
    ClientCredentials("c", b"pem", algorithm="RS256", key_id="k", password="p", audience="https://a.example")
    ClientCredentials("c", Path("key.pem"), password=b"p", base_url="https://a.example", leeway=5)
    ClientCredentials("c", ec, scope="a b:c")
    ClientCredentials("c", rsa, algorithm="RS256", scope=["a", Scope("b", "c")])
    ClientCredentials("c", jwk_ec, scope=Scope("a"), http_client=httpx2.Client())
    auth = ClientCredentials("c", jwk_rsa, scope=(scope for scope in parse("a b")), timeout=1, total_timeout=2)
    Client(auth=auth)
    AsyncClient(auth=auth)
    httpx2.Client(auth=auth)
    httpx2.AsyncClient(auth=auth)


def credentials_that_fail() -> None:
    """A wrong literal, arguments by position, forms that there are not."""
    ClientCredentials("c")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ClientCredentials("c", "pem", "ES256")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ClientCredentials("c", "pem", algorithm="HS256")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", "pem", scope=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", "pem", http_client=httpx2.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", "pem", renew=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def tokens_that_pass(client: Client, token: models.AccessToken) -> None:
    """The model that the API answers with, and a function that makes another."""
    auth = AccessTokenAuth(token, age=5, renew=lambda: client.oauth.create_access_token(code="c"), leeway=1)
    assert_type(auth.expires_in, float)
    Client(auth=auth)
    try:
        httpx2.get("https://a.example", auth=auth)
    except TokenExpiredError as error:
        assert_type(error.status_code, int | None)


async def _renew() -> models.AccessToken:
    raise NotImplementedError


def tokens_that_fail(client: Client, token: models.AccessToken, code: models.Authorization) -> None:
    """The bare text, another answer, a function that has to be awaited or returns a text."""
    AccessTokenAuth("token")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AccessTokenAuth(code)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AccessTokenAuth(token, renew=_renew)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AccessTokenAuth(token, renew=lambda: "token")  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
    AccessTokenAuth(token, 5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def scopes_that_pass() -> None:
    """Values that can be hashed and sorted."""
    assert_type(parse("a b:c"), tuple[Scope, ...])
    assert_type(join({Scope("a"), Scope("b", "c")}), str)
    assert_type(sorted([Scope("a")]), list[Scope])
    assert_type(Scope("a").object, str | None)


def scopes_that_fail(scope: Scope) -> None:
    """Frozen, and of texts."""
    scope.permission = "a"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Scope(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    join([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
