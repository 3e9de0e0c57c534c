"""JSON Schema 2020-12: what a request has to be beyond its types."""

from __future__ import annotations

import operator
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from ._model import UnknownMembers, Upload
from ._schemas import SCHEMAS

__all__ = ["Schema"]

Check: TypeAlias = "Callable[[dict[str, Any], Any, Any], Iterator[Problem]]"
"""A keyword: takes the schema that it stands in, its own value, and the value to check."""

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str, Upload),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class Problem(NamedTuple):
    """Why a value does not fit, without the value; and where in it, by names on the wire."""

    reason: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """One of `SCHEMAS`, by name."""

    name: str

    def __call__(self, value: Any) -> tuple[str, ...] | None:
        """Why a plain value does not fit, and the path to what does not; None: it fits."""
        try:
            found = next(_problems(SCHEMAS[self.name], value), None)
        finally:
            _memory.problems.clear()
        return found and (found.reason, *found.path)


class _Memory(threading.local):
    """What has been seen of the value that this thread checks.

    Variants, conditions and `unevaluated…` ask for the same again: in a schema of itself, once more at each level.
    """

    def __init__(self) -> None:
        self.problems: dict[tuple[int, int], Problem | None] = {}
        """By the identity of the schema and of the part of the value, both of which outlive the check."""


_memory = _Memory()


def _first_problem(schema: Any, value: Any) -> Problem | None:
    """Of a part of the value, which the next level begins with."""
    if not _nests(value):
        return next(_problems(schema, value), None)
    key = id(schema), id(value)
    if key not in _memory.problems:
        _memory.problems[key] = next(_problems(schema, value), None)
    return _memory.problems[key]


