"""Logs, metrics and traces.

For a first look, `PERSONA_LOG=debug` writes each attempt to standard error. In a service:

- The logger `persona_oauth` has a line for each attempt (DEBUG) and for each repeat (INFO). Its records have the
  facts as fields, each after `api_`, which a formatter of JSON can keep apart. No secret is among them.
- `on_attempt=` is called after each attempt: count there.
- With OpenTelemetry each attempt is a span, and the server gets the id of the trace: `pip install opentelemetry-sdk
  opentelemetry-instrumentation-httpx`.
"""

import json
import logging
from collections import Counter

from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor

import persona_oauth

attempts: Counter[tuple[str, int | str | None]] = Counter()


class JsonLines(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """The message and the fields of the client."""
        fields = {name: value for name, value in vars(record).items() if name.startswith("api_")}
        line = {"level": record.levelname, "logger": record.name, "message": record.getMessage(), **fields}
        return json.dumps(line, default=str)


def count(attempt: persona_oauth.Attempt) -> None:
    """Count by operation and result; a counter of your metrics does the same."""
    attempts[attempt.operation, attempt.status_code or attempt.error] += 1


def set_up() -> None:
    """At the start of the program, before the first client; the trace provider and its exporter are yours."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("persona_oauth").setLevel(logging.DEBUG)
    HTTPX2ClientInstrumentor().instrument()


def authorize(organization: str, inquiry: str) -> None:
    """One span of yours around the call, which has one for each attempt."""
    tracer = trace.get_tracer(__name__)
    with tracer.start_as_current_span("authorize"), persona_oauth.Client(on_attempt=count) as persona:
        persona.oauth.create_authorization(client_id=organization, scope=f"inquiry.read:{inquiry}")
