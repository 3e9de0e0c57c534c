"""What openapi-python-client says of the description: the one place that touches its parser.

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
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString

from codegen.description.document import Document
from codegen.normalise.markers import POINTER, REF, TYPES
from codegen.normalise.recursion import changed
from codegen.normalise.steps import is_class
from codegen.report.diagnostics import Diagnostic, GenerationError

__all__ = ["Parsed", "UntrustedString", "parse"]

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


#: Members of an object that the parser reads at once, and components.
_MAX_MEMBERS = _MAX_COMPONENTS = 200
#: Stands in the names of the parts of a larger one; no class has two underscores in its name.
_PART = "__"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser accepted."""

    schemas: dict[str, Any]
    """The components by class name; one that it refused, and the rest can do without, is anything."""
    refusals: tuple[Diagnostic, ...]
    """What it refused, and what became `Any`."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Something that the parser cannot read; `component` where it is one that the rest can do without."""

    pointer: str
    message: str
    component: str | None

    def diagnostic(self, document: Document) -> Diagnostic:
        """The refusal at its line."""
        return document.diagnostic(self.pointer, "parser-refused", self.message)


def parse(document: Document) -> Parsed:
    """Let the parser judge the description that `normalise` has prepared.

    In somebody else's, a component that it refuses becomes `Any`, which changes `document`; no operation is ever lost.

    Raises:
        GenerationError: The parser refused a part of our own, or all of somebody else's.
    """
    schemas = document.data["components"]["schemas"]
    diagnostics: list[Diagnostic] = []
    if next(_independent_refusals(document, schemas), None) is None:
        return Parsed(schemas, ())
    while refusals := list(_refusals(document, schemas)):
        names = _roots({refusal.component for refusal in refusals if refusal.component in schemas}, schemas)
        if document.is_ours or not names:
            raise GenerationError(refusal.diagnostic(document) for refusal in refusals)
        diagnostics += [refusal.diagnostic(document) for refusal in refusals if refusal.component in names]
        schemas.update({name: _anything(schemas[name]) for name in names})
    return Parsed(schemas, tuple(diagnostics))


def _roots(refused: set[str | None], schemas: dict[str, Any]) -> set[str | None]:
    """Those that are not refused for what they refer to; if they all refer to each other, the first."""
    references = {name: _references(schemas[name]) - {name} for name in refused if name}
    roots: set[str | None] = {name for name, others in references.items() if not others & refused}
    return roots or ({min(references)} if references else set())


def _references(schema: Any) -> set[str | None]:
    """The components that a schema refers to."""
    if isinstance(schema, list):
        return {name for part in schema for name in _references(part)}
    if not isinstance(schema, dict):
        return set()
    own: set[str | None] = {str(schema["$ref"]).removeprefix(REF)} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*(_references(part) for part in schema.values()))


def _independent_refusals(document: Document, schemas: dict[str, Any]) -> Iterator[_Refusal]:
    """What the parser refuses of the components without their references, some at a time.

    So it takes half as long, since with each component the parser copies all those before it. It refuses no less: a
    reference is judged where it leads. With references, it also tells what goes with a component that it refuses.
    """
    names = list(schemas)
    for start in range(0, len(names) or 1, _MAX_COMPONENTS):
        batch = {name: _without_references(schemas[name]) for name in names[start : start + _MAX_COMPONENTS]}
        yield from _refusals(document, batch)


def _without_references(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a component with anything in place of what it refers to, and without members that are anything."""
    whole = changed(schema, _anything_at_all)
    if members := schema.get("properties"):
        parts = {name: changed(part, _anything_at_all) for name, part in members.items()}
        whole["properties"] = {name: part for name, part in parts.items() if part}
    return whole


def _anything_at_all(_: Any) -> dict[str, Any]:
    return {}


def _read(document: Document, schemas: dict[str, Any]) -> GeneratorData:
    parts = {name: part for owner in schemas for name, part in _in_parts(owner, schemas[owner])}
    try:
        parsed = GeneratorData.from_dict({**document.data, "components": {"schemas": parts}}, config=_CONFIG)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        # The parser raises bare errors on some inputs; they are findings about the description, without a place.
        raise GenerationError([document.diagnostic("#", "parser-refused", f"the parser stopped: {error}")]) from error
    if isinstance(parsed, GeneratorError):
        raise GenerationError([document.diagnostic("#", "parser-refused", _one_line(parsed))])
    return parsed


def _in_parts(name: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A component as several, each with some of the members: the parser compares each member with all others.

    Whether two have the same name in Python is settled before.
    """
    members = list((schema.get("properties") or {}).items())
    for start in range(0, len(members) or 1, _MAX_MEMBERS):
        part = {**schema, "properties": dict(members[start : start + _MAX_MEMBERS])} if start or members else schema
        yield f"{name}{_PART}{start}" if start else name, part


def _anything(schema: dict[str, Any]) -> dict[str, Any]:
    """Anything; of the types of an operation's parts, each of them anything."""
    kept = {key: schema[key] for key in (POINTER, TYPES, "description") if key in schema}
    if TYPES in schema:
        kept |= {"type": "object", "properties": {name: {} for name in schema["properties"]}}
    return kept


def _refusals(document: Document, schemas: dict[str, Any]) -> Iterator[_Refusal]:
    """What the parser refuses of these components."""
    parsed = _read(document, schemas)
    for error in parsed.errors:
        # Named in the heading only: `Unable to parse schema /components/schemas/Pet`.
        match = re.search(r"/components/schemas/(\w+)", error.header)
        component = match[1].partition(_PART)[0] if match else None
        pointer = _pointer_of(error.data) or schemas.get(component or "", {}).get(POINTER) or "#/components"
        yield _Refusal(pointer, _one_line(error), component)
    if not parsed.errors:  # what is missing without a word
        classes = {str(model.class_info.name) for model in parsed.models}
        for name in (name for name, schema in schemas.items() if is_class(schema) and name not in classes):
            yield _Refusal(schemas[name].get(POINTER, "#/components"), f"the parser leaves out {name}", name)


def _pointer_of(part: Any) -> str | None:
    """Where a part of the parsed description stands, if the parser kept that."""
    pointer = (getattr(part, "model_extra", None) or {}).get(POINTER)
    return pointer if isinstance(pointer, str) else None


def _one_line(error: GeneratorError) -> str:
    heading = error.header.strip().rstrip(":. ")
    text = " ".join(f"{heading}: {error.detail}".split()) if error.detail else heading
    # A name of the description, printed as the object that it is, with its address.
    return re.sub(r'"?<[\w.]+ object at 0x[0-9a-f]+>"?', "a part of it", text)
