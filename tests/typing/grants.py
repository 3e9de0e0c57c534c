"""Type-checked only: the two grants of `create_access_token`, which take different fields."""

from __future__ import annotations

from typing import Final, assert_type

from persona_oauth import ApiResponse, AsyncClient, Client, models
from persona_oauth.scopes import Scope, parse

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def grants_that_pass(client: Client, aclient: AsyncClient) -> None:
    """Either by what it requires; fixed values may be written out."""
    assert_type(client.oauth.create_access_token(code="c"), models.AccessToken)
    client.oauth.create_access_token(code="c", grant_type="authorization_code")
    client.oauth.create_access_token(client_assertion="a", scope="s", idempotency_key="k")
    client.oauth.create_access_token(
        client_assertion="a", grant_type="client_credentials", client_assertion_type=TYPE, persona_version=None
    )
    assert_type(await aclient.oauth.create_access_token(client_assertion="a"), models.AccessToken)
    whole = client.oauth.create_access_token_with_http_info(client_assertion="a")
    assert_type(whole, ApiResponse[models.AccessToken])


async def scopes_that_pass(client: Client, aclient: AsyncClient) -> None:
    """A text, a scope, any iterable of both; none where it is optional."""
    one = Scope("a", "b")
    client.oauth.create_authorization(client_id="o", scope="a:b c")
    client.oauth.create_authorization(client_id="o", scope=one)
    client.oauth.create_authorization(client_id="o", scope={"a", one})
    await aclient.oauth.create_access_token(client_assertion="a", scope=[one, "c"])
    client.oauth.create_access_token(client_assertion="a", scope=(each for each in parse("a b")))
    client.oauth.create_access_token(client_assertion="a", scope=None)


def scopes_that_fail(client: Client) -> None:
    """Other things, and none where it is required."""
    client.oauth.create_authorization(client_id="o", scope=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.oauth.create_authorization(client_id="o", scope=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.oauth.create_authorization(client_id="o", scope=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.oauth.create_access_token(client_assertion="a", scope=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def grants_that_fail(client: Client, aclient: AsyncClient) -> None:
    """Both, neither, a field or a fixed value of the other one, a wrong literal, arguments by position."""
    client.oauth.create_access_token(code="c", client_assertion="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token(code="c", scope="s")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token(code="c", grant_type="client_credentials")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.oauth.create_access_token(client_assertion="a", grant_type="password")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.oauth.create_access_token(client_assertion="a", client_assertion_type="urn:x")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.oauth.create_access_token("c")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token_with_http_info(code="c", client_assertion="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token(code="c", client_assertion="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
