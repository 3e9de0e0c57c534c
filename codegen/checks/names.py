"""Names of the description that Python cannot have as they are, or not twice."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable, Iterable, Iterator

from codegen.description.document import Document
from codegen.description.objects import Node
from codegen.description.operations import Operation, Parameter, effective_parameters, operations, tag_of
from codegen.description.pointers import join
from codegen.naming.names import (
    NOT_FOR_ARGUMENTS,
    TWIN,
    argument,
    class_name,
    identifier,
    member,
    method_name,
    prefix,
    words,
)
from codegen.report.diagnostics import Diagnostic

#: Bytes of a tag's name in Python; file systems allow 255, and a page is named after it with a little more.
_LONGEST = 100
_TAKEN = frozenset(dir(builtins)) | frozenset(keyword.kwlist)

#: Names that share a scope, each with the pointer of what has it.
Named = Iterable[tuple[str, str]]


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A finding for each name that becomes another one than its reader would expect."""
    yield from _long(document, _tags(document, [part for part in parts if part.kind == "operation"]))
    yield from _twins(document)
    for part in parts:
        if part.kind == "operation":
            yield from _confused(document, part)
    for scope, python_name in _scopes(document, parts):
        yield from _same(document, scope, python_name)
        if python_name not in (_class_name, prefix):
            yield from _reserved(document, scope, python_name)


def _same(document: Document, scope: Named, python_name: Callable[[str], str]) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for name, pointer in scope:
        python = python_name(name)
        # Some systems do not tell classes apart by case.
        key = python.lower() if python_name in (_class_name, prefix) else python
        if (other := first.setdefault(key, name)) != name:
            message = f"{name} and {other} both become `{python}` in Python"
            yield document.diagnostic(pointer, "name-clash", message, hint="rename one of them")


def _twins(document: Document) -> Iterator[Diagnostic]:
    """Methods without an `operationId` that want the name of one with it, and those named as another one's twin."""
    scopes: dict[str, dict[str, list[Operation]]] = {}
    for operation in operations(document):
        name = method_name(operation.data.get("operationId"), operation.method, operation.path)
        scopes.setdefault(identifier(operation.tag), {}).setdefault(name, []).append(operation)
    for scope in scopes.values():
        for name, found in scope.items():
            unnamed = [part for part in found if not part.data.get("operationId")]
            if name.endswith(TWIN) and name.removesuffix(TWIN) in scope:
                unnamed = found
            for part in unnamed if len(found) > 1 or unnamed is found else ():
                message = f"another method is `{name}` in Python, so this gets a number"
                yield document.diagnostic(part.pointer, "name-clash", message, hint="give it another `operationId`")


def _confused(document: Document, operation: Node) -> Iterator[Diagnostic]:
    """Members of the body that want the name of another argument."""
    parameters = _parameters(document, operation)
    wanted = {argument(parameter.name): (parameter.name, parameter.pointer) for parameter in parameters}
    for name in dict.fromkeys(_members(document, operation)):
        python = member(name)
        if python not in wanted and python not in NOT_FOR_ARGUMENTS:
            continue
        other, pointer = wanted.get(python, ("an argument of every method", f"{operation.pointer}/requestBody"))
        message = f"{name} of the body and {other} both become `{python}` in Python, so the body is one argument"
        yield document.diagnostic(pointer, "name-clash", message, hint="rename one of them")


def _reserved(document: Document, scope: Named, python_name: Callable[[str], str]) -> Iterator[Diagnostic]:
    for name, pointer in scope:
        python = python_name(name)
        if python.removesuffix("_") in _TAKEN and python.endswith("_") and not name.endswith("_"):
            kind = "keyword" if keyword.iskeyword(python[:-1]) else "builtin"
            message = f"`{python[:-1]}` is a {kind} of Python: callers write `{python}`"
            yield document.diagnostic(pointer, "python-name", message)


def _scopes(document: Document, parts: list[Node]) -> Iterator[tuple[list[tuple[str, str]], Callable[[str], str]]]:
    """Everything that is named in one place of the package, with how it is named there."""
    described = [part for part in parts if part.kind == "operation"]
    tags = _tags(document, described)
    yield list(tags.items()), identifier
    modules = {identifier(tag): tag for tag in reversed(tags)}
    yield [(tag, tags[tag]) for tag in modules.values()], prefix
    for tag in tags:
        yield list(_identified(part for part in described if tag_of(part.data) == tag)), identifier
    for part in described:
        yield [(parameter.name, parameter.pointer) for parameter in _parameters(document, part)], argument
    for part in parts:
        if part.kind == "schema" and isinstance(members := part.data.get("properties"), dict):
            yield [(name, join(join(part.pointer, "properties"), name)) for name in members], member
        if part.kind == "components" and isinstance(schemas := part.data.get("schemas"), dict):
            yield [(name, join("#/components/schemas", name)) for name in schemas], _class_name


def _long(document: Document, tags: dict[str, str]) -> Iterator[Diagnostic]:
    for name, pointer in tags.items():
        if len(identifier(name).encode()) > _LONGEST:
            message = f"a module is named after this tag: {_LONGEST} bytes are the most"
            yield document.diagnostic(pointer, "long-name", message)


def _class_name(name: str) -> str:
    return class_name(words(name))


def _identified(operations: Iterable[Node]) -> Iterator[tuple[str, str]]:
    for part in operations:
        if isinstance(name := part.data.get("operationId"), str) and name:
            yield name, join(part.pointer, "operationId")


def _tags(document: Document, operations: list[Node]) -> dict[str, str]:
    return {tag: _pointer_of_tag(document, tag, part) for part in reversed(operations) for tag in [tag_of(part.data)]}


def _pointer_of_tag(document: Document, name: str, operation: Node) -> str:
    tags = document.data.get("tags")
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, dict) and tag.get("name") == name:
            return f"#/tags/{index}/name"
    return f"{operation.pointer}/tags/0"


def _parameters(document: Document, operation: Node) -> list[Parameter]:
    item = document.mapping(document.at(operation.pointer.rpartition("/")[0]))
    return effective_parameters(document, item, operation.data, operation.pointer)


def _members(document: Document, operation: Node) -> Iterator[str]:
    """Those of the body that would be arguments of their own."""
    body = document.mapping(operation.data.get("requestBody"))
    for media_type in document.mapping(body.get("content")).values():
        whole = document.mapping(document.mapping(media_type).get("schema"))
        given = (whole.get(key) for key in ("allOf", "anyOf", "oneOf"))
        within = (part for parts in given if isinstance(parts, list) for part in parts)
        for schema in (whole, *(document.mapping(part) for part in within)):
            if not schema.get("additionalProperties") and (body.get("required") or not schema.get("required")):
                for name, part in document.mapping(schema.get("properties")).items():
                    if not document.mapping(part).get("readOnly"):
                        yield name
