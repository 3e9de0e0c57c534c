"""The whole of Persona's published description: generated, imported, type-checked, and every operation called.

The server answers with the description's own examples, and the requests are made of them.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest
from pydantic import BaseModel, TypeAdapter

import generate
from codegen.description.document import Document
from tests.support.cases import Answer, Exchange, Server, exchange
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes
from tests.support.described import Content, Described, DescribedOperation, Method, Reply, methods, target
from tests.support.once import Once

ROOT = Path(__file__).parents[2]
SPEC = ROOT.parent / "shared" / "upstream" / "persona-2025-12-08.yaml"
PACKAGE = "persona_whole"

#: Examples that contradict their own schema, with the member that does.
CONTRADICTIONS = {
    # "2023-09-1T06:30:44.000Z": a day has two digits (RFC 3339, 5.6).
    "POST /graph-queries": "data.attributes.created-at",
    "GET /graph-queries/{graph-query-id}": "data.attributes.created-at",
}

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(not SPEC.exists(), reason="Persona's published description is not beside the repository"),
]


class Whole(NamedTuple):
    """What is generated, and what it was generated from."""

    folder: Path
    described: Described
    methods: dict[tuple[str, str], Method]
    codes: frozenset[str]
    """Of the warnings about it."""

    def method(self, operation: DescribedOperation) -> Method:
        """What is generated of an operation."""
        return self.methods[operation.method.upper(), operation.path]

    def calls(self) -> Iterator[Call]:
        """Each operation with each example of its answers, and with each of its bodies."""
        for operation in self.described.operations:
            bodies: list[Content | None] = [*operation.bodies] or [None]
            replies = operation.replies
            pairs = [(body, replies[0]) for body in bodies] + [(bodies[0], reply) for reply in replies[1:]]
            yield from (Call(operation, self.method(operation), body, reply) for body, reply in pairs)


class Call(NamedTuple):
    """A call of an operation, and the answer to it."""

    operation: DescribedOperation
    method: Method
    body: Content | None
    reply: Reply

    @property
    def arguments(self) -> dict[str, Any]:
        """What the caller passes."""
        return self.method.arguments(self.operation, self.body)

    @property
    def answer(self) -> Answer:
        """What the server says."""
        content = self.reply.content
        return Answer(self.reply.status, self.reply.body, content.media_type if content else "text/plain")

    def of(self, client: Any) -> Any:
        """Make it."""
        return getattr(getattr(client, self.method.attribute), self.method.operation.name)(**self.arguments)


@pytest.fixture(scope="module")
def whole(once: Once) -> Iterator[Whole]:
    """The package, on Python's path."""
    folder = once("whole", fill)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    diagnostics = json.loads((folder / "diagnostics.json").read_bytes())["diagnostics"]
    codes = frozenset(diagnostic["code"] for diagnostic in diagnostics)
    yield Whole(folder, Described(Document.load(SPEC, SPEC.name)), methods(PACKAGE), codes)
    sys.path.remove(str(folder))


def fill(folder: Path) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        options = ["--spec", str(SPEC), "--output", str(folder), "--package", PACKAGE]
        status = generate.main([*options, "--format", "json"])
    assert status == 0, printed.getvalue()
    (folder / "diagnostics.json").write_text(printed.getvalue(), encoding="utf-8")


def test_every_operation_is_there(whole: Whole) -> None:
    """209 of 209, each under the first of its tags."""
    described = {(operation.method.upper(), operation.path) for operation in whole.described.operations}
    assert len(described) == 209
    assert whole.methods.keys() == described


def test_nothing_is_degraded(whole: Whole) -> None:
    """Every type is there: no warning says that one was cut off."""
    assert not whole.codes & {"parser-refused", "recursive-type"}


def loaded(whole: Whole, code: str) -> set[str]:
    """The modules that Python has loaded after `code`."""
    shown = f"{code}\nimport sys; print(*sys.modules)"
    command = [sys.executable, "-W", "error", "-c", shown]
    return {
        *subprocess.run(command, cwd=whole.folder, capture_output=True, encoding="utf-8", check=True).stdout.split()
    }


def test_importing_the_package_builds_nothing(whole: Whole) -> None:
    """Neither the models nor the libraries that they need."""
    names = loaded(whole, f"import {PACKAGE}")
    assert {name for name in names if name.startswith(PACKAGE)} == {PACKAGE}
    assert not names & {"pydantic", "pydantic_core", "httpx2", "anyio"}


def test_one_tag_needs_no_other(whole: Whole) -> None:
    """The module of a tag loads its own models and the shared ones."""
    names = loaded(whole, f"from {PACKAGE}.api import inquiries")
    assert {name for name in names if name.startswith((f"{PACKAGE}.api.", f"{PACKAGE}.models."))} == {
        f"{PACKAGE}.api.inquiries",
        f"{PACKAGE}.models._inquiries",
        f"{PACKAGE}.models._shared",
    }


def test_mypy(whole: Whole) -> None:
    """`mypy --strict` finds nothing."""
    assert_mypy_passes(whole.folder, PACKAGE)


def test_pyright(whole: Whole) -> None:
    """Nor does pyright, with the settings of this repository."""
    assert_pyright_passes(whole.folder, PACKAGE)


@pytest.fixture
def server() -> Iterator[Server]:
    """Answers on a port of its own."""
    with Server(base_path="") as server:
        yield server


