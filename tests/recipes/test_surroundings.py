"""What is around a client: proxies, certificates, logs, traces."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.recipes.conftest import Load, start
from tests.support.authority import impersonate
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE, Answer, Server

CODE = {"code": "Vd7kPw2X", "expires-in": 599}


def test_a_proxy_and_a_ca(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call goes through the proxy, whose certificate only the company's CA vouches for."""
    monkeypatch.delenv("PERSONA_BASE_URL", raising=False)
    package, recipe = import_module(PACKAGE), load("proxies_and_ca")
    tls, company_ca = impersonate("api.withpersona.com", tmp_path)
    (tmp_path / "other").mkdir()
    _, other_ca = impersonate("api.withpersona.com", tmp_path / "other")
    arguments = {"client_id": "org_1", "scope": "inquiry.read:inq_1"}
    monkeypatch.setenv("PERSONA_API_KEY", "persona_sandbox_1")
    with Server(Answer(201, CODE), tls=tls) as server:
        with recipe.client(f"http://{server.address}", company_ca) as persona:
            assert persona.oauth.create_authorization(**arguments).code == CODE["code"]
        refused = pytest.raises(package.ConnectionFailedError)
        with recipe.client(f"http://{server.address}", other_ca) as persona, refused:
            persona.oauth.create_authorization(**arguments)


PROGRAM = """
import json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
import logs_and_traces

spans = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
logs_and_traces.set_up()
logs_and_traces.authorize(ORGANIZATION, "inq_1")
print(json.dumps([[span.name, span.parent is not None] for span in spans.get_finished_spans()]))
print(list(logs_and_traces.attempts.items()))
"""


def test_logs_metrics_and_traces(sandbox: Any, tmp_path: Path) -> None:
    """Lines of JSON with the facts as fields, a count by result, and a span for the attempt within its caller's."""
    program = PROGRAM.replace("ORGANIZATION", repr(sandbox.organization_id))
    with start("-c", program, cwd=tmp_path) as process:
        printed, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    spans, counts = printed.splitlines()
    assert json.loads(spans) == [["POST", True], ["authorize", False]]
    assert counts == "[(('create_authorization', 201), 1)]"
    lines = [json.loads(line) for line in errors.splitlines()]
    [line] = [line for line in lines if line.get("api_operation")]
    assert (line["api_operation"], line["api_status_code"], line["level"]) == ("create_authorization", 201, "DEBUG")
    [secret] = sandbox.behaviour.codes
    assert secret not in errors
