"""Names that Python does not allow, or that become the same name in Python."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import Node
from codegen.description.operations import Operation, Parameter, effective_parameters, operations, tag_of
from codegen.description.pointers import join
from codegen.description.schemas import IN_PLACE, children
from codegen.naming.names import (
    MAX_MODULE,
    NOT_FOR_ARGUMENTS,
    TWIN,
    argument,
    attribute,
    class_name,
    identifier,
    member,
    method,
    method_name,
    module,
    prefix,
    words,
)
from codegen.naming.packages import DEVICES
from codegen.report.diagnostics import Diagnostic

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class _Scope:
    """Names that have to differ in Python."""

    names: list[tuple[str, str]]
    """Each with the pointer of what has it."""
    spell: Callable[[str], str]
    """The name in Python."""
    is_of_classes: bool = False
    """Whether names may not differ in case only: some file systems cannot tell these apart."""


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report names that become others in Python than their readers expect."""
    described = [node for node in nodes if node.kind == "operation"]
    tags = _tags(document, described)
    yield from _long_tags(document, tags)
    yield from _method_clashes(document)
    yield from _nameless(document, described, tags)
    parameters = {node.pointer: _parameters(document, node) for node in described}
    for operation in described:
        yield from _body_clashes(document, operation, parameters[operation.pointer])
    for node in nodes if document.mentions("x-lifetime") else ():
        yield from _lifetime_clashes(document, node)
    for scope in (*_operation_scopes(described, tags), *_parameter_scopes(parameters.values()), *_schema_scopes(nodes)):
        yield from _clashes(document, scope)
        if not scope.is_of_classes:
            yield from _reserved_names(document, scope)


def _tags(document: Document, described: list[Node]) -> dict[str, str]:
    """The tags that operations stand under, each with its pointer."""
    declared = [as_mapping(tag).get("name") for tag in as_list(document.data.get("tags"))]
    tags = {}
    for operation in reversed(described):  # so that the pointer is the first operation's
        tag = tag_of(operation.data)
        tags[tag] = f"#/tags/{declared.index(tag)}/name" if tag in declared else f"{operation.pointer}/tags/0"
    return tags


def _operation_scopes(described: list[Node], tags: dict[str, str]) -> Iterator[_Scope]:
    yield _Scope(list(tags.items()), lambda tag: attribute(module(tag)))
    modules = {module(tag): tag for tag in reversed(tags)}
    yield _Scope([(tag, tags[tag]) for tag in modules.values()], prefix, is_of_classes=True)
    by_tag: dict[str, list[Node]] = {}
    for node in described:
        by_tag.setdefault(tag_of(node.data), []).append(node)
    for tag in tags:
        yield _Scope([*_operation_ids(by_tag[tag])], method)


def _parameter_scopes(parameters: Iterable[list[Parameter]]) -> Iterator[_Scope]:
    for of_operation in parameters:
        yield _Scope([(parameter.name, parameter.pointer) for parameter in of_operation], argument)


def _lifetime_clashes(document: Document, node: Node) -> Iterator[Diagnostic]:
    """Report attributes that say when a lifetime is over and that have the name of a member."""
    properties = as_mapping(node.data.get("properties")) if node.kind == "schema" else {}
    members = {member(name): name for name in properties}
    for name, schema in properties.items():
        end = as_mapping(schema).get("x-lifetime")
        if isinstance(end, str) and end in members:
            message = f"the end of {name} and {members[end]} both become `{end}` in Python"
            pointer = join(node.pointer, "properties", name, "x-lifetime")
            yield document.diagnostic(pointer, "name-clash", message, hint="name another attribute")


def _operation_ids(described: list[Node]) -> Iterator[tuple[str, str]]:
    for operation in described:
        if isinstance(name := operation.data.get("operationId"), str) and name:
            yield name, join(operation.pointer, "operationId")


def _schema_scopes(nodes: list[Node]) -> Iterator[_Scope]:
    for node in nodes:
        if node.kind == "schema" and "properties" in node.data:
            yield _Scope(_names_in(node, "properties"), member)
        elif node.kind == "components":
            yield _Scope(_names_in(node, "schemas"), _class_name, is_of_classes=True)


def _names_in(node: Node, field: str) -> list[tuple[str, str]]:
    return [(name, join(node.pointer, field, name)) for name in as_mapping(node.data.get(field))]


def _class_name(name: str) -> str:
    return class_name(words(name))


def _long_tags(document: Document, tags: dict[str, str]) -> Iterator[Diagnostic]:
    for tag, pointer in tags.items():
        if len(identifier(tag).encode()) > MAX_MODULE:
            message = f"a module is named after this tag, which may have {MAX_MODULE} bytes at most"
            yield document.diagnostic(pointer, "long-name", message)