def test_every_operation_is_called(whole: Whole, server: Server) -> None:
    """Each sends its request to its path, and makes of the example what it says that it does."""
    package: Any = importlib.import_module(PACKAGE)
    misfits, called = dict[str, str](), set[tuple[str, str]]()
    with package.Client("persona_sandbox_x", base_url=server.base_url) as client:
        for call in whole.calls():
            called.add((call.method.operation.method, call.method.operation.path))
            try:
                check_result(call, exchange(server, partial(call.of, client), call.answer).result)
            except package.InvalidResponseError as error:
                misfits[str(call.operation)] = error.field
            check_request(call, Exchange.of(server.requests[0]))
    assert len(called) == 209
    assert misfits == CONTRADICTIONS


def test_asynchronously(whole: Whole, server: Server) -> None:
    """Every tenth call with the other client, with the same outcome."""
    package: Any = importlib.import_module(PACKAGE)

    def attempt(call: Call) -> Any:
        return anyio.run(later, call)

    async def later(call: Call) -> Any:
        async with package.AsyncClient("persona_sandbox_x", base_url=server.base_url) as client:
            return await call.of(client)

    calls = [call for call in whole.calls() if str(call.operation) not in CONTRADICTIONS][::10]
    for call in calls:
        sent = exchange(server, partial(attempt, call), call.answer)
        check_request(call, sent)
        check_result(call, sent.result)
    assert len(calls) > 20


def test_the_sandbox_answers_every_operation(whole: Whole) -> None:
    """With an answer that the client can decode, to each request with an example; and with each error."""
    package: Any = importlib.import_module(PACKAGE)
    sandbox: Any = importlib.import_module(f"{PACKAGE}.testing").Sandbox()
    answered = set[str]()
    with sandbox.client(max_retries=0) as client:
        for call in whole.calls():
            call.of(client)
            received = sandbox.requests[-1]
            assert received.problem is None, str(call.operation)
            answered.add(received.operation)
        for operation, call in {call.operation: call for call in whole.calls()}.items():
            for status in sorted({reply.status for reply in operation.failures}):
                sandbox.fail_next(status)
                with pytest.raises(package.StatusError) as caught:
                    call.of(client)
                assert caught.value.status_code == status
                assert caught.value.errors, str(operation)
    assert len(answered) == 209


def test_every_error_is_read(whole: Whole, server: Server) -> None:
    """Each is raised with what its example holds."""
    package: Any = importlib.import_module(PACKAGE)
    calls = {call.operation: call for call in whole.calls()}
    with package.Client("persona_sandbox_x", base_url=server.base_url, max_retries=0) as client:
        for first in calls.values():
            for call in (first._replace(reply=reply) for reply in first.operation.failures):
                error = error_of(package, client, server, call)
                assert error.status_code == call.reply.status
                assert call.reply.content is not None
                assert call.reply.content.is_example
                titles = [item["title"] for item in call.reply.content.value["errors"]]
                assert [item.title for item in error.errors] == titles


def error_of(package: Any, client: Any, server: Server, call: Call) -> Any:
    """What a call raises."""
    caught: list[Exception] = []

    def attempt() -> None:
        try:
            call.of(client)
        except package.StatusError as error:
            caught.append(error)

    exchange(server, attempt, call.answer)
    return caught[0]


def check_result(call: Call, result: Any) -> None:
    """It is of the declared type, and holds all that the example holds."""
    decoder = call.method.operation.decoders[str(call.reply.status)]
    answer = decoder.answer
    if answer.kind != "json":
        assert result == (call.reply.body if answer.kind == "bytes" else None)
        return
    is_model = isinstance(answer.type, type) and issubclass(answer.type, BaseModel)
    assert not is_model or type(result) is answer.type
    # To build a validator takes most of the time, so a model has that of the client.
    adapter: TypeAdapter[Any] = decoder.adapter if is_model else TypeAdapter(answer.type)
    assert adapter.validate_python(result, strict=True) == result
    assert call.reply.content is not None
    assert list(differences(call.reply.content.value, as_json(adapter, result))) == []


def check_request(call: Call, received: Exchange) -> None:
    """It went where the description says, and an example of its body is sent as it is."""
    path = received.target.partition("?")[0]
    assert (received.method, path) == (call.method.operation.method, target(call.method, call.arguments))
    if call.body is not None and call.body.is_example:
        assert list(differences(call.body.value, json.loads(received.body))) == []


def as_json(adapter: TypeAdapter[Any], value: Any) -> Any:
    """What was received, as JSON again, by the names on the wire."""
    return json.loads(adapter.dump_json(value, by_alias=True, exclude_unset=True))


def differences(example: Any, other: Any, at: str = "") -> Iterator[str]:
    """Where `other` lacks a value of the example or has another one; names in any casing, dates in any spelling."""
    if isinstance(example, dict) and isinstance(other, dict):
        found = {folded(name): value for name, value in other.items()}
        for name, value in example.items():
            yield from differences(value, found.get(folded(name), "nothing"), f"{at}/{name}")
    elif isinstance(example, list) and isinstance(other, list) and len(example) == len(other):
        for index, (value, its) in enumerate(zip(example, other, strict=True)):
            yield from differences(value, its, f"{at}/{index}")
    elif example != other and moment(example) != moment(other):
        yield f"{at}: {example!r} became {other!r}"


def folded(name: str) -> str:
    """Without the casing: the examples have some names in snake case."""
    return re.sub("[-_]", "", name).lower()


def moment(value: Any) -> Any:
    """A date and time, if it is one."""
    with contextlib.suppress(TypeError, ValueError):
        return datetime.datetime.fromisoformat(value)
    return value
