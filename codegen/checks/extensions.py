"""The `x-` fields that the generator reads: their form, misspellings of their names, and those without effect."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Any, TypeAlias

from codegen.checks import rules
from codegen.checks.defects import Defect, defect
from codegen.description.commands import CHECK, COMMAND, check_problem, command_problem
from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node
from codegen.description.operations import Operation, operations, parameters_of
from codegen.description.pointers import join, tokens
from codegen.description.schemas import applied, listed_types
from codegen.description.security import SECURITY, requirements_fault
from codegen.naming import attributes
from codegen.naming.packages import (
    distribution_problem,
    fixture_problem,
    keywords_problem,
    package_problem,
    urls_problem,
)
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

#: What is wrong with a value; empty if nothing is.
Problem = Callable[[Any], str]

#: Of a security scheme: where the client looks for the key.
_VARIABLE = "x-environment-variable"
#: Of a header: the attribute that it is read as.
_ATTRIBUTE = "x-python-attribute"
#: How similar the name of an extension must be to be taken for a misspelling, not for another tool's (0 to 1).
_SIMILARITY = 0.75


def _text(problem: Callable[[str], str]) -> Problem:
    return lambda value: problem(value) if isinstance(value, str) else "this is not a text"


def _variable_problem(name: str) -> str:
    is_portable = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    return "" if is_portable else f"{name!r} cannot be the name of an environment variable on every system"


def _words_problem(value: object) -> str:
    """`x-space-separated`: a flag, or what each of the words has to be."""
    if not isinstance(value, dict):
        return rules.flag_problem(value) and "this is neither true, nor false, nor a mapping"
    unknown = [name for name in value if name not in ("pattern", "description")]
    if unknown or not all(isinstance(item, str) and item for item in value.values()):
        return "this mapping has a `pattern` and a `description`, which are texts, and nothing else"
    problem = _pattern_problem(value.get("pattern", ""))
    return problem and f"Python's `re` does not accept the pattern: {problem}"


def _pattern_problem(pattern: str) -> str:
    """Why Python does not read a pattern. A FutureWarning says that a later version will read it in another way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError, FutureWarning) as error:
            return str(error)
    return ""


#: What the value of an extension has to be, or each member of a mapping; {}: a mapping with any members.
Form: TypeAlias = "Problem | Mapping[str, Form]"

#: The extensions that are read.
EXTENSIONS: dict[str, Form] = {
    "x-python": {
        "distribution": _text(distribution_problem),
        "package": _text(package_problem),
        "base-url-variable": _text(_variable_problem),
        "casings": rules.flag_problem,
        "fixture": _text(fixture_problem),
        "keywords": keywords_problem,
        "log-variable": _text(_variable_problem),
        "rules": rules.FORMS,
        "support": _text(lambda _: ""),
        "urls": urls_problem,
    },
    _ATTRIBUTE: attributes.header_fault,
    CHECK: check_problem,
    COMMAND: command_problem,
    _VARIABLE: _text(_variable_problem),
    "x-lifetime": attributes.member_fault,
    SECURITY: requirements_fault,
    "x-space-separated": _words_problem,
    "x-waive": {},
}


