"""OpenTelemetry's instrumentation of httpx2, as it is published: each attempt is a span."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from persona_oauth import ApiResponse, Client, ConnectionFailedError
from tests.client.scripted import API_KEY, CODE, OK, RESET, SECRETS, Driver, ScriptedServer, answer, unused_address


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of the test, with httpx2 instrumented as by `instrument()` in a program."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    HTTPX2ClientInstrumentor().instrument(tracer_provider=provider)
    yield exporter
    HTTPX2ClientInstrumentor().uninstrument()
    provider.shutdown()


def status_of(span: ReadableSpan) -> object:
    """The status of the answer, by the old or the new name of the attribute."""
    attributes = span.attributes or {}
    return attributes.get("http.response.status_code", attributes.get("http.status_code"))


def test_each_attempt_is_a_span(driver: Driver, spans: InMemorySpanExporter) -> None:
    """The server gets the id of each; the call and its repeats are as without."""
    with ScriptedServer(RESET, answer(503, b""), OK) as server:
        outcome = driver.call(server.base_url)
    assert isinstance(outcome, ApiResponse)
    assert outcome.attempts == 3
    finished = spans.get_finished_spans()
    assert [status_of(span) for span in finished] == [None, 503, 201]
    sent = [(request.header("traceparent") or "").split("-")[2] for request in server.requests]
    assert sent == [f"{context.span_id:016x}" for span in finished if (context := span.get_span_context())]


def test_no_secrets(driver: Driver, spans: InMemorySpanExporter) -> None:
    """Neither key nor code nor token is in a span."""
    with ScriptedServer(OK) as server:
        driver.call(server.base_url)
    (span,) = spans.get_finished_spans()
    for secret in SECRETS:
        assert secret not in span.to_json()


def test_errors_stay_ours(driver: Driver, spans: InMemorySpanExporter) -> None:
    """What the instrumented transport raises is what the transport raises."""
    outcome = driver.call(unused_address(), max_retries=0)
    assert isinstance(outcome, ConnectionFailedError)
    assert outcome.outcome == "not_sent"
    assert len(spans.get_finished_spans()) == 1


def test_client_made_before(spans: InMemorySpanExporter) -> None:
    """A client need not be made after `instrument()`."""
    HTTPX2ClientInstrumentor().uninstrument()
    with ScriptedServer(OK, OK) as server, Client(API_KEY, base_url=server.base_url) as client:
        client.oauth.create_access_token(code=CODE)
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        HTTPX2ClientInstrumentor().instrument(tracer_provider=provider)
        client.oauth.create_access_token(code=CODE)
    assert len(spans.get_finished_spans()) == 1
