"""Operations as data: what any description may ask for, beyond what ours does."""

from __future__ import annotations

import datetime
import json
import re
from typing import Annotated, Any, Literal

import httpx2
import pytest
from pydantic import Field

from persona_oauth import ApiError, ConnectionFailedError, InvalidRequestError, VariantError
from persona_oauth._model import UNSET, Model, RequestModel, wire
from persona_oauth._operation import Answer, Body, Operation, Parameter, Prepared
from persona_oauth._security import ApiKey, Basic, Bearer
from persona_oauth._transport import Settings, SyncTransport
from tests.client.scripted import FakeClock


class Part(RequestModel):
    weight: Annotated[int | None, wire("weight-kg", ge=0, nullable=True)] = None
    note: Annotated[str | None, wire("note")] = None
    id: Annotated[str | None, wire("id", read_only=True)] = None


class Thing(RequestModel):
    name: Annotated[str, wire("thing-name", min_length=1)]
    colour: Annotated[Literal["red", "blue"], wire("colour", required=True)] = "red"
    parts: Annotated[list[Part] | None, wire("parts")] = None
    made: Annotated[datetime.date | None, wire("made-on", nullable=True)] = None
    password: Annotated[str | None, wire("password", secret=True)] = None


class Stored(Model):
    id: Annotated[str, wire("id")]


FIELDS = ("name", "colour", "parts", "made", "password")
JSON = Body("application/json", Thing, fields=FIELDS, nullable=frozenset({"made"}))
FORM = Body("application/x-www-form-urlencoded", Thing, fields=FIELDS)


def prepare(
    *parameters: Parameter, path: str = "/things", bodies: tuple[Body, ...] = (), **arguments: object
) -> Prepared:
    operation: Operation[None] = Operation("op", "POST", path, parameters=parameters, bodies=bodies)
    return operation.prepare(arguments)


def parameter(location: Any, kind: Any = str, **options: Any) -> Parameter:
    return Parameter("arg", "the-arg", location, kind, **options)


@pytest.mark.parametrize(
    ("options", "kind", "value", "path"),
    [
        ({}, str, "a b&c/é", "/things?the-arg=a%20b%26c%2F%C3%A9"),
        ({}, int, 7, "/things?the-arg=7"),
        ({}, bool, True, "/things?the-arg=true"),
        ({}, datetime.date, datetime.date(2026, 1, 2), "/things?the-arg=2026-01-02"),
        ({}, list[str], ["a", "b,c"], "/things?the-arg=a&the-arg=b%2Cc"),
        ({"explode": False}, list[str], ["a", "b,c"], "/things?the-arg=a,b%2Cc"),
        ({}, dict[str, int], {"x": 1, "y": 2}, "/things?x=1&y=2"),
        ({"explode": False}, dict[str, int], {"x": 1}, "/things?the-arg=x,1"),
        ({"allow_reserved": True}, str, "a/b", "/things?the-arg=a/b"),
        ({}, str, None, "/things"),
        ({}, str, UNSET, "/things"),
    ],
)
def test_query(options: dict[str, Any], kind: Any, value: object, path: str) -> None:
    """Style form, exploded by default; what is not given is not sent."""
    assert prepare(parameter("query", kind, **options), arg=value).path == path


def test_path_header_and_cookie() -> None:
    """Style simple in path and header; names and values as on the wire."""
    prepared = prepare(
        Parameter("thing_id", "thing-id", "path", str, required=True),
        Parameter("ids", "X-Ids", "header", list[int]),
        Parameter("session", "sid", "cookie", str),
        path="/things/{thing-id}/x",
        thing_id="a/b",
        ids=[1, 2],
        session="s1",
    )
    assert prepared.path == "/things/a%2Fb/x"
    assert prepared.headers == {"X-Ids": "1,2", "Cookie": "sid=s1"}


@pytest.mark.parametrize(
    ("location", "kind", "value"),
    [
        ("path", str, ""),
        ("path", str, ".."),
        ("header", str, "a\r\nX: 1"),
        ("header", str, " a"),
        ("header", str, "é"),
        ("cookie", str, "a; b=c"),
        ("query", int, "seven"),
        ("query", Literal["a"], "hunter22"),
        ("query", Annotated[str, Field(pattern="^[a-z]+$")], "HUNTER22"),
        ("query", datetime.date, "hunter22"),
    ],
)
def test_refused(location: Any, kind: Any, value: object) -> None:
    """Named by its Python name, with the reason and without the value."""
    with pytest.raises(InvalidRequestError) as caught:
        prepare(parameter(location, kind, required=location == "path"), path="/{the-arg}", arg=value)
    assert caught.value.argument == "arg"
    assert "hunter22" not in str(caught.value).lower()
    assert caught.value.__context__ is None


