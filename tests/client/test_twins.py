"""The twin of each method: what Python sees of it, and that its frames hold no secret."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, get_overloads
from unittest.mock import AsyncMock, create_autospec

import httpx2
import pytest

from persona_oauth import ApiError, ApiResponse, AsyncClient, Client
from persona_oauth.api.oauth import AsyncOAuthApi, OAuthApi
from tests.client.scripted import API_KEY, CODE, GRANT, SECRETS, Driver
from tests.support.checkout import PACKAGE

Api = type[OAuthApi | AsyncOAuthApi]
Method = Callable[..., Any]

CALLS: dict[str, dict[str, Any]] = {
    "create_authorization": {"client_id": "org_1", "scope": "inquiry.read"},
    "create_access_token": {"code": CODE},
}
OVERLOADS = {"create_authorization": 0, "create_access_token": 2}

each_api = pytest.mark.parametrize("api", [OAuthApi, AsyncOAuthApi])
each_name = pytest.mark.parametrize("name", OVERLOADS)


def pair(api: Api, name: str) -> tuple[Method, Method]:
    """A method and its twin."""
    return getattr(api, name), getattr(api, f"{name}_with_http_info")


def signature_of_twin(method: Method) -> inspect.Signature:
    """That of the method, but with all of the answer."""
    signature = inspect.signature(method)
    return signature.replace(return_annotation=f"ApiResponse[{signature.return_annotation}]")


class Stub:
    """A transport that says how it was called."""

    def call(self, *_: object, **options: object) -> Any:
        """All that a method asks of its transport."""
        return options


@each_api
@each_name
def test_signature(api: Api, name: str) -> None:
    """The twin has the method's arguments and defaults, each overload of it, and returns an ApiResponse."""
    method, twin = pair(api, name)
    assert inspect.signature(twin) == signature_of_twin(method)
    assert twin.__annotations__["return"] == inspect.signature(twin).return_annotation
    overloads = get_overloads(twin)
    assert len(overloads) == OVERLOADS[name]
    assert [*map(inspect.signature, overloads)] == [*map(signature_of_twin, get_overloads(method))]


@each_api
@each_name
def test_names(api: Api, name: str) -> None:
    """It goes by its own name, and is a coroutine function where the method is."""
    method, twin = pair(api, name)
    assert (twin.__name__, twin.__module__) == (f"{name}_with_http_info", method.__module__)
    assert twin.__qualname__ == f"{api.__name__}.{name}_with_http_info"
    assert twin.__doc__ == f"As `{name}`, with the status code and the headers of the answer."
    assert inspect.iscoroutinefunction(twin) == inspect.iscoroutinefunction(method) == (api is AsyncOAuthApi)


@each_api
@each_name
def test_help(api: Api, name: str) -> None:
    """`help` shows it as a method of its own."""
    method, twin = pair(api, name)
    line = shown_by_help(method)[0].replace(f"{name}(", f"{name}_with_http_info(")
    arguments, _, returned = line.rpartition(" -> ")
    assert shown_by_help(twin) == [
        f"{arguments} -> 'ApiResponse[{returned[1:-1]}]'",
        f"    As `{name}`, with the status code and the headers of the answer.",
    ]


def shown_by_help(method: Method) -> list[str]:
    """The lines of `help`, without the headline; the signature in one line, which Python 3.13 breaks if it is long."""
    lines = pydoc.plain(pydoc.render_doc(method)).splitlines()[2:]
    end = next(index for index, line in enumerate(lines, start=1) if " -> " in line)
    signature = " ".join(line.strip() for line in lines[:end])
    return [signature.replace("( ", "(").replace(", )", ")"), *lines[end:]]


def test_pickle() -> None:
    """Twins travel by name, bound or not."""
    for api in (OAuthApi, AsyncOAuthApi):
        twin = api.create_authorization_with_http_info
        assert pickle.loads(pickle.dumps(twin)) is twin
    stub: Any = Stub()
    bound = OAuthApi(stub).create_authorization_with_http_info
    assert bound(**CALLS["create_authorization"]) == pickle.loads(pickle.dumps(bound))(**CALLS["create_authorization"])


@each_api
@each_name
def test_autospec(api: Api, name: str) -> None:
    """A mock of it refuses what the method refuses, and is awaited where the method is."""
    twin = getattr(create_autospec(api, instance=True), f"{name}_with_http_info")
    assert isinstance(twin, AsyncMock) == (api is AsyncOAuthApi)
    with pytest.raises(TypeError, match="'misspelt'"):
        twin(**CALLS[name], misspelt=1)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@each_name
