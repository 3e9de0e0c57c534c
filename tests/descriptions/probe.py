"""Looks at one generated package, in a process of its own: `python -W error -m tests.descriptions.probe SPEC PACKAGE`.

Prints as JSON how many operations and models there are, and what became of a call of each operation with its example.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from codegen.description.document import Document
from codegen.description.json_schema import as_json_schema
from tests.support.cases import Answer, Server, exchange
from tests.support.described import Content, Described, DescribedOperation, Method, methods, without_bytes

_ROOT = "urn:description"
#: What JSON Schema takes and a caller of ours may not write: members that nobody described, a text for a file.
_BEYOND = re.compile(r"type=(extra_forbidden|file_type)\b")


def main(spec: str, package: str) -> None:
    """Import everything, call everything."""
    modules = [importlib.import_module(name) for name in names(package)]
    model: Any = importlib.import_module(f"{package}._model").Model
    models = {value for module in modules for value in vars(module).values() if is_model(value, model)}
    probe = Probe(Described(Document.load(Path(spec), spec)), package)
    warnings.simplefilter("ignore", DeprecationWarning)  # which is what a deprecated operation is there for
    print(json.dumps({"models": len(models - {model}), **probe.outcome()}))


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
    """Calls each operation once."""

    def __init__(self, described: Described, package: str) -> None:
        self.described = described
        self.methods = methods(package)
        self.package: Any = importlib.import_module(package)
        self.misfits: list[str] = []
        self.called = 0
        self.unfit = 0

    def outcome(self) -> dict[str, Any]:
        """Calls that succeed; those whose example (or sample) contradicts its own schema; all others."""
        # A name and a password: enough for every scheme.
        options = {"api_key": "user:password", "max_retries": 0, "max_response_size": 1 << 28}
        with Server(base_path="") as server, self.package.Client(base_url=server.base_url, **options) as client:
            for operation in self.described.operations:
                if method := self.methods.get((operation.method.upper(), operation.path)):
                    self.call(client, server, operation, method)
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
        with sandbox.client(max_retries=0, max_response_size=1 << 28) as client:
            for operation in self.described.operations:
                if method := self.methods.get((operation.method.upper(), operation.path)):
                    sandbox.clear()
                    try:
                        arguments = method.arguments(operation, next(iter(operation.bodies), None))
                        getattr(getattr(client, method.attribute), method.operation.name)(**arguments)
                    except (ValueError, TypeError, AssertionError, self.package.ApiError) as error:
                        if sandbox.requests and operation.replies:
                            unanswered.append(f"{operation}: {' '.join(str(error).split())[:300]}")
                    else:
                        answered += 1
        return {"answered": answered, "unanswered": unanswered}

    def call(self, client: Any, server: Server, operation: DescribedOperation, method: Method) -> None:
        """With the first example of the body and of the answer."""
        body, reply = next(iter(operation.bodies), None), next(iter(operation.replies), None)
        if reply is None:
            self.unfit += 1  # no answer means success
            return
        content = reply.content
        answer = Answer(reply.status, reply.body, content.media_type if content else "text/plain")
        try:
            arguments = method.arguments(operation, body)
            function = getattr(getattr(client, method.attribute), method.operation.name)
            exchange(server, partial(function, **arguments), answer)
        except (ValueError, TypeError, AssertionError, self.package.ApiError) as error:
            if self.fits(body) and self.fits(content) and not _BEYOND.search(str(error)):
                self.misfits.append(f"{operation}: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
            else:
                self.unfit += 1
        else:
            self.called += 1

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


if __name__ == "__main__":
    main(*sys.argv[1:])
