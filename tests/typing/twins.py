"""Type-checked only: the twins, which take what their methods take and return all of the answer."""

from __future__ import annotations

from typing import assert_type

from persona_oauth import ApiResponse, AsyncClient, Client, models


async def twins_that_pass(client: Client, aclient: AsyncClient) -> None:
    """Each overload, for threads and for tasks."""
    whole = client.oauth.create_authorization_with_http_info(client_id="o", scope="a:b", persona_version=None)
    assert_type(whole, ApiResponse[models.Authorization])
    assert_type(whole.data, models.Authorization)
    assert_type(client.oauth.create_access_token_with_http_info(code="c"), ApiResponse[models.AccessToken])
    assert_type(
        client.oauth.create_access_token_with_http_info(client_assertion="a", scope=["s"]),
        ApiResponse[models.AccessToken],
    )
    assert_type(
        await aclient.oauth.create_authorization_with_http_info(client_id="o", scope="a:b"),
        ApiResponse[models.Authorization],
    )
    assert_type(await aclient.oauth.create_access_token_with_http_info(code="c"), ApiResponse[models.AccessToken])
    assert_type(
        await aclient.oauth.create_access_token_with_http_info(client_assertion="a", max_retries=1),
        ApiResponse[models.AccessToken],
    )


async def twins_that_fail(client: Client, aclient: AsyncClient) -> None:
    """Of no overload or of both, by position, misspelt, of a wrong type, not awaited."""
    client.oauth.create_authorization_with_http_info(client_id="o")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_authorization_with_http_info("o", "a:b")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_authorization_with_http_info(client_id="o", scope=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.oauth.create_authorization_with_http_info(client_id="o", scope="s", time_out=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token_with_http_info(code="c", scope="s")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token_with_http_info()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token_with_http_info(code="c", client_assertion="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    assert aclient.oauth.create_access_token_with_http_info(code="c").data  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
