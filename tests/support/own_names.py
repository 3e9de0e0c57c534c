"""The names that generated modules need themselves, and a description that has each of them in each role."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def names_in(source: str) -> set[str]:
    """All names in a module: those that it reads, imports and defines, of arguments and of attributes."""
    return {name for node in ast.walk(ast.parse(source)) for name in _names_of(node)}


def _names_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield from name.split(".") if other is None else [other]
        case ast.keyword(arg=str(name)):
            yield name


def read_in_classes(source: str) -> set[str]:
    """The names that are read in the scopes of classes: by decorators, annotations and assignments.

    Not those that the class itself binds, as a method's name for its twin.
    """
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return {name for node in classes for name in _read_in(node) - _bound_in(node)}


def _read_in(node: ast.ClassDef) -> set[str]:
    parts = [part for statement in node.body for part in _evaluated_in_class(statement)]
    nodes = (name for part in parts for name in ast.walk(part) if isinstance(name, ast.Name))
    return {name.id for name in nodes if isinstance(name.ctx, ast.Load)}


def _bound_in(node: ast.ClassDef) -> set[str]:
    return {statement.name for statement in node.body if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)}


def _evaluated_in_class(statement: ast.stmt) -> Iterator[ast.AST]:
    """What of a statement is evaluated in the scope of the class: not the bodies of functions."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (*statement.decorator_list, statement.args)
        yield from [statement.returns] if statement.returns else []
    else:
        yield statement


def description(names: Iterable[str]) -> dict[str, Any]:
    """A description whose tags, operations, parameters, schemas, members and values have these names."""
    every = sorted(names)
    text = {"type": "string"}
    schemas = {name: {"type": "object", "properties": {"value": text, "other": ref(name)}} for name in every}
    members = {name: ref(name) for name in every}
    values = {"type": "string", "enum": every}
    paths = {
        **{f"/tags/{name}": {"get": operation(f"of {name}", tags=[name], schema=ref(name))} for name in every},
        **{f"/operations/{name}": {"post": typed(name)} for name in every},
        "/parameters": {"get": operation("the parameters", parameters=[in_query(name, text) for name in every])},
        "/members": {"post": operation("the members", schema={**ref("Every-member")}, body=ref("Every-member"))},
        "/flat": {"post": operation("the flat", body={"type": "object", "properties": dict.fromkeys(every, text)})},
        "/values": {"get": operation("the values", parameters=[in_query("value", values)], schema=values)},
        "/headers": {"get": operation("the headers", headers={f"X-H-{name}": header(name) for name in every})},
    }
    whole = {
        "type": "object",
        "properties": {**members, "the uuid": {"type": "string", "format": "uuid"}, "the time": TIME},
    }
    ends = {f"in {name}": {"type": "integer", "x-lifetime": name} for name in every}
    paths["/ends"] = {"get": operation("the ends", schema={"type": "object", "properties": ends})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Own names", "version": "1.0.0"},
        "security": [],
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {"schemas": {**schemas, "Every-member": whole}},
    }


TIME = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, Any]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def in_query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter."""
    return {"name": name, "in": "query", "schema": schema}


def header(attribute: str) -> dict[str, Any]:
    """A header of an answer that is read as an attribute."""
    return {"schema": {"type": "string"}, "x-python-attribute": attribute}


def typed(name: str) -> dict[str, Any]:
    """An operation whose signature needs all that a module of operations can import."""
    parameters = [
        in_query("id", {"type": "string", "format": "uuid"}),
        in_query("at", TIME),
        in_query("words", {"type": "string", "x-space-separated": True}),
        in_query("size", {"type": "array", "items": {"type": "integer", "minimum": 1}}),
        in_query("state", {"type": "string", "enum": ["on", "off"]}),
    ]
    bodies = [{"type": "object", "required": [key], "properties": {key: {"type": "string"}}} for key in ("a", "b")]
    return operation(name, parameters=parameters, body={"oneOf": bodies}, schema={"type": "array", "items": ref(name)})


def operation(
    name: str,
    *,
    tags: Iterable[str] = ("all",),
    schema: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """An operation with a JSON body and answer."""
    content = {"application/json": {"schema": schema}} if schema is not None else {}
    answer = {"description": "Done.", "content": content, "headers": headers or {}}
    answers = {"200": answer, "default": {"description": "Not done."}}
    made = {"operationId": name, "summary": "Do it.", "tags": [*tags], "responses": answers, **members}
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made
