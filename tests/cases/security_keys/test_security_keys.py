"""API keys in header, query and cookie (OpenAPI 3.1, 4.8.27)."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, unquote

import httpx2
import pytest
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.support.cases import Answer, Case

KEY = "k/1+2"


def test_header(case: Case) -> None:
    """As the root says, where the operation says nothing."""
    assert case.call(lambda client: client.default.get_header(), api_key=KEY).headers["x-api-key"] == KEY


def test_query(case: Case) -> None:
    """Encoded, beside other parameters."""
    sent = case.call(lambda client: client.default.get_query(a="b"), api_key=KEY)
    assert sent.target == "/query?a=b&api%20key=k%2F1%2B2"
    assert "x-api-key" not in sent.headers


def test_cookie(case: Case) -> None:
    """In the one header that cookies have."""
    assert case.call(lambda client: client.default.get_cookie(), api_key="k").headers["cookie"] == "key=k"
    sent = case.call(lambda client: client.default.get_cookie(other="o"), api_key="k")
    assert {*sent.headers["cookie"].split("; ")} == {"key=k", "other=o"}


def test_both(case: Case) -> None:
    """Schemes that are required together: one key for both, or one for each."""
    sent = case.call(lambda client: client.default.get_both(), api_key="k")
    assert (sent.target, sent.headers["x-api-key"]) == ("/both?api%20key=k", "k")
    sent = case.call(lambda client: client.default.get_both(), api_key={"inHeader": "h", "inQuery": "q"})
    assert (sent.target, sent.headers["x-api-key"]) == ("/both?api%20key=q", "h")


def test_two_cookies(case: Case) -> None:
    """They share the one header, with cookies of the caller's."""
    keys = {"inCookie": "1", "otherCookie": "2"}
    sent = case.call(lambda client: client.default.get_cookies(), api_key=keys, headers={"cookie": "own=3"})
    assert sent.headers["cookie"] == "own=3; key=1; second=2"


def test_half_of_what_is_required(case: Case) -> None:
    """Both schemes are named; half of the credentials are not sent."""
    with (
        case.client(api_key={"inHeader": "h"}) as client,
        pytest.raises(ValueError, match=r'pass api_key=\{"inHeader": …, "inQuery": …\}$'),
    ):
        client.default.get_both()


@pytest.mark.parametrize(
    "keys",
    [
        *({"inHeadr": KEY}, {"inHeader": ""}, {"inHeader": f"{KEY}\nb"}, {"inHeader": None}, 7, b"k"),
        *({"inCookie": f"{KEY}{character}"} for character in ' ;"\\\r\n\x00é'),
        f"{KEY};other=1",
    ],
)
def test_keys_that_make_no_sense(case: Case, keys: Any) -> None:
    """Refused when the client is made, without being quoted."""
    with pytest.raises(ValueError, match=r"^api_key: ") as caught, case.client(api_key=keys):
        pass
    assert KEY not in str(caught.value)


# --- without api_key


@pytest.mark.parametrize("name", ["X-Api-Key", "x-api-key", "Authorization"])
def test_headers_of_the_caller(case: Case, name: str) -> None:
    """A header that the scheme names is enough; so is one that a gateway may want."""
    sent = case.call(lambda client: client.default.get_header(), headers={name: KEY})
    assert sent.headers[name.lower()] == KEY


def test_header_beside_a_key(case: Case) -> None:
    """The caller's header wins; the other scheme gets its key."""
    sent = case.call(lambda client: client.default.get_both(), headers={"X-Api-Key": "own"}, api_key={"inQuery": "q"})
    assert (sent.target, sent.headers["x-api-key"]) == ("/both?api%20key=q", "own")
    sent = case.call(lambda client: client.default.get_header(), headers={"X-Api-Key": "own"}, api_key="k")
    assert sent.headers["x-api-key"] == "own"


@pytest.mark.parametrize("place", ["headers", "extra_headers"])
def test_no_second_credential(case: Case, place: str) -> None:
    """A header that is enough by itself goes without the key of an alternative that the description names before."""
    headers = {"x-api-key": "own"}
    options: dict[str, Any] = {"headers": headers} if place == "headers" else {}
    extra = {"extra_headers": headers} if place == "extra_headers" else {}
    sent = case.call(
        lambda client: client.default.get_any(**extra), api_key={"inQuery": "q", "inHeader": "h"}, **options
    )
    assert (sent.target, sent.headers["x-api-key"]) == ("/any", "own")


def test_cookie_of_the_caller(case: Case) -> None:
    """Among others."""
    sent = case.call(lambda client: client.default.get_cookie(), headers={"Cookie": "a=b; key=k"})
    assert sent.headers["cookie"] == "a=b; key=k"
    with (
        case.client(headers={"Cookie": "a=key; b=key"}) as client,
        pytest.raises(ValueError, match="needs credentials"),
    ):
        client.default.get_cookie()


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("get_header", {"headers": {"X-Api-Key": KEY}}),
        ("get_query", {"params": {"api key": KEY}}),
        ("get_cookie", {"cookies": {"key": KEY}}),
        ("get_header", {"auth": ("user", "password")}),
    ],
)
def test_http_client_of_the_caller(case: Case, operation: str, options: dict[str, Any]) -> None:
    """What it sends by itself is enough."""
    sent = case.call_through(lambda client: getattr(client.default, operation)(), **options)
    assert sent.headers.get("authorization") or KEY in unquote(f"{sent.target} {sent.headers}")


