"""The one place that touches openapi-python-client: its parser, its names, its untrusted strings.

Its imports are no promised API, so the version is pinned with `==`; templates/README.md has the ritual for an upgrade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# isort: off
from codegen.naming.spelling import PREFIX  # first: it imports the parser without what only the parser's command needs

# isort: on
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser.bodies import Body
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.parser.properties import (
    AnyProperty,
    EnumProperty,
    LiteralEnumProperty,
    ModelProperty,
)
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol as Property
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.parser.responses import Response
from openapi_python_client.schema import ParameterLocation
from openapi_python_client.schema.untrusted_string import UntrustedString

from codegen.description.document import Document
from codegen.description.pointers import join
from codegen.normalise.markers import POINTER, REF, TYPES
from codegen.report.diagnostics import Diagnostic, GenerationError

__all__ = [
    "AnyProperty",
    "Body",
    "BooleanProperty",
    "ConstProperty",
    "DateProperty",
    "DateTimeProperty",
    "Endpoint",
    "EnumProperty",
    "FileProperty",
    "FloatProperty",
    "IntProperty",
    "ListProperty",
    "LiteralEnumProperty",
    "ModelProperty",
    "NoneProperty",
    "ParameterLocation",
    "Parsed",
    "Property",
    "Response",
    "StringProperty",
    "UnionProperty",
    "UntrustedString",
    "UuidProperty",
    "parse",
    "pointer_of",
]

_CONFIG = Config.from_sources(
    # Enum classes abort on values that differ only by case ("Duplicate key BEARER"); literals also read better.
    # Tags beyond the first are rendered by our templates, from the description.
    ConfigFile(literal_enums=True, field_prefix=PREFIX),
    meta_type=MetaType.NONE,
    document_source=Path(),
    file_encoding="utf-8",
    overwrite=False,
    output_path=None,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser accepted."""

    schemas: dict[str, Any]
    """The components by class name; one that it refused, and the rest can do without, is anything."""
    degraded: tuple[Diagnostic, ...]
    """What it refused, and what became `Any`."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Something that the parser cannot read; `component` where it is one that the rest can do without."""

    pointer: str
    message: str
    component: str | None


def parse(document: Document, *, partial: bool = False) -> Parsed:
    """What the parser makes of the description, which `normalise` has prepared.

    With `partial`, a component that it refuses becomes `Any`, which changes `document`; no operation is ever lost.

    Raises:
        GenerationError: The parser left out any part of it.
    """
    degraded: list[Diagnostic] = []
    schemas = document.data["components"]["schemas"]
    while True:
        parsed = _read(document)
        if not (refusals := list(_refusals(document, parsed))):
            return Parsed(schemas, tuple(degraded))
        names = _roots({refusal.component for refusal in refusals if refusal.component in schemas}, schemas)
        if not (partial and names):
            hint = "generate.py --allow-partial makes it `Any`" if names else ""
            found = [document.diagnostic(one.pointer, "parser-refused", one.message, hint=hint) for one in refusals]
            raise GenerationError(found)
        degraded += [
            document.diagnostic(one.pointer, "degraded", one.message) for one in refusals if one.component in names
        ]
        for name in names:
            schemas[name] = _degraded(schemas[name])


def _roots(refused: set[str | None], schemas: dict[str, Any]) -> set[str | None]:
    """Those that are not refused for what they refer to; if they all refer to each other, the first."""
    held = {name: _referred(schemas[name]) - {name} for name in refused if name}
    return {name for name, others in held.items() if not others & refused} or {min(held)} if held else set()


def _referred(schema: Any) -> set[str | None]:
    """The components that a schema refers to."""
    if isinstance(schema, list):
        return {name for part in schema for name in _referred(part)}
    if not isinstance(schema, dict):
        return set()
    own: set[str | None] = {str(schema["$ref"]).removeprefix(REF)} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*(_referred(part) for part in schema.values()))


def _read(document: Document) -> GeneratorData:
    try:
        parsed = GeneratorData.from_dict(document.data, config=_CONFIG)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        # The parser raises bare errors on some inputs; they are findings about the description, without a place.
        raise GenerationError([document.diagnostic("#", "parser-refused", f"the parser stopped: {error}")]) from error
    if isinstance(parsed, GeneratorError):
        raise GenerationError([document.diagnostic("#", "parser-refused", _one_line(parsed))])
    return parsed


def _degraded(schema: dict[str, Any]) -> dict[str, Any]:
    """Anything; of the types of an operation's parts, each of them anything."""
    kept = {key: schema[key] for key in (POINTER, TYPES, "description") if key in schema}
    if TYPES in schema:
        kept |= {"type": "object", "properties": {name: {} for name in schema["properties"]}}
    return kept


def pointer_of(part: Any) -> str | None:
    """Where a part of the parsed description stands, if the parser kept that."""
    extra = getattr(part, "model_extra", None) or {}
    pointer = extra.get(POINTER)
    return pointer if isinstance(pointer, str) else None


def _refusals(document: Document, parsed: GeneratorData) -> Iterator[_Refusal]:
    for error in parsed.errors:
        # Named in the heading only: `Unable to parse schema /components/schemas/Pet`.
        found = re.search(r"/components/schemas/(\w+)", error.header)
        component = found[1] if found else None
        known = document.data["components"]["schemas"].get(component, {}).get(POINTER)
        yield _Refusal(pointer_of(error.data) or known or "#/components", _one_line(error), component)
    for collection in parsed.endpoint_collections_by_tag.values():
        for error in collection.parse_errors:
            pointer = pointer_of(error.data) or _operation_pointer(error, document)
            yield _Refusal(pointer, _one_line(error), None)


def _operation_pointer(error: ParseError, document: Document) -> str:
    """The parser names the operation only in a heading: `WARNING parsing POST /pets within …`."""
    for path, item in document.data.get("paths", {}).items():
        for method in item if isinstance(item, dict) else ():
            if error.header.startswith(f"WARNING parsing {method.upper()} {path} within "):
                return join(join("#/paths", path), method)
    return "#/paths"


def _one_line(error: GeneratorError) -> str:
    heading = error.header.strip().rstrip(":. ")
    text = " ".join(f"{heading}: {error.detail}".split()) if error.detail else heading
    # A name of the description, printed as the object that it is, with its address.
    return re.sub(r'"?<[\w.]+ object at 0x[0-9a-f]+>"?', "a part of it", text)
