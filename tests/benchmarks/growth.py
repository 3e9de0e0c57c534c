"""How the cost of generating grows with what there is many of in a description: from n to 2n."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.generating import ROOT
from tests.benchmarks.measuring import Cost, Costs, in_turns, run

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}


class Case(NamedTuple):
    """A description with so many of a kind."""

    number: int
    describe: Callable[[int], Schema]


def measure(folder: Path, rounds: int, share: int = 1) -> Costs:
    """Runs for n and for twice as many of each kind, named `findings 4000`; `share` divides the numbers."""
    contenders = {}
    for kind, case in CASES.items():
        for count in (case.number // share, 2 * case.number // share):
            spec = folder / f"{kind.replace(' ', '-')}-{count}.json"
            spec.write_text(json.dumps(case.describe(count), indent=1), encoding="utf-8")
            contenders[f"{kind} {count}"] = partial(_generate, spec, folder / "grown")
    return in_turns(contenders, rounds)


def counts(costs: Costs) -> dict[str, tuple[int, int]]:
    """The two numbers of each kind that was measured."""
    found: dict[str, list[int]] = {}
    for name in costs:
        kind, _, count = name.rpartition(" ")
        found.setdefault(kind, []).append(int(count))
    return {kind: (few, many) for kind, (few, many) in found.items()}


def _generate(spec: Path, output: Path) -> Cost:
    names = ("--spec", str(spec), "--output", str(output), "--force", "--format", "json")
    return run([sys.executable, "generate.py", *names], cwd=ROOT)


# --- the kinds


def _described(paths: Schema, schemas: Schema | None = None) -> Schema:
    info = {"title": "Growth", "version": "1.0.0"}
    return {"openapi": "3.1.0", "info": info, "security": [], "paths": paths, "components": {"schemas": schemas or {}}}


def _operation(name: str, schema: Schema | None = None) -> Schema:
    content = {"application/json": {"schema": schema}} if schema else {}
    return {"get": {"operationId": name, "responses": {"200": {"description": "Done.", "content": content}}}}


def _ref(name: object) -> Schema:
    return {"$ref": f"#/components/schemas/S{name}"}


def _schemas(count: int, schema: Callable[[int], Schema], *more: Schema) -> Schema:
    """A description whose operation answers with the first of these schemas, or with another one."""
    schemas = {f"S{number}": schema(number) for number in range(count)}
    return _described({"/a": _operation("read", *(more or (_ref(0),)))}, schemas)


def _object(*names: str) -> Schema:
    return {"type": "object", "properties": dict.fromkeys(names, _TEXT)}


def _equal_names(count: int) -> Schema:
    return _described({f"/{number}": _operation("same") for number in range(count)})


def _findings(count: int) -> Schema:
    members = {f"m{number}": {"type": "string", "enum": [1]} for number in range(count)}
    return _described({"/a": _operation("read", {"type": "object", "properties": members})})


def _unknown_references(count: int) -> Schema:
    members = {f"m{number}": _ref(f"{number}-of-others") for number in range(count)}
    return _schemas(count, lambda number: _object("a"), {"type": "object", "properties": members})


def _lines(count: int) -> Schema:
    return _described({f"/{number}": _operation(f"read{number}", _object("a", "b")) for number in range(count)})


def _linked(count: int, link: Callable[[Schema], Schema]) -> Schema:
    """Schemas of which each is made of the next one."""
    return _schemas(count, lambda number: link(_ref(number + 1)) if number < count - 1 else _TEXT)


def _references(count: int) -> Schema:
    return _linked(count, lambda ref: ref)


def _aliases(count: int) -> Schema:
    return _linked(
        count, lambda ref: {"oneOf": [{"type": "array", "items": ref}, {"type": "object", "additionalProperties": ref}]}
    )


def _union(count: int) -> Schema:
    variants = [_ref(number) for number in range(count)]
    return _schemas(count, lambda number: {**_object(f"m{number}"), "required": [f"m{number}"]}, {"oneOf": variants})


def _union_in_itself(count: int) -> Schema:
    """Variants of which each holds the union, in an answer and a request."""
    whole = _schemas(count, lambda number: {**_object(f"m{number}"), "required": [f"m{number}"]}, _ref("Union"))
    schemas = whole["components"]["schemas"]
    for schema in schemas.values():
        schema["properties"]["inner"] = {"type": "array", "items": _ref("Union")}
    schemas["SUnion"] = {"oneOf": [_ref(number) for number in range(count)]}
    operation = whole["paths"]["/a"]
    operation["put"] = {**operation["get"], "operationId": "write"}
    operation["put"]["requestBody"] = {"content": {"application/json": {"schema": _ref("Union")}}}
    return whole


def _heirs(count: int) -> Schema:
    """A base, and heirs that its discriminator maps."""
    mapping = {f"v{number}": f"#/components/schemas/S{number}" for number in range(count)}
    base = {**_object("kind"), "required": ["kind"], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    whole = _schemas(count, lambda number: {"allOf": [_ref("Base"), _object(f"m{number}")]}, _ref("Base"))
    whole["components"]["schemas"]["SBase"] = base
    return whole


def _chain(count: int) -> Schema:
    """Schemas of which each extends the one before, so that the last has the members of all."""

    def schema(number: int) -> Schema:
        own = _object(f"m{number}")
        return {"allOf": [_ref(number - 1), own]} if number else own

    return _schemas(count, schema, _ref(count - 1))


CASES = {
    "equal names": Case(4000, _equal_names),
    "findings": Case(4000, _findings),
    "unknown references": Case(2000, _unknown_references),
    "operations": Case(2000, _lines),
    "references in a chain": Case(2000, _references),
    "nested lists and maps": Case(20, _aliases),
    "variants of a union": Case(2000, _union),
    "variants that hold their union": Case(400, _union_in_itself),
    "heirs": Case(800, _heirs),
    "heirs in a chain": Case(400, _chain),
}