# --- logs


@pytest.mark.parametrize("operation", ["get_query", "get_both"])
def test_key_in_the_query_is_not_logged(case: Case, operation: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not by httpx2, which logs each URL, nor by event hooks that do; nor is it in the repr of the request."""
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []

    def hook(request: httpx2.Request) -> None:
        shown.extend([str(request.url), repr(request.url), repr(request)])

    for key in (KEY, "another-key"):
        hooks = {"request": [hook]}
        sent = case.call_through(lambda client: getattr(client.default, operation)(), api_key=key, event_hooks=hooks)
        assert f"api%20key={quote(key, safe='')}" in sent.target
        assert "/" + operation.removeprefix("get_") in shown[-1]
    for text in [*shown, *(record.getMessage() for record in caplog.records)]:
        assert KEY not in unquote(text)
        assert "another-key" not in text
    assert len({*shown}) == len(shown), "caches go by the text of a URL"


def test_secret_arguments_are_not_logged(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """Those that the description marks, in path and query."""
    caplog.set_level(logging.DEBUG)
    secret = "planted/secret"

    def call(client: Any) -> Any:
        return client.default.get_secret(token=secret, password=secret, plain="p")

    assert case.call(call, api_key="k").target == "/secret/planted%2Fsecret?password=planted%2Fsecret&plain=p"
    lines = [record.getMessage() for record in caplog.records if "HTTP Request" in record.getMessage()]
    assert lines
    for line in lines:
        assert "/secret/{token}" in line
        assert secret not in unquote(line)


def test_none(case: Case) -> None:
    """`security: []` takes the root's away; an empty alternative makes it optional."""
    assert "x-api-key" not in case.call(lambda client: client.default.get_none(), api_key="k").headers
    assert "x-api-key" not in case.call(lambda client: client.default.get_maybe()).headers
    assert case.call(lambda client: client.default.get_maybe(), api_key="k").headers["x-api-key"] == "k"


def test_missing(case: Case) -> None:
    """Told before anything is sent."""
    with case.client() as client, pytest.raises(ValueError, match=r"^api_key: "):
        client.default.get_header()


def test_unfit(case: Case) -> None:
    """HTTP has no header of such a name; the operation can be called with credentials of another kind."""
    with case.client(api_key=KEY) as client, pytest.raises(ValueError, match=r"^api_key: no header can have the name"):
        client.default.get_unfit()
    assert case.call(lambda client: client.default.get_unfit(), auth=lambda request: request).target == "/unfit"
    assert case.call(lambda client: client.default.get_either(), api_key=KEY).headers["x-api-key"] == KEY


@pytest.mark.parametrize("options", [{"api_key": "planted-key"}, {"headers": {"X-Api-Key": "planted-key"}}])
@pytest.mark.parametrize("operation", ["get_header", "get_both"])
def test_key_in_an_answer(case: Case, operation: str, options: dict[str, Any]) -> None:
    """A server that quotes the request does not bring the key into an error."""
    options = {"api_key": {"inQuery": "planted-key"}, **options}
    answer = Answer(400, b'{"title": "planted-key"} planted-key', "text/plain")
    error = case.error(lambda client: getattr(client.default, operation)(), answer, **options)
    assert "[redacted]" in error.body
    assert "planted-key" not in f"{error!r} {vars(error)}"


@pytest.mark.parametrize(
    ("call", "url"),
    [
        (lambda client: client.default.get_query(a="planted"), "/query"),
        (lambda client: client.default.get_secret(token="planted", password="planted"), "/secret/{token}"),
    ],
)
def test_secrets_are_not_told(case: Case, call: Any, url: str) -> None:
    """`on_attempt` gets URLs without query, and without the secrets in a path."""
    seen: list[Any] = []
    case.call(call, api_key=KEY, on_attempt=seen.append)
    assert [attempt.url for attempt in seen] == [case.server.base_url + url] * 2


def test_secrets_in_no_span(case: Case) -> None:
    """OpenTelemetry's instrumentation takes the text of a URL."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    HTTPX2ClientInstrumentor().instrument(tracer_provider=provider)
    try:
        case.call_through(lambda client: client.default.get_query(), api_key=KEY)
        case.call_through(lambda client: client.default.get_secret(token="planted", password="planted"), api_key=KEY)
    finally:
        HTTPX2ClientInstrumentor().uninstrument()
        provider.shutdown()
    written = [unquote(span.to_json()) for span in exporter.get_finished_spans()]
    assert len(written) == 2
    assert not [text for text in written if KEY in text or "planted" in text]
