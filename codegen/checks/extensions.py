"""The `x-` fields that the generator reads: their form, misspellings of their names, and those without effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.description.schemas import applied
from codegen.naming.packages import distribution_problem, package_problem
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: What is wrong with a value; empty if nothing is.
Problem = Callable[[Any], str]

#: How similar the name of an extension must be to be taken for a misspelling, not for another tool's (0 to 1).
_SIMILARITY = 0.75


def _text(problem: Callable[[str], str]) -> Problem:
    return lambda value: problem(value) if isinstance(value, str) else "this is not a text"


def _variable_problem(name: str) -> str:
    is_portable = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    return "" if is_portable else f"{name!r} cannot be the name of an environment variable on every system"


def _flag_problem(value: object) -> str:
    return "" if isinstance(value, bool) else "this is neither true nor false"


#: The extensions that are read: the form of the value, or of each member of a mapping; {}: a mapping with any members.
EXTENSIONS: dict[str, Problem | dict[str, Problem]] = {
    "x-python": {"distribution": _text(distribution_problem), "package": _text(package_problem)},
    "x-environment-variable": _text(_variable_problem),
    "x-space-separated": _flag_problem,
    "x-waive": {},
}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report extensions that are misspelt, malformed or without effect."""
    for node in nodes:
        for name in node.data:
            if name in EXTENSIONS:
                yield from _malformed(document, join(node.pointer, name), name, node.data[name])
            elif name.startswith("x-") and (hint := did_you_mean(name, EXTENSIONS, _SIMILARITY)):
                message = f"the generator does not read `{name}`"
                yield document.diagnostic(join(node.pointer, name), "unknown-extension", message, hint=hint)
    yield from _without_effect(document, nodes)


def _malformed(document: Document, pointer: str, name: str, value: Any) -> Iterator[Diagnostic]:
    form = EXTENSIONS[name]
    if callable(form):
        if problem := form(value):
            yield document.diagnostic(pointer, "bad-extension", problem)
    elif not isinstance(value, dict):
        yield document.diagnostic(pointer, "bad-extension", f"`{name}` is a mapping")
    elif form:
        yield from _malformed_members(document, pointer, form, value)


def _malformed_members(
    document: Document, pointer: str, form: dict[str, Problem], value: dict[str, Any]
) -> Iterator[Diagnostic]:
    for key, item in value.items():
        place = join(pointer, key)
        if key not in form:
            message = f"the generator reads no `{key}` here"
            yield document.diagnostic(place, "unknown-extension", message, hint=did_you_mean(key, form))
        elif problem := form[key](item):
            yield document.diagnostic(place, "bad-extension", problem)


def _without_effect(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report `x-space-separated` on anything but a text that callers pass: a parameter, or a member of a body."""
    name = "x-space-separated"
    marked = [node for node in nodes if node.kind == "schema" and node.data.get(name) is True]
    arguments = set(chain.from_iterable(_arguments(document, node) for node in nodes)) if marked else set()
    for node in marked:
        types = node.data.get("type", "string")
        if id(node.data) not in arguments or "string" not in (types if isinstance(types, list) else [types]):
            message = f"`{name}` has no effect here"
            yield document.diagnostic(join(node.pointer, name), "not-rendered", message)


def _arguments(document: Document, node: Node) -> Iterator[int]:
    """The identities of the schemas whose values callers pass."""
    if node.kind == "parameter":
        for owner in (node.data, *as_mapping(node.data.get("content")).values()):
            yield from map(id, applied(document, as_mapping(owner).get("schema")))
    elif node.kind == "media-type" and re.search("/requestBod(y|ies)/", node.pointer):
        for schema in applied(document, node.data.get("schema")):
            for member in as_mapping(schema.get("properties")).values():
                yield from map(id, applied(document, member))
