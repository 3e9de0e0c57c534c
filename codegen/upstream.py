"""Our operations against the same ones in a description that the provider publishes.

`python -m codegen.upstream FILE` tells every difference that `spec/upstream-differences.yaml` does not know of.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .diagnostics import GenerationError, Position
from .document import Document, join
from .paths import METHODS

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec" / "openapi.yaml"
DIFFERENCES = ROOT / "spec" / "upstream-differences.yaml"

#: What is compared of a schema; texts and examples are each side's own.
_DEPTH = 8  # a schema may hold itself
_FACETS = ("type", "format", "enum", "const", "default", "pattern", "minLength", "maxLength", "minimum", "maximum")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a description says of an operation, and where."""

    value: object
    pointer: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the two descriptions do not say alike; `ours` or `theirs` is None where one says nothing."""

    name: str
    ours: object
    theirs: object
    position: Position

    @property
    def text(self) -> str:
        """What a reason is given for."""
        return f"{self.name}: ours {_shown(self.ours)}, theirs {_shown(self.theirs)}"

    def __str__(self) -> str:
        return f"spec/openapi.yaml:{self.position.line}:{self.position.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a comparison found."""

    differences: tuple[Difference, ...]
    unknown: tuple[Difference, ...]
    """Those that no reason is given for."""
    stale: tuple[str, ...]
    """Patterns with a reason for nothing."""
    uncovered: int
    """Operations of theirs that we do not have."""


def compare(ours: Document, theirs: Document, reasons: Mapping[str, str]) -> Comparison:
    """Compare our operations with theirs; `reasons` are by pattern of a difference's text, in which `*` is anything."""
    own, published = dict(_operations(ours)), dict(_operations(theirs))
    found = tuple(difference for name in own for difference in _differences(name, own[name], published.get(name), ours))
    used = {pattern for pattern in reasons for one in found if _matches(one.text, pattern)}
    unknown = tuple(one for one in found if not any(_matches(one.text, pattern) for pattern in reasons))
    return Comparison(found, unknown, tuple(sorted(reasons.keys() - used)), len(published.keys() - own.keys()))


def _differences(
    name: str, own: dict[str, Fact], published: dict[str, Fact] | None, ours: Document
) -> Iterator[Difference]:
    here = own[""].pointer
    if published is None:
        yield Difference(name, "is there", None, ours.position(here))
        return
    for key in sorted(own.keys() | published.keys()):
        one, other = own.get(key), published.get(key)
        # What a part says is no news where the whole part is missing on one side.
        parent = key.rpartition(" / ")[0]
        told = (parent in own) == (parent in published)
        if told and (one and one.value) != (other and other.value):
            place = one.pointer if one else own[parent].pointer if parent in own else here
            values = (one and one.value, other and other.value)
            yield Difference(f"{name} / {key}" if key else name, *values, ours.position(place))


def _operations(document: Document) -> Iterator[tuple[str, dict[str, Fact]]]:
    for path, item in (document.data.get("paths") or {}).items():
        for method in METHODS:
            if isinstance(raw := (item or {}).get(method), dict):
                pointer = join(join("#/paths", path), method)
                facts = dict(_operation(document, item, raw, pointer))
                yield f"{method.upper()} {path}", {"": Fact("is there", pointer), **facts}


def _operation(document: Document, item: dict[str, Any], raw: dict[str, Any], at: str) -> Iterator[tuple[str, Fact]]:
    security = raw.get("security", document.data.get("security")) or []
    yield "security", Fact(sorted(" and ".join(sorted(one)) or "none" for one in security), join(at, "security"))
    for owner, pointer in ((item, at.rpartition("/")[0]), (raw, at)):
        for number, reference in enumerate(owner.get("parameters", ())):
            parameter, place = _followed(document, reference, join(join(pointer, "parameters"), str(number)))
            name = f"parameter {parameter['in']} {parameter['name']}"
            yield name, Fact("is there", place)
            yield f"{name} / required", Fact(bool(parameter.get("required")), place)
            yield from _schema(document, parameter.get("schema"), name, join(place, "schema"))
    if "requestBody" in raw:
        body, place = _followed(document, raw["requestBody"], join(at, "requestBody"))
        yield "body", Fact("is there", place)
        yield "body / required", Fact(bool(body.get("required")), place)
        yield from _content(document, body, "body", place)
    for status, reference in (raw.get("responses") or {}).items():
        yield from _answer(document, reference, f"answer {status}", join(join(at, "responses"), status))


