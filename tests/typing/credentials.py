"""Type-checked only: each line that has to fail carries the finding of either checker, which complain if it doesn't."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, assert_type

import httpx2
import redis.asyncio

import persona_oauth
from persona_oauth import AsyncClient, Client, models
from persona_oauth.auth import AccessTokenAuth, ClientCredentials, TokenExpiredError, TokenRequestError
from persona_oauth.scopes import Scope, join, parse
from persona_oauth.stores import Entry, FileStore, MemoryStore, RedisStore, Store

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


class OwnStore:
    """As callers write one."""

    def get(self, key: str) -> Entry | None:
        return Entry(key, 1.5)

    def put(self, key: str, value: str, seconds: float) -> None:
        del key, value, seconds

    @contextmanager
    def lock(self, key: str, seconds: float) -> Generator[bool]:
        yield bool(key) and seconds > 0


def stores_that_pass(make: Callable[[], redis.Redis]) -> None:
    """Ours and others', for tokens and for the pace of calls."""
    stores: list[Store] = [MemoryStore(), FileStore("folder"), FileStore(Path()), OwnStore()]
    stores += [RedisStore("redis://localhost"), RedisStore(make, prefix="p"), RedisStore(redis.Redis)]
    ClientCredentials("c", "pem", store=stores[0], algorithm=None)
    Client(throttle=True)
    AsyncClient(throttle=stores[0])
    Client(api_key={"bearerAuth": "k"})


def stores_that_fail() -> None:
    """Addresses, classes, clients that are made already, and those that have to be awaited."""
    ClientCredentials("c", "pem", store="redis://localhost")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ClientCredentials("c", "pem", store=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RedisStore(redis.Redis())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RedisStore(redis.asyncio.Redis)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client(throttle="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client(api_key={"bearerAuth": 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def failures(auth: ClientCredentials) -> None:
    """A failed token request has the facts of any error."""
    try:
        httpx2.get("https://a.example", auth=auth)
    except TokenRequestError as error:
        assert_type(error.status_code, int | None)
        assert_type(error.reason, type[persona_oauth.ApiError])
    except persona_oauth.TokenExpiredError as error:
        assert_type(error.attempts, int)


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