def test_required() -> None:
    """A parameter and a body that are not given."""
    with pytest.raises(InvalidRequestError, match="arg: is required"):
        prepare(parameter("query", required=True), arg=None)
    with pytest.raises(InvalidRequestError, match="name: field required") as caught:
        prepare(bodies=(JSON,), name=None)
    assert caught.value.argument == "name"
    assert prepare(bodies=(Body("application/json", int, required=False),)).content is None


def test_json_body() -> None:
    """Required defaults are sent, None only where null is a value; at every depth. What is read-only stays here."""
    parts = [Part(weight=None, note=None), Part(note="x", id="i")]
    content = prepare(bodies=(JSON,), name="n", made=None, parts=parts).content
    assert json.loads(content or b"") == {
        "thing-name": "n",
        "colour": "red",
        "parts": [{"weight-kg": None}, {"note": "x"}],
        "made-on": None,
    }


def test_form_body() -> None:
    """In the order of the model; lists repeat the name."""
    prepared = prepare(bodies=(FORM,), name="a b", made=datetime.date(2026, 1, 2), parts=[Part(weight=1)])
    assert prepared.content == b"thing-name=a+b&colour=red&parts=%7B%22weight-kg%22%3A1%7D&made-on=2026-01-02"
    assert prepared.headers == {"Content-Type": "application/x-www-form-urlencoded"}


def test_nested_refusal() -> None:
    """The path goes on below the argument."""
    with pytest.raises(InvalidRequestError, match=r"^parts\.0\.weight: "):
        prepare(bodies=(JSON,), name="n", parts=[{"weight": -1}])


def test_body_as_one_argument() -> None:
    """A body that is not an object; of two media types the one that the arguments speak of, else the first."""
    numbers = Body("application/json", list[int], argument="numbers")
    assert prepare(bodies=(numbers,), numbers=[1, 2]).content == b"[1,2]"
    assert prepare(bodies=(FORM, numbers), numbers=[1]).headers == {"Content-Type": "application/json"}
    assert prepare(bodies=(JSON, FORM), name="n").headers == {"Content-Type": "application/json"}


class ByCode(RequestModel):
    code: Annotated[str, wire("code")]
    kind: Annotated[Literal["code"], wire("kind")] = "code"


class BySignature(RequestModel):
    kind: Annotated[Literal["jwt"], wire("kind")] = "jwt"
    assertion: Annotated[str, wire("assertion")]
    scope: Annotated[str | None, wire("scope")] = None


class ByOther(RequestModel):
    kind: Annotated[Literal["other"], wire("kind")] = "other"
    assertion: Annotated[str, wire("assertion")]


VARIANTS = tuple(
    Body("application/x-www-form-urlencoded", model, fields=tuple(model.model_fields))
    for model in (ByCode, BySignature, ByOther)
)


@pytest.mark.parametrize(
    ("arguments", "content"),
    [
        ({"code": "c"}, b"code=c&kind=code"),
        ({"assertion": "a", "code": None}, b"kind=jwt&assertion=a"),
        ({"assertion": "a", "kind": "jwt", "scope": "s"}, b"kind=jwt&assertion=a&scope=s"),
        ({"assertion": "a", "kind": "other"}, b"kind=other&assertion=a"),
    ],
)
def test_variant(arguments: dict[str, Any], content: bytes) -> None:
    """Told apart by the arguments that are given, and by constants where these do not suffice."""
    assert prepare(bodies=VARIANTS, **arguments).content == content


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "none of them"),
        ({"code": "c", "assertion": "a"}, "code, assertion"),
        ({"scope": "s"}, "scope"),
    ],
)
def test_no_variant(arguments: dict[str, Any], message: str) -> None:
    """Arguments of none, or of several: a TypeError, as Python raises for any other signature that is missed."""
    takes = "op() takes code, [kind] or assertion, [kind, scope] or assertion, [kind]; got "
    with pytest.raises(TypeError, match=f"^{re.escape(takes + message)}$") as caught:
        prepare(bodies=VARIANTS, **arguments)
    assert isinstance(caught.value, VariantError)
    assert isinstance(caught.value, InvalidRequestError)