def _nests(value: Any) -> bool:
    """Whether there is another level below; the rest is cheaper to check again than to remember."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(child, (dict, list)) for child in children)


def _problems(schema: Any, value: Any) -> Iterator[Problem]:
    if schema is False:
        yield Problem("nothing may stand here")
    if isinstance(schema, dict):
        checks = _CHECKS_OF_UNKNOWN if isinstance(value, UnknownMembers) else _CHECKS
        for keyword, argument in schema.items():
            if check := checks.get(keyword):
                yield from check(schema, argument, value)


def _fits(schema: Any, value: Any) -> bool:
    return _first_problem(schema, value) is None


def _below(name: str, schema: Any, value: Any) -> Iterator[Problem]:
    if problem := _first_problem(schema, value):
        yield Problem(problem.reason, (name, *problem.path))


# Any value


def _type(schema: dict[str, Any], types: Any, value: Any) -> Iterator[Problem]:
    names = [types] if isinstance(types, str) else types
    if not any(_is_of_type(name, value) for name in names):
        yield Problem(f"should be of type {' or '.join(names)}")


def _is_of_type(name: str, value: Any) -> bool:
    """1.0 is an integer, and true is no number."""
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, _TYPES[name]) or (name == "integer" and isinstance(value, float) and value.is_integer())


def _enum(schema: dict[str, Any], values: Any, value: Any) -> Iterator[Problem]:
    own = _identity(value)
    if all(_identity(listed) != own for listed in values):
        yield Problem(f"should be {' or '.join(map(repr, values))}")


def _const(schema: dict[str, Any], constant: Any, value: Any) -> Iterator[Problem]:
    return _enum(schema, [constant], value)


def _identity(value: Any) -> Any:
    """Equal for values that are equal in JSON, where 1.0 is 1, and true is not; can be hashed."""
    if isinstance(value, dict):
        return frozenset((name, _identity(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(_identity, value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):  # not as numbers, many of which share a hash
        is_fraction = isinstance(value, float) and not value.is_integer()
        return "number", float(value).hex() if is_fraction else hex(int(value))
    return value


# Numbers, texts, sizes


def _limit(kinds: tuple[type, ...], fits: Callable[[Any, Any], bool], reason: str) -> Check:
    """A keyword that says something of values of these types only; `reason` may quote its value."""

    def check(schema: dict[str, Any], argument: Any, value: Any) -> Iterator[Problem]:
        if isinstance(value, kinds) and not isinstance(value, bool) and not fits(value, argument):
            yield Problem(reason.format(argument))

    return check


def _is_multiple(value: float, divisor: float) -> bool:
    """Exactly, as both are written: 19.99 is a multiple of 0.01."""
    from fractions import Fraction  # imports decimal, which few descriptions need

    return Fraction(str(value)) % Fraction(str(divisor)) == 0


def _is_unique(value: list[Any], is_asked_for: bool) -> bool:
    return not is_asked_for or len(set(map(_identity, value))) == len(value)


def _matches(value: str, pattern: str) -> bool:
    return _matcher(pattern)(value)


@cache
def _matcher(pattern: str) -> Callable[[str], bool]:
    """By Rust's engine, whose time grows with the length of the text; Python's where it has to look around."""
    try:
        validator = SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        expression = re.compile(pattern)
        return lambda value: expression.search(value) is not None

    def is_match(value: str) -> bool:
        try:
            validator.validate_python(value)
        except ValidationError:
            return False
        return True

    return is_match


# Arrays


def _prefix_items(schema: dict[str, Any], schemas: Any, value: Any) -> Iterator[Problem]:
    if isinstance(value, list):
        for position, (part, item) in enumerate(zip(schemas, value, strict=False)):
            yield from _below(str(position), part, item)


def _items(schema: dict[str, Any], items: Any, value: Any) -> Iterator[Problem]:
    if isinstance(value, list):
        for position in range(len(schema.get("prefixItems", ())), len(value)):
            yield from _below(str(position), items, value[position])


def _contains(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    if isinstance(value, list):
        least, most = schema.get("minContains", 1), schema.get("maxContains", len(value))
        if not least <= sum(_fits(part, item) for item in value) <= most:
            wanted = f"{least} or more" if "maxContains" not in schema else f"{least} to {most}"
            yield Problem(f"should have {wanted} items that are as `contains` says")


def _unevaluated_items(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    if isinstance(value, list):
        evaluated = _evaluated({**schema, "unevaluatedItems": None}, value)
        for position, item in enumerate(value):
            if position not in evaluated:
                yield from _below(str(position), part, item)


# Objects


def _required(schema: dict[str, Any], names: Any, value: Any) -> Iterator[Problem]:
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield Problem("field required", (name,))


def _members(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    """`properties`, `patternProperties` and `additionalProperties`, once for all of them."""
    for name, item in value.items() if isinstance(value, dict) else ():
        for applied in _schemas_of_member(schema, name):
            if applied is False:
                yield Problem("extra inputs are not permitted", (name,))
            yield from _below(name, applied, item)


def _schemas_of_member(schema: dict[str, Any], name: str) -> list[Any]:
    """What a member has to be by those of these keywords that the schema has."""
    properties = schema.get("properties") or {}
    applied = [properties[name]] if name in properties else []
    applied += [part for pattern, part in (schema.get("patternProperties") or {}).items() if _matches(name, pattern)]
    return applied or ([schema["additionalProperties"]] if "additionalProperties" in schema else [])


def _only_before(*earlier: str) -> Check:
    """`_members`, unless one of these keywords is there, too, which then sees to it."""

    def check(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
        return iter(()) if schema.keys() & {*earlier} else _members(schema, part, value)

    return check


def _property_names(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    for name in value if isinstance(value, dict) else ():
        for reason, _ in _problems(part, name):
            yield Problem(f"the name {reason}", (name,))


def _dependent_required(schema: dict[str, Any], needs: Any, value: Any) -> Iterator[Problem]:
    for name, names in needs.items() if isinstance(value, dict) else ():
        if name in value:
            yield from _required(schema, names, value)


def _dependent_schemas(schema: dict[str, Any], parts: Any, value: Any) -> Iterator[Problem]:
    for name, part in parts.items() if isinstance(value, dict) else ():
        if name in value:
            yield from _problems(part, value)


def _unevaluated_properties(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    if isinstance(value, dict):
        evaluated = _evaluated({**schema, "unevaluatedProperties": None}, value)
        for name, item in value.items():
            if name not in evaluated:
                yield from _below(name, part, item)


# Schemas that apply to the same value


def _reference(schema: dict[str, Any], name: Any, value: Any) -> Iterator[Problem]:
    return _problems(SCHEMAS[name], value)


def _all_of(schema: dict[str, Any], parts: Any, value: Any) -> Iterator[Problem]:
    for part in parts:
        yield from _problems(part, value)


def _any_of(schema: dict[str, Any], parts: Any, value: Any) -> Iterator[Problem]:
    if not any(_fits(part, value) for part in parts):
        yield _closest(parts, value)


def _one_of(schema: dict[str, Any], parts: Any, value: Any) -> Iterator[Problem]:
    fitting = sum(1 for _ in islice((part for part in parts if _fits(part, value)), 2))
    if fitting == 2:
        yield Problem("fits several of the variants, and only one is allowed to")
    elif not fitting:
        yield _closest(parts, value)


def _closest(parts: Iterable[Any], value: Any) -> Problem:
    """The problem that lies deepest, most likely in the variant that is meant."""
    return max((next(_problems(part, value)) for part in parts), key=lambda found: len(found.path))


def _not(schema: dict[str, Any], part: Any, value: Any) -> Iterator[Problem]:
    if _fits(part, value):
        yield Problem("is what `not` excludes")


def _if(schema: dict[str, Any], condition: Any, value: Any) -> Iterator[Problem]:
    return _problems(schema.get("then" if _fits(condition, value) else "else", True), value)


# What is evaluated (JSON Schema 2020-12, core, 11)


def _evaluated(schema: Any, value: Any) -> set[Any]:
    """The names of an object, or positions in an array, that the keywords of a schema apply to."""
    if not isinstance(schema, dict):
        return set()
    own = _evaluated_names(schema, value) if isinstance(value, dict) else _evaluated_positions(schema, value)
    return own.union(*(_evaluated(part, value) for part in _parts_in_place(schema, value)))


def _evaluated_names(schema: dict[str, Any], value: dict[str, Any]) -> set[Any]:
    if schema.get("unevaluatedProperties") is not None:
        return set(value)
    return {name for name in value if _schemas_of_member(schema, name)}


def _evaluated_positions(schema: dict[str, Any], value: list[Any]) -> set[Any]:
    if "items" in schema or schema.get("unevaluatedItems") is not None:
        return set(range(len(value)))
    contained = (at for at, item in enumerate(value) if "contains" in schema and _fits(schema["contains"], item))
    return {*range(len(schema.get("prefixItems", ()))), *contained}


def _parts_in_place(schema: dict[str, Any], value: Any) -> Iterator[Any]:
    """The schemas that apply to the same value, and that it fits."""
    if "$ref" in schema:
        yield SCHEMAS[schema["$ref"]]
    yield from schema.get("allOf", ())
    for keyword in ("anyOf", "oneOf"):
        yield from (part for part in schema.get(keyword, ()) if _fits(part, value))
    yield from (part for name, part in schema.get("dependentSchemas", {}).items() if name in value)
    if "if" in schema:
        is_met = _fits(schema["if"], value)
        yield from (schema["if"], schema.get("then")) if is_met else (schema.get("else"),)


_NUMBER, _TEXT, _ARRAY, _OBJECT = (int, float), (str,), (list,), (dict,)
_CHECKS: dict[str, Check] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _limit(_NUMBER, operator.ge, "should be greater than or equal to {}"),
    "maximum": _limit(_NUMBER, operator.le, "should be less than or equal to {}"),
    "exclusiveMinimum": _limit(_NUMBER, operator.gt, "should be greater than {}"),
    "exclusiveMaximum": _limit(_NUMBER, operator.lt, "should be less than {}"),
    "multipleOf": _limit(_NUMBER, _is_multiple, "should be a multiple of {}"),
    "minLength": _limit(_TEXT, lambda value, least: len(value) >= least, "should have at least {} characters"),
    "maxLength": _limit(_TEXT, lambda value, most: len(value) <= most, "should have at most {} characters"),
    "pattern": _limit(_TEXT, _matches, "should match pattern '{}'"),
    "minItems": _limit(_ARRAY, lambda value, least: len(value) >= least, "should have at least {} items"),
    "maxItems": _limit(_ARRAY, lambda value, most: len(value) <= most, "should have at most {} items"),
    "uniqueItems": _limit(_ARRAY, _is_unique, "should have no item twice"),
    "minProperties": _limit(_OBJECT, lambda value, least: len(value) >= least, "should have at least {} members"),
    "maxProperties": _limit(_OBJECT, lambda value, most: len(value) <= most, "should have at most {} members"),
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "unevaluatedItems": _unevaluated_items,
    "required": _required,
    "properties": _members,
    "patternProperties": _only_before("properties"),
    "additionalProperties": _only_before("properties", "patternProperties"),
    "propertyNames": _property_names,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "unevaluatedProperties": _unevaluated_properties,
    "$ref": _reference,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
}
# A variant that only the server knows is some object, whatever the known ones are.
_CHECKS_OF_UNKNOWN: dict[str, Check] = {
    "type": _type,
    "$ref": _reference,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _any_of,
}