def check(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report extensions that are misspelt, malformed or without effect."""
    for node in objects:
        for name in _extensions(node):
            if name not in EXTENSIONS:
                yield from _misspelt(document, node, name)
            elif not callable(form := EXTENSIONS[name]):
                yield from _unknown_members(document, join(node.pointer, name), form, node.data[name])
            if name in _PLACES and not _PLACES[name](node):
                yield _without_effect(document, node, name)
    yield from _words_without_effect(document, objects)
    yield from _security_without_effect(document, objects)
    yield from _commands_twice(document)
    yield from _variables_twice(document, objects)
    yield from _attributes_twice(document, objects)


def _extensions(node: Node) -> Iterator[str]:
    return (name for name in node.data if name.startswith("x-"))


def _misspelt(document: Document, node: Node, name: str) -> Iterator[Diagnostic]:
    if hint := did_you_mean(name, EXTENSIONS, _SIMILARITY):
        message = f"the generator does not read `{name}`"
        yield document.diagnostic(join(node.pointer, name), "unknown-extension", message, hint=hint)


def _is_lifetime(node: Node) -> bool:
    """Whether a schema is a member's whose values are numbers."""
    is_member = node.kind == "schema" and tokens(node.pointer)[-2:-1] == ["properties"]
    return is_member and not {"integer", "number"}.isdisjoint(map(str, listed_types(node.data)))


#: Where an extension has a meaning, if not wherever it stands.
_PLACES: dict[str, Callable[[Node], bool]] = {
    _ATTRIBUTE: lambda node: node.kind == "header",
    "x-lifetime": _is_lifetime,
    CHECK: lambda node: node.kind == "operation",
    COMMAND: lambda node: node.kind == "operation",
}


def _without_effect(document: Document, node: Node, name: str) -> Diagnostic:
    return document.diagnostic(join(node.pointer, name), "not-rendered", f"`{name}` has no effect here")


def _security_without_effect(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report a security of its own on anything but an object that a request body can be."""
    marked = [node for node in nodes if SECURITY in node.data]
    in_requests = [node for node in nodes if marked and _is_in_request(node)]
    bodies = {id(schema) for node in in_requests for schema in applied(document, node.data.get("schema"))}
    for node in marked:
        if id(node.data) not in bodies:
            yield _without_effect(document, node, SECURITY)


def _is_in_request(node: Node) -> bool:
    return node.kind == "media-type" and bool(re.search("/requestBod(y|ies)/", node.pointer))


def defects(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Extensions whose value has not the form that they have here."""
    for operation in operations(document):
        yield from _unknown_arguments(document, operation)
    for node in objects:
        for name in () if EXTENSIONS.keys().isdisjoint(node.data) else node.data.keys() & EXTENSIONS.keys():
            for pointer, problem in _problems(join(node.pointer, name), name, EXTENSIONS[name], node.data[name]):
                yield defect(document, pointer, "bad-extension", problem)


def _unknown_arguments(document: Document, operation: Operation) -> Iterator[Defect]:
    """Arguments of a check of credentials that the operation does not take."""
    if not (values := as_mapping(operation.data.get(CHECK))):
        return
    names = {parameter.name for parameter in parameters_of(document, operation)}
    for media_type in as_mapping(document.mapping(operation.data.get("requestBody")).get("content")).values():
        for schema in applied(document, as_mapping(media_type).get("schema")):
            names |= as_mapping(schema.get("properties")).keys()
    for name in values.keys() - names:
        yield defect(
            document, join(operation.pointer, CHECK, name), "bad-extension", "the operation takes nothing of this name"
        )


def _problems(pointer: str, name: str, form: Form, value: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with the form of an extension, or of a member of it, each after its place."""
    if callable(form):
        if problem := form(value):
            yield pointer, problem
    elif not isinstance(value, dict):
        yield pointer, f"`{name}` is a mapping"
    else:
        for key in value.keys() & form.keys():
            yield from _problems(join(pointer, key), key, form[key], value[key])


def _unknown_members(document: Document, pointer: str, form: Mapping[str, Form], value: Any) -> Iterator[Diagnostic]:
    for key, member in as_mapping(value).items() if form else ():
        if key not in form:
            message, hint = f"the generator reads no `{key}` here", did_you_mean(key, form)
            yield document.diagnostic(join(pointer, key), "unknown-extension", message, hint=hint)
        elif not callable(inner := form[key]):
            yield from _unknown_members(document, join(pointer, key), inner, member)


def _words_without_effect(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report `x-space-separated` on anything but a text that callers pass: a parameter, or a member of a body."""
    name = "x-space-separated"
    marked = [
        node for node in nodes if node.kind == "schema" and node.data.get(name) and not _words_problem(node.data[name])
    ]
    arguments = set(chain.from_iterable(_arguments(document, node) for node in nodes)) if marked else set()
    for node in marked:
        if id(node.data) not in arguments or "string" not in (listed_types(node.data) or ["string"]):
            yield _without_effect(document, node, name)


def _arguments(document: Document, node: Node) -> Iterator[int]:
    """The identities of the schemas whose values callers pass."""
    if node.kind == "parameter":
        for owner in (node.data, *as_mapping(node.data.get("content")).values()):
            yield from map(id, applied(document, as_mapping(owner).get("schema")))
    elif _is_in_request(node):
        for schema in applied(document, node.data.get("schema")):
            for member in as_mapping(schema.get("properties")).values():
                yield from map(id, applied(document, member))


# What may be said once only


def _commands_twice(document: Document) -> Iterator[Diagnostic]:
    """Report a command that calls another operation already."""
    first = dict[str, str]()
    for operation in operations(document):
        if isinstance(command := operation.data.get(COMMAND), str):
            name = f"{operation.method.upper()} {operation.path}"
            if (other := first.setdefault(command, name)) != name:
                message, hint = f"the command `{command}` calls {other} already", "name another command"
                yield document.diagnostic(join(operation.pointer, COMMAND), "bad-extension", message, hint=hint)


def _variables_twice(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report an environment variable that is read for something else, too. Two schemes may send the same key."""
    options = as_mapping(document.data.get("x-python"))
    read = {str(options[key]): key for key in ("log-variable", "base-url-variable") if key in options}
    places = [(node.pointer, node.data) for node in objects if node.kind == "security-scheme"]
    for pointer, data, name in [*((*place, _VARIABLE) for place in places), ("#/x-python", options, "log-variable")]:
        if name in data and read.get(str(data[name]), name) != name:
            message = f"the client reads {data[name]} as the `{read[data[name]]}`, too"
            yield document.diagnostic(join(pointer, name), "bad-extension", message, hint="name another variable")


def _attributes_twice(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report a header that is read as the attribute of another header of the same response."""
    if not any(_ATTRIBUTE in node.data for node in objects if node.kind == "header"):
        return
    reported = set[str]()
    for node in objects:
        headers = list(_attributes(document, node)) if node.kind == "response" else []
        first = dict[str, str]()
        for name, attribute, pointer in sorted(headers, key=lambda header: bool(header[2])):
            if (other := first.setdefault(attribute, name)) != name and pointer and pointer not in reported:
                reported.add(pointer)
                message, hint = f"the header {other} is read as `{attribute}` already", "name another attribute"
                yield document.diagnostic(pointer, "bad-extension", message, hint=hint)


def _attributes(document: Document, response: Node) -> Iterator[tuple[str, str, str]]:
    """The headers of a response that are read as an attribute, that, and where the description says so, if it does."""
    for name, header in as_mapping(response.data.get("headers")).items():
        with suppress(LookupError):  # reported by the checks of references
            data, place = document.follow(header, join(response.pointer, "headers", name))
            described = as_mapping(data).get(_ATTRIBUTE)
            if attribute := attributes.of_header(name, described):
                yield name, attribute, join(place, _ATTRIBUTE) if described else ""
