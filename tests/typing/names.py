"""Type-checked only: public names, members of errors and answers, options of clients; each misspelt once."""

from __future__ import annotations

from typing import Literal, assert_type

import persona_oauth
from persona_oauth import ApiError, ApiResponse, AsyncClient, Client, models
from persona_oauth.api.oauth import AsyncOAuthApi, OAuthApi


def names_that_pass(client: Client, aclient: AsyncClient, api: OAuthApi) -> None:
    """From the root, without an import of the module; the operations of a client, and of its class."""
    assert_type(persona_oauth.__version__, str)
    persona_oauth.auth.ClientCredentials("c", "pem")
    assert_type(persona_oauth.scopes.join("a"), str)
    assert_type(persona_oauth.stores.MemoryStore(), persona_oauth.stores.MemoryStore)
    assert_type(persona_oauth.client.Client(), Client)
    assert_type(persona_oauth.errors.ApiError("text"), ApiError)
    assert_type(persona_oauth.models.Authorization(code="c"), models.Authorization)
    assert_type(client.oauth, OAuthApi)
    assert_type(aclient.oauth, AsyncOAuthApi)
    assert_type(Client.oauth, type[OAuthApi])
    client.oauth = api


def names_that_fail() -> None:
    """Of errors that are handled when it is too late to find out, of modules and of their members."""
    try:
        persona_oauth.Client()
    except persona_oauth.RateLimitError:  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        pass
    except (persona_oauth.ApiError, persona_oauth.TimeoutError):  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        pass
    except persona_oauth.errors.NotFound:  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        pass
    persona_oauth.Clients()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    persona_oauth.scope.join("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    persona_oauth.scopes.joins("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    persona_oauth.auth.ClientCredential("c", "pem")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    persona_oauth.stores.RedisStores("url")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    persona_oauth.models.Token()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def imports_that_fail() -> None:
    """The same, by `from`."""
    from persona_oauth import RateLimitError  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    from persona_oauth.errors import TimeoutError  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    from persona_oauth.models import Token  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

    del RateLimitError, TimeoutError, Token


def errors_that_pass(error: persona_oauth.TooManyRequestsError) -> None:
    """What is wrong as the envelope has it, and the facts of each error."""
    (item, *_) = error.errors
    assert_type(item, models.ErrorItem)
    assert_type(item.details, str | None)
    if item.source is not None:
        assert_type(item.source.pointer, str | None)
    assert_type(error.retry_after, float | None)
    assert_type(error.request_id, str | None)
    assert_type(error.rate_limit, persona_oauth.RateLimit)
    assert_type(error.outcome, Literal["not_sent", "unknown", "answered"])
    assert_type(error.is_retryable, bool)


def errors_that_fail(error: ApiError, argument: persona_oauth.InvalidRequestError) -> None:
    """Members of the error, of the item, and of an error of another class."""
    (item, *_) = error.errors
    print(item.detail)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(item.message)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(item["details"])  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    print(error.status)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(error.retry_after)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(error.rate_limit.remains)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(error.outcome == "sent")  # type: ignore[comparison-overlap]
    print(argument.arguments)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def answers_that_fail(token: models.AccessToken, whole: ApiResponse[models.AccessToken]) -> None:
    """Members of answers."""
    print(token.token)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(token.expires)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(whole.access_token)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(whole.data.token)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(whole.status)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print(whole.text)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


async def clients_that_fail(client: Client, aclient: AsyncClient) -> None:
    """Options, tags, operations, and the arguments of these and of their twins, for threads and for tasks."""
    Client(key="k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    AsyncClient(key="k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client(timeouts=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    AsyncClient(retries=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client("k", "https://a.example")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    Client(http_client=aclient)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.aclose()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    aclient.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.oAuth.create_access_token(code="c")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.oauth.create_token(code="c")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await aclient.oauth.create_token(code="c")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.oauth.create_access_token_with_info(code="c")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    client.oauth.create_authorization(client="o", scope="s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_authorization(client_id="o", scopes="s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_authorization(client_id="o", scope="s", idempotencyKey="k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token(code="c", version="v")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_authorization(client_id="o", scopes="s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token(code="c", time_out=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.oauth.create_authorization_with_http_info(client_id="o", scopes="s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.oauth.create_access_token_with_http_info(code="c", retries=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_authorization_with_http_info(client_id="o", scopes="s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aclient.oauth.create_access_token_with_http_info(code="c", version="v")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    print(client.oauth.create_authorization(client_id="o", scope="s").codes)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    print((await aclient.oauth.create_access_token(code="c")).token)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