def _nameless(document: Document, described: list[Node], tags: dict[str, str]) -> Iterator[Diagnostic]:
    """Report names of which Python can use nothing."""
    schemas = as_mapping(as_mapping(document.data.get("components")).get("schemas"))
    for name, pointer in (
        *_operation_ids(described),
        *tags.items(),
        *((name, join("#/components/schemas", name)) for name in schemas),
    ):
        if not any(map(str.isalnum, name)):
            message, hint = f"{name!r} has neither a letter nor a digit, so no name in Python", "give it another name"
            yield document.diagnostic(pointer, "no-name", message, hint=hint)


def _clashes(document: Document, scope: _Scope) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for name, pointer in scope.names:
        python = scope.spell(name)
        other = first.setdefault(python.lower() if scope.is_of_classes else python, name)
        if other != name:
            message = f"{name} and {other} both become `{python}` in Python"
            yield document.diagnostic(pointer, "name-clash", message, hint="rename one of them")


def _reserved_names(document: Document, scope: _Scope) -> Iterator[Diagnostic]:
    for name, pointer in scope.names:
        python = scope.spell(name)
        plain = python.removesuffix("_")
        is_changed = plain != python and any(map(str.isalnum, name))  # else it is no name, which is told
        if is_changed and not name.endswith("_"):
            message = f"`{plain}` is {_owner_of(plain)}, so callers write `{python}`"
            yield document.diagnostic(pointer, "python-name", message)


def _owner_of(name: str) -> str:
    """What has a name that is not free."""
    if keyword.iskeyword(name):
        return "a keyword of Python"
    if name in DEVICES:
        return "a device of Windows"
    return "a builtin of Python" if name in _BUILTINS else "a name of the client's own"


def _method_clashes(document: Document) -> Iterator[Diagnostic]:
    """Report methods that get a number because their name is taken, by another method or its twin."""
    for methods in _methods(document).values():
        for name, same in methods.items():
            if name.endswith(TWIN) and name.removesuffix(TWIN) in methods:
                clashing = same
            else:  # those with an `operationId` are reported by `_clashes`
                clashing = [operation for operation in same if len(same) > 1 and not operation.data.get("operationId")]
            for operation in clashing:
                message = f"another method is `{name}` in Python, so this one gets a number"
                hint = "give it another `operationId`"
                yield document.diagnostic(operation.pointer, "name-clash", message, hint=hint)


def _methods(document: Document) -> dict[str, dict[str, list[Operation]]]:
    """The operations by the module of their tag, and by the name that their method should have."""
    methods: dict[str, dict[str, list[Operation]]] = {}
    for operation in operations(document):
        of_tag = methods.setdefault(module(operation.tag), {})
        of_tag.setdefault(method_name(operation), []).append(operation)
    return methods


def _body_clashes(document: Document, operation: Node, parameters: list[Parameter]) -> Iterator[Diagnostic]:
    """Report members of the body that would have the name of another argument."""
    arguments = {argument(parameter.name): parameter for parameter in parameters}
    for name in dict.fromkeys(_body_members(document, operation)):
        python = member(name)
        if python in arguments:
            other, pointer = arguments[python].name, arguments[python].pointer
        elif python in NOT_FOR_ARGUMENTS:
            other, pointer = "an argument of every method", f"{operation.pointer}/requestBody"
        else:
            continue
        message = f"{name} of the body and {other} both become `{python}` in Python, so the body is one argument"
        yield document.diagnostic(pointer, "name-clash", message, hint="rename one of them")


def _parameters(document: Document, operation: Node) -> list[Parameter]:
    item = document.mapping(document.at(operation.pointer.rpartition("/")[0]))
    return effective_parameters(document, item, operation.data, operation.pointer)


def _body_members(document: Document, operation: Node) -> Iterator[str]:
    """The members of a body that would become arguments of their own."""
    body = document.mapping(operation.data.get("requestBody"))
    for media_type in document.mapping(body.get("content")).values():
        schema = document.mapping(document.mapping(media_type).get("schema"))
        for variant in (schema, *(document.mapping(child) for _, child in children(schema, IN_PLACE))):
            if not variant.get("additionalProperties") and (body.get("required") or not variant.get("required")):
                yield from _writable_members(document, variant)


def _writable_members(document: Document, schema: dict[str, object]) -> Iterator[str]:
    for name, value in as_mapping(schema.get("properties")).items():
        if not document.mapping(value).get("readOnly"):
            yield name
