"""Looks at one generated package, in a process of its own: `python -W error -m tests.descriptions.probe SPEC PACKAGE`.

Prints as JSON how many operations and models there are, and what became of a call of each operation with its example.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import jsonschema_rs

from codegen.description.document import Document
from codegen.description.json_schema import as_json_schema
from codegen.description.paths import plain_path
from tests.support.cases import Answer, Server, exchange
from tests.support.described import Content, Described, DescribedOperation, Method, Reply, methods, without_bytes

T = TypeVar("T")
DOES_NOT_IMPORT = 3
_ROOT = "urn:description"
#: What JSON Schema takes and a caller of ours may not write: members that nobody described, a text for a file.
_BEYOND = re.compile(r"type=(extra_forbidden|file_type)\b")


def main(spec: str, package: str) -> int:
    """Import everything, call everything. Exit status `DOES_NOT_IMPORT`: the package is at fault, and not the probe."""
    try:
        modules = [importlib.import_module(name) for name in names(package)]
    except Exception:  # noqa: BLE001 - a package may raise anything
        traceback.print_exc()
        return DOES_NOT_IMPORT
    model: Any = importlib.import_module(f"{package}._model").Model
    models = {value for module in modules for value in vars(module).values() if is_model(value, model)}
    probe = Probe(Described(Document.load(Path(spec), spec)), package)
    warnings.simplefilter("ignore", DeprecationWarning)  # which is what a deprecated operation is there for
    print(json.dumps({"models": len(models - {model}), **probe.outcome()}))
    return 0


def names(package: str) -> Iterator[str]:
    """All modules, `__main__` left out, which runs."""
    found = importlib.import_module(package)
    for info in pkgutil.walk_packages(found.__path__, f"{package}."):
        if not info.name.endswith(".__main__"):
            yield info.name


def is_model(value: object, model: type) -> bool:
    """Whether it is a class of the description."""
    return isinstance(value, type) and issubclass(value, model) and not value.__module__.endswith("._model")


class Probe:
    """Calls each operation with its example; where that contradicts its schema, with a value of the schema."""

    def __init__(self, described: Described, package: str) -> None:
        self.described = described
        self.methods = methods(package)
        self.package: Any = importlib.import_module(package)
        self.misfits: list[str] = []
        self.called = 0
        self.unfit = 0

    def outcome(self) -> dict[str, Any]:
        """Calls that succeed; those for which there is neither an example nor a value that fits; all others."""
        # A name and a password: enough for every scheme.
        options = {"api_key": "user:password", "max_retries": 0, "max_response_size": 1 << 28}
        with Server(base_path="") as server, self.package.Client(base_url=server.base_url, **options) as client:
            for operations, method in self.operations():
                self.count(operations, partial(self.call, client, server, method))
        return {
            "described": len(self.described.operations),
            "operations": len(self.methods),
            "called": self.called,
            "unfit": self.unfit,
            "misfits": self.misfits,
            **self.outcome_of_sandbox(),
        }

    def outcome_of_sandbox(self) -> dict[str, Any]:
        """The calls that the package's own sandbox understands and answers, and what came of the others that it got."""
        sandbox = importlib.import_module(f"{self.package.__name__}.testing").Sandbox()
        answered, unanswered = 0, list[str]()

        def call(method: Method, operation: DescribedOperation) -> None:
            sandbox.clear()
            function(client, method)(**method.arguments(operation, first(operation.bodies)))

        with sandbox.client(max_retries=0, max_response_size=1 << 28) as client:
            for operations, method in self.operations():
                failures = self.failures(operations, partial(call, method))
                if len(failures) < len(operations):
                    answered += 1
                elif sandbox.requests:
                    unanswered.append(told(*failures[-1]))
        return {"answered": answered, "unanswered": unanswered}

    def operations(self) -> Iterator[tuple[list[DescribedOperation], Method]]:
        """Each that has a method: with its examples, and without."""
        without = replace(self.described, uses_examples=False)
        for pair in zip(self.described.operations, without.operations, strict=True):
            if method := self.methods.get((pair[0].method.upper(), plain_path(pair[0].path, ()))):
                yield [*pair], method

    def count(self, operations: list[DescribedOperation], call: Callable[[DescribedOperation], None]) -> None:
        """Call the operation, and say what came of it."""
        failures = self.failures(operations, call)
        misfits = [told(*failure) for failure in failures if self.is_misfit(*failure)]
        self.misfits += misfits[:1]
        if not misfits and len(failures) < len(operations):
            self.called += 1
        elif not misfits:
            self.unfit += 1

    def failures(
        self, operations: list[DescribedOperation], call: Callable[[DescribedOperation], None]
    ) -> list[tuple[DescribedOperation, Exception]]:
        """What is raised, until a call succeeds."""
        failures: list[tuple[DescribedOperation, Exception]] = []
        for operation in operations:
            try:
                call(operation)
            except (ValueError, TypeError, AssertionError, self.package.ApiError) as error:
                failures.append((operation, error))
            else:
                break
        return failures

    def call(self, client: Any, server: Server, method: Method, operation: DescribedOperation) -> None:
        """With the first example of the body and of the answer."""
        body, reply = first(operation.bodies), first(operation.replies) or Reply(200, None)
        answer = Answer(reply.status, reply.body, reply.content.media_type if reply.content else "text/plain")
        arguments = method.arguments(operation, body)
        exchange(server, partial(function(client, method), **arguments), answer)

    def is_misfit(self, operation: DescribedOperation, error: Exception) -> bool:
        """Whether a call failed although all that it sends and gets fits."""
        reply = first(operation.replies)
        contents = (first(operation.bodies), reply.content if reply else None)
        return all(map(self.fits, contents)) and not _BEYOND.search(str(error))

    def fits(self, content: Content | None) -> bool:
        """Whether a JSON Schema validator takes the value."""
        if content is None or isinstance(content.value, bytes):
            return True
        reference = {"$ref": f"{_ROOT}#{quote(content.pointer[1:])}"}
        options: Any = {"registry": self.registry, "validate_formats": True}
        try:
            return jsonschema_rs.Draft202012Validator(reference, **options).is_valid(without_bytes(content.value))
        except ValueError:
            return False  # the schema is at fault

    @cached_property
    def registry(self) -> jsonschema_rs.Registry:
        """The description as JSON Schema."""
        data = as_json_schema(self.described.document.data)
        return jsonschema_rs.Registry([(_ROOT, data)], draft=jsonschema_rs.Draft202012)


def function(client: Any, method: Method) -> Callable[..., Any]:
    """The method of a client."""
    found: Callable[..., Any] = getattr(getattr(client, method.attribute), method.operation.name)
    return found


def first(values: list[T]) -> T | None:
    """None where there is none."""
    return next(iter(values), None)


def told(operation: DescribedOperation, error: Exception) -> str:
    """A line of the report."""
    return f"{operation}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
