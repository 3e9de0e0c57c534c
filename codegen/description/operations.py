"""The operations of a description, the tag of each, and the parameters that apply to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import METHODS
from codegen.description.paths import path_variables, plain_path, query_variables
from codegen.description.pointers import join

#: The tag of operations without one.
DEFAULT_TAG = "default"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, as written."""

    path: str
    method: str
    """A field of the path item, or a name in `additionalOperations` (OpenAPI 3.2)."""
    item: Mapping[str, Any]
    """The path item, with its reference followed."""
    data: dict[str, Any]

    @property
    def pointer(self) -> str:
        """Its place in `paths`, also where the path item is a reference."""
        steps = (self.method,) if self.method in METHODS else ("additionalOperations", self.method)
        return join("#/paths", self.path, *steps)

    @property
    def tag(self) -> str:
        """See `tag_of`."""
        return tag_of(self.data)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that applies to an operation, with its reference followed."""

    location: str
    name: str
    data: dict[str, Any]
    pointer: str
    """Where the path item or the operation lists it."""
    definition: str
    """Where it is described: there, or where the reference leads."""


def operations(document: Document) -> Iterator[Operation]:
    """The operations of all paths, in the order of the file. Keys of `paths` without a slash are extensions."""
    for path, raw in as_mapping(document.data.get("paths")).items():
        item = {**document.mapping(raw), **as_mapping(raw)} if path.startswith("/") else {}
        methods = {method: item.get(method) for method in METHODS} | as_mapping(item.get("additionalOperations"))
        for method, data in methods.items():
            if isinstance(data, dict):
                yield Operation(path, method, item, data)


def tag_of(operation: Mapping[str, Any]) -> str:
    """The tag under which an operation is rendered: its first, or `default`."""
    return str(next(iter(as_list(operation.get("tags"))), DEFAULT_TAG))


def effective_parameters(
    document: Document, item: Mapping[str, Any], operation: Mapping[str, Any], pointer: str
) -> list[Parameter]:
    """The parameters of the path item and of the operation at `pointer`, which override them (OpenAPI 3.1, 4.8.10)."""
    effective: dict[tuple[str, str], Parameter] = {}
    for owner, place in ((item, "/".join(pointer.split("/")[:3])), (operation, pointer)):
        for parameter in listed_parameters(document, owner, place):
            effective[parameter.location, parameter.name] = parameter
    return list(effective.values())


def request_path(document: Document, operation: Operation) -> str:
    """The path of a request, whose variables are the names in braces."""
    return _request_path(operation, _effective(document, operation))


def parameters_of(document: Document, operation: Operation) -> Iterator[Parameter]:
    """The effective parameters of which those `in: path` are the variables of the path.

    One that the path does not have is none, and a variable that nothing describes is a string.
    """
    effective = _effective(document, operation)
    variables = dict.fromkeys(("path", name) for name in path_variables(_request_path(operation, effective)))
    variables |= dict.fromkeys(("query", name) for name in query_variables(operation.path))
    for parameter in effective:
        if parameter.location == "querystring":  # told by check `unsupported`
            continue
        if parameter.location != "path" or ("path", parameter.name) in variables:
            yield parameter
        variables.pop((parameter.location, parameter.name), None)
    for location, name in variables:
        data = {"name": name, "in": location, "required": location == "path", "schema": {"type": "string"}}
        yield Parameter(location, name, data, operation.pointer, operation.pointer)


def _effective(document: Document, operation: Operation) -> list[Parameter]:
    return effective_parameters(document, operation.item, operation.data, operation.pointer)


def _request_path(operation: Operation, parameters: list[Parameter]) -> str:
    return plain_path(operation.path, {parameter.name for parameter in parameters if parameter.location == "path"})


def listed_parameters(document: Document, owner: Mapping[str, Any], pointer: str) -> Iterator[Parameter]:
    """The parameters that the path item or operation at `pointer` lists itself."""
    for index, raw in enumerate(as_list(owner.get("parameters"))):
        place = join(pointer, "parameters", str(index))
        with suppress(LookupError):  # reported by the checks of references
            data, definition = document.follow(raw, place)
            location, name = as_mapping(data).get("in"), as_mapping(data).get("name")
            if isinstance(location, str) and isinstance(name, str):
                yield Parameter(location, name, data, place, definition)