def test_autospec_of_a_client(kind: Any, name: str) -> None:
    """Of its class and of an instance: the mock has the operations, with their signatures."""
    for client in (
        create_autospec(kind)(API_KEY),
        create_autospec(kind, instance=True),
        create_autospec(kind(API_KEY)),
    ):
        for method in (getattr(client.oauth, name), getattr(client.oauth, f"{name}_with_http_info")):
            assert isinstance(method, AsyncMock) == (kind is AsyncClient)
            with pytest.raises(TypeError, match="'misspelt'"):
                method(**CALLS[name], misspelt=1)
            if kind is Client:
                method.return_value = "answer"
                assert method(**CALLS[name]) == "answer"
        with pytest.raises(AttributeError):
            client.oauth.misspelt()
        with pytest.raises(AttributeError):
            client.misspelt()


def test_operations_of_a_client() -> None:
    """Made once for each client, replaceable on one, and on the class their class, with its documentation."""
    with Client(API_KEY) as client, Client(API_KEY) as other:
        assert client.oauth is client.oauth
        assert client.oauth is not other.oauth
        assert isinstance(client.oauth, Client.oauth)
        mock = create_autospec(OAuthApi, instance=True)
        client.oauth = mock
        assert client.oauth is mock
    assert Client.oauth is OAuthApi
    assert vars(Client)["oauth"].__doc__


def outcome(driver: Driver, name: str, arguments: dict[str, Any], respond: Method) -> Any:
    """What a call gives or raises, where `respond` takes the place of the network."""
    settings: dict[str, Any] = {"api_key": API_KEY, "max_retries": 0}
    transport = httpx2.MockTransport(respond)
    if driver.flavour == "sync":
        with httpx2.Client(transport=transport) as http_client, Client(**settings, http_client=http_client) as client:
            return caught(partial(getattr(client.oauth, name), **arguments))

    async def main() -> Any:
        async with (
            httpx2.AsyncClient(transport=transport) as http_client,
            AsyncClient(**settings, http_client=http_client) as client,
        ):
            try:
                return await getattr(client.oauth, name)(**arguments)
            except RAISED as error:
                return error

    return driver.run(main)


def caught(call: Callable[[], Any]) -> Any:
    """What it returns or raises."""
    try:
        return call()
    except RAISED as error:
        return error


def fail(kind: type[BaseException], _: httpx2.Request) -> httpx2.Response:
    """A transport that raises."""
    raise kind("down")


def refused(_: httpx2.Request) -> httpx2.Response:
    """An answer that is raised as an error."""
    return httpx2.Response(400, json={"errors": [{"title": "no"}]})


RAISED = (ApiError, LookupError, TypeError, KeyboardInterrupt)
FAULTS: dict[str, tuple[dict[str, Any], Method, type[BaseException]]] = {
    "connection": ({}, partial(fail, httpx2.ConnectError), ApiError),
    "status": ({}, refused, ApiError),
    "error of a transport": ({}, partial(fail, LookupError), LookupError),
    "interrupt": ({}, partial(fail, KeyboardInterrupt), KeyboardInterrupt),
    "value": ({"key_inflection": "none"}, refused, ApiError),
    "scope": ({"scope": [7]}, refused, ApiError),
    "variant": ({"client_assertion": CODE}, refused, ApiError),
    "misspelt": ({"misspelt": CODE}, refused, TypeError),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["create_access_token", "create_access_token_with_http_info"])
def test_frames(driver: Driver, name: str, fault: str) -> None:
    """Whoever raises what: error reporters show the locals of each frame, and those of ours hold no secret."""
    arguments, respond, kind = FAULTS[fault]
    error = outcome(driver, name, {"code": CODE, **arguments}, respond)
    assert isinstance(error, kind)
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in shown.stack if f"/{PACKAGE}/" in frame.filename]
    assert ours or kind is TypeError
    assert not any(secret in str(frame.locals) for secret in SECRETS for frame in ours)


def test_an_answer(driver: Driver) -> None:
    """It returns what the method returns, with status and headers."""
    answer = httpx2.Response(201, json=GRANT, headers={"Request-Id": "req_1"})
    data, whole = (
        outcome(driver, f"create_access_token{suffix}", {"code": CODE}, lambda _: answer)
        for suffix in ("", "_with_http_info")
    )
    assert isinstance(whole, ApiResponse)
    assert (whole.data, whole.status_code, whole.headers["request-id"]) == (data, 201, "req_1")