def _answer(document: Document, reference: Any, name: str, pointer: str) -> Iterator[tuple[str, Fact]]:
    answer, at = _followed(document, reference, pointer)
    yield name, Fact("is there", at)
    yield from _content(document, answer, name, at)
    for header, described in (answer.get("headers") or {}).items():
        key = f"{name} / header {header}"
        value, place = _followed(document, described, join(join(at, "headers"), header))
        yield key, Fact("is there", place)
        yield from _schema(document, value.get("schema"), key, join(place, "schema"))


def _content(document: Document, part: dict[str, Any], name: str, at: str) -> Iterator[tuple[str, Fact]]:
    for media_type, value in (part.get("content") or {}).items():
        key, place = f"{name} / {media_type}", join(join(at, "content"), media_type)
        yield key, Fact("is there", place)
        yield from _schema(document, (value or {}).get("schema"), key, join(place, "schema"))


def _schema(document: Document, raw: Any, name: str, pointer: str, depth: int = 0) -> Iterator[tuple[str, Fact]]:
    """What a schema says, its members and variants included; a variant is known by what it requires."""
    schema, at = _followed(document, raw, pointer)
    if depth > _DEPTH:
        return
    for facet in _FACETS:
        if facet in schema:
            yield f"{name} / {facet}", Fact(schema[facet], join(at, facet))
    if schema.get("additionalProperties") is False:
        yield f"{name} / closed", Fact(True, join(at, "additionalProperties"))
    for key, part, place in _parts(document, schema, at):
        yield f"{name} / {key}", Fact("is there", place)
        if key in (schema.get("properties") or {}):
            yield f"{name} / {key} / required", Fact(key in schema.get("required", ()), place)
        yield from _schema(document, part, f"{name} / {key}", place, depth + 1)


def _parts(document: Document, schema: dict[str, Any], at: str) -> Iterator[tuple[str, Any, str]]:
    for keyword in ("oneOf", "anyOf"):
        for number, variant in enumerate(schema.get(keyword, ())):
            required = ", ".join(sorted(document.resolve(variant).get("required", ()))) or "nothing"
            yield f"variant requiring {required}", variant, join(join(at, keyword), str(number))
    if "items" in schema:
        yield "items", schema["items"], join(at, "items")
    for member, value in (schema.get("properties") or {}).items():
        yield member, value, join(join(at, "properties"), member)


def _followed(document: Document, part: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """A part with its reference followed, and where it then stands."""
    while isinstance(part, dict) and isinstance(ref := part.get("$ref"), str):
        part, pointer = document.at(ref), ref
    return part if isinstance(part, dict) else {}, pointer


def read_reasons(file: Path) -> dict[str, str]:
    """The deliberate differences.

    Raises:
        ValueError: The file is not a mapping from patterns to reasons.
    """
    found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    if not isinstance(found, dict) or not all(isinstance(text, str) and text.strip() for text in found.values()):
        raise ValueError(f"{file.name}: each difference needs a reason")
    return {str(pattern): text for pattern, text in found.items()}


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: no difference but the known ones, 1: others, or reasons for nothing, 2: cannot compare."""
    parser = argparse.ArgumentParser(prog="make upstream FILE=…", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the description that the provider publishes")
    parser.add_argument("--spec", type=Path, default=SPEC, help="ours")
    parser.add_argument("--differences", type=Path, default=DIFFERENCES, help="the deliberate differences")
    options = parser.parse_args(arguments)
    try:
        ours = Document.load(options.spec, "spec/openapi.yaml")
        theirs = Document.load(options.file, str(options.file))
        reasons = read_reasons(options.differences)
    except (GenerationError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return _report(compare(ours, theirs, reasons))


def _report(found: Comparison) -> int:
    for one in found.unknown:
        print(one)
    for pattern in found.stale:
        print(f"spec/{DIFFERENCES.name}: {pattern}: there is no such difference any more; delete the entry")
    known = len(found.differences) - len(found.unknown)
    print(
        f"{len(found.unknown)} differences, {known} known ones; {found.uncovered} operations of theirs are not covered"
    )
    return 1 if found.unknown or found.stale else 0


def _matches(text: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