def test_invalid_variant() -> None:
    """The arguments say which variant is meant, a value of theirs is wrong."""
    with pytest.raises(InvalidRequestError, match="kind: input should be 'jwt'"):
        prepare(bodies=VARIANTS, assertion="a", kind="code")


def test_secrets() -> None:
    """Secret parameters and secret fields; nothing of them in the repr."""
    prepared = prepare(parameter("query", secret=True), bodies=(JSON,), arg="hunter22", name="n", password="hunter33")
    assert prepared.secrets() == {"hunter22", "hunter33"}
    assert "hunter" not in repr(prepared)


def transport(handler: Any, **settings: Any) -> SyncTransport:
    made = SyncTransport(
        Settings(base_url="https://example.com/v1", **settings), httpx2.Client(transport=httpx2.MockTransport(handler))
    )
    made.clock = FakeClock()
    return made


@pytest.mark.parametrize(
    ("answer", "response", "data"),
    [
        (Answer("200", "json", Stored), httpx2.Response(200, content=b'{"id": "a"}'), Stored(id="a")),
        (Answer("2XX", "json", list[int]), httpx2.Response(207, content=b"[1]"), [1]),
        (Answer("default", "json"), httpx2.Response(200, content=b'{"a": [1]}'), {"a": [1]}),
        (Answer("200", "text"), httpx2.Response(200, text="é"), "é"),
        (Answer("200", "text"), httpx2.Response(200, content=b"a", headers={"Content-Type": "a/b; charset=hex"}), "a"),
        (Answer("200", "bytes"), httpx2.Response(200, content=b"\xff"), b"\xff"),
        (Answer("204", "empty"), httpx2.Response(204), None),
    ],
)
def test_answers(answer: Answer, response: httpx2.Response, data: object) -> None:
    """Each kind of answer."""
    operation: Operation[Any] = Operation("op", "GET", "/x", answers=(answer,))
    assert transport(lambda _: response).call(operation, {}) == data


@pytest.mark.parametrize(
    ("scheme", "where", "value"),
    [
        (Bearer(), "authorization", "Bearer user:secret"),
        (Basic(), "authorization", "Basic dXNlcjpzZWNyZXQ="),
        (ApiKey("header", "X-Key"), "x-key", "user:secret"),
        (ApiKey("cookie", "key"), "cookie", "key=user:secret"),
        (ApiKey("query", "key"), "", "/v1/x?key=user%3Asecret"),
    ],
)
def test_security(scheme: Any, where: str, value: str) -> None:
    """The key goes where the scheme says; an alternative that we can't serve is passed over."""
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    operation: Operation[None] = Operation(
        "op", "GET", "/x", answers=(Answer("204", "empty"),), security=((), ("unknown",), ("known",))
    )
    transport(handler, api_key="user:secret", security={"known": scheme}).call(operation, {})
    assert (seen[0].headers[where] if where else seen[0].url.raw_path.decode()) == value
    transport(handler, security={"known": scheme}).call(operation, {})  # anonymous is allowed


@pytest.mark.parametrize(("method", "attempts"), [("GET", 3), ("PUT", 3), ("DELETE", 3), ("POST", 1), ("PATCH", 1)])
def test_without_an_idempotency_key(method: str, attempts: int) -> None:
    """Only methods that are idempotent are repeated (RFC 9110, 9.2.2)."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("lost", request=request)

    operation: Operation[None] = Operation("op", method, "/x", answers=(Answer("204", "empty"),))
    with pytest.raises(ConnectionFailedError) as caught:
        transport(handler).call(operation, {})
    assert caught.value.attempts == attempts
    assert caught.value.idempotency_key is None


@pytest.mark.parametrize("error", [httpx2.PoolTimeout, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol])
def test_faults_of_this_side(error: type[httpx2.TransportError]) -> None:
    """A repeat would only meet them again."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        raise error("here")

    operation: Operation[None] = Operation("op", "GET", "/x", answers=(Answer("204", "empty"),))
    with pytest.raises(ApiError) as caught:
        transport(handler).call(operation, {})
    assert caught.value.attempts == 1
