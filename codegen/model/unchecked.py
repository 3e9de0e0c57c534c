"""What types leave open: the parts of the schemas of requests that the client checks apart from their types.

Only these parts are printed: most schemas say no more than types do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.graphs import reachable
from codegen.description.http import media_kind
from codegen.description.json_schema import with_numeric_bounds
from codegen.description.patterns import Pattern, translated
from codegen.description.schemas import SUBSCHEMAS, children, listed_types
from codegen.description.variants import covered
from codegen.normalise.operations import RawOperation
from codegen.normalise.steps import cast

from .types import FORMATS

#: What the name of a schema begins with that is printed whole; of others, only what types leave open.
_WHOLE = "whole:"
_LIMITS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
#: What types check, by the `type` that stands beside it; see `_is_checked` for the exceptions.
_CHECKED = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": _LIMITS,
    "number": _LIMITS - {"multipleOf"},
    "array": {"minItems", "maxItems"},
}
#: The keywords that say something of a value by themselves, or of what no type looks into.
_ASSERTIONS = {
    *_LIMITS.union(*_CHECKED.values()),
    *("enum", "const", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties"),
    *("propertyNames", "dependentRequired", "dependentSchemas", "not", "if", "then", "else"),
}
_UNEVALUATED = {"unevaluatedProperties", "unevaluatedItems"}
_MEMBERS = ("properties", "patternProperties", "additionalProperties")
_UNIONS = ("anyOf", "oneOf")
_PRINTED = {
    *_ASSERTIONS,
    *_UNEVALUATED,
    *_MEMBERS,
    *_UNIONS,
    "type",
    "required",
    "items",
    "prefixItems",
    "$ref",
    "allOf",
}
#: Without any of these, a schema says no more than a type does.
_DECISIVE = frozenset(_PRINTED - {"type"} | {"nullable"})


def unchecked(document: Document, operations: Iterable[RawOperation]) -> Unchecked:
    """What types leave open in the schemas of what these operations send."""
    operations = tuple(operations)
    bodies = [part for raw in operations for part in raw.bodies if media_kind(part.media_type) != "bytes"]
    texts = {part.pointer for part in bodies if media_kind(part.media_type) == "text"}  # a `str`, with no bounds
    received = _reachable(document, (part.pointer for raw in operations for part in raw.answers))
    rest = Unchecked(document, received | texts)
    sent = [*(part for raw in operations for part in raw.parameters), *bodies]
    rest.read(list(dict.fromkeys(part.pointer for part in sent)))
    return rest


class _UncheckableError(Exception):
    """A schema holds a pattern that the client cannot check; without it, `not` would mean something else."""


@dataclass
class Unchecked:
    """The schemas that are printed, by name."""

    document: Document
    unbounded: set[str]
    """The pointers of schemas whose types have no bounds: those of answers, too, and those of texts."""
    schemas: dict[str, Any] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    """The pointers of schemas of which types leave something open."""
    _references: dict[str, None] = field(default_factory=dict)
    """The names that the schema refers to that is being read, in its order, which decides the order of `schemas`."""
    _checkable: dict[str, bool] = field(default_factory=dict)
    """By pointer, see `_can_be_checked`."""

    def name(self, pointer: str) -> str:
        """The name of what is left of the schema at a pointer; empty: types check all of it."""
        return pointer if pointer in self._open else ""

    def read(self, pointers: list[str]) -> None:
        """Read the schemas at these pointers, and those that they refer to."""
        references: dict[str, Iterable[str]] = {}
        pending = [*pointers]
        while pending:
            if (pointer := pending.pop()) not in references and not pointer.startswith(_WHOLE):
                if self._schema(pointer) != {}:
                    self._open.add(pointer)
                references[pointer] = self._references
                pending += self._references
        self._open |= _users(references, self._open)
        self._print([pointer for pointer in pointers if pointer in self._open])

    def _print(self, pending: list[str]) -> None:
        while pending:
            if (name := pending.pop()) not in self.schemas and (name.startswith(_WHOLE) or name in self._open):
                self.schemas[name] = self._schema(name)
                pending += self._references

    def _schema(self, name: str) -> Any:
        self._references = {}
        pointer = name.removeprefix(_WHOLE)
        raw = _at(self.document, pointer)
        return self._rest(raw, is_open=pointer in self.unbounded) if pointer == name else self._whole(raw)

    # What is left

    def _rest(self, raw: Any, *, is_open: bool) -> Any:
        """What types leave open; {}: nothing. `is_open`: answers have the same class."""
        if not isinstance(raw, dict):
            return {} if raw is not False else raw
        if _DECISIVE.isdisjoint(raw):
            return {}
        schema = self._modern(raw)
        if schema.keys() & _UNEVALUATED:  # what is evaluated, all other keywords say
            return dict(self._kept(schema, schema))
        assertions = [key for key in schema if key in _ASSERTIONS and (is_open or not _is_checked(schema, key))]
        return {
            **dict(self._kept(schema, assertions)),
            **dict(self._required(schema, is_open=is_open)),
            **dict(self._members(schema, is_open=is_open)),
            **dict(self._items(schema, is_open=is_open)),
            **dict(self._in_place(schema, is_open=is_open)),
        }

    def _kept(self, schema: Mapping[str, Any], keywords: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """These keywords as they are; without those that cannot be checked, which a warning tells of."""
        for keyword in keywords:
            if keyword in _PRINTED and keyword in schema:
                try:
                    yield keyword, self._whole_value(schema, keyword)
                except _UncheckableError:
                    continue

    def _required(self, schema: Mapping[str, Any], *, is_open: bool) -> Iterator[tuple[str, Any]]:
        """The members that are not described, or that answers do not have: of others, types say it."""
        members = as_mapping(schema.get("properties"))
        names = self._needed(schema)
        if left := [
            name for name in names if name not in members or (is_open and self._has(members[name], "writeOnly"))
        ]:
            yield "required", left

    def _members(self, schema: Mapping[str, Any], *, is_open: bool) -> Iterator[tuple[str, Any]]:
        """Those of members. Which are additional, the names of the others say."""
        members = {
            name: self._rest(part, is_open=is_open) for name, part in as_mapping(schema.get("properties")).items()
        }
        others = self._rest(schema.get("additionalProperties", True), is_open=is_open)
        in_place = schema.keys() & {"$ref", "allOf", *_UNIONS}  # what stands there, is additional nevertheless
        if schema.get("patternProperties") or (in_place and isinstance(schema.get("additionalProperties"), dict)):
            yield from self._kept(schema, _MEMBERS)
        elif others != {} and (is_open or others is not False):
            yield "properties", members
            yield "additionalProperties", others
        elif left := {name: rest for name, rest in members.items() if rest != {}}:
            yield "properties", left

    def _items(self, schema: Mapping[str, Any], *, is_open: bool) -> Iterator[tuple[str, Any]]:
        if "prefixItems" in schema or _type_of(schema) != "array":  # which may be one all the same
            yield from self._kept(schema, ("prefixItems", "items"))
        elif (items := self._rest(schema.get("items", True), is_open=is_open)) != {}:
            yield "items", items

    def _in_place(self, schema: Mapping[str, Any], *, is_open: bool) -> Iterator[tuple[str, Any]]:
        """The keywords whose schemas apply to the same value."""
        if (target := schema.get("$ref")) is not None:
            self._references[target] = None
            if target in self._open:
                yield "$ref", target
        parts = as_list(schema.get("allOf"))
        is_open_there = is_open or (len(parts) > 1 and not self._are_apart(parts))
        if left := [rest for part in parts if (rest := self._rest(part, is_open=is_open_there)) != {}]:
            yield "allOf", left
        for keyword in _UNIONS:
            if not self._is_union_checked(schema, keyword, is_open=is_open):
                yield from self._kept(schema, [keyword])

    def _is_union_checked(self, schema: Mapping[str, Any], keyword: str, *, is_open: bool) -> bool:
        """Whether types check each variant; that no value fits two of them, as `oneOf` says, they do not check."""
        rests = (self._rest(variant, is_open=is_open) for variant in as_list(schema.get(keyword)))
        return (keyword == "anyOf" or not schema.get(keyword)) and all(rest == {} for rest in rests)

    # Whole schemas

    def _whole(self, raw: Any) -> Any:
        """The schema, with all that says something of a value."""
        if not isinstance(raw, dict):
            return raw
        schema = self._modern(raw)
        return {keyword: self._whole_value(schema, keyword) for keyword in schema if keyword in _PRINTED}

    def _whole_value(self, schema: Mapping[str, Any], keyword: str) -> Any:
        value = schema[keyword]
        if keyword == "$ref":
            return self._whole_reference(value)
        if keyword == "pattern":
            return _checkable(value)
        if keyword == "required":
            return self._needed(schema)
        if keyword not in SUBSCHEMAS:
            return value
        if SUBSCHEMAS[keyword] == "{":
            name = _checkable if keyword == "patternProperties" else str
            return {name(key): self._whole(part) for key, part in as_mapping(value).items()}
        return [*map(self._whole, as_list(value))] if SUBSCHEMAS[keyword] == "[" else self._whole(value)

    def _whole_reference(self, pointer: str) -> str:
        if not self._can_be_checked(pointer):
            raise _UncheckableError(pointer)
        self._references[_WHOLE + pointer] = None
        return _WHOLE + pointer

    def _can_be_checked(self, pointer: str) -> bool:
        """Whether all patterns can be that the schema reaches; each schema is looked at once."""
        if pointer not in self._checkable:
            references: dict[str, list[str]] = {}
            pending = [pointer]
            while pending:
                if (name := pending.pop()) not in references and name not in self._checkable:
                    references[name] = [*_references(_at(self.document, name))]
                    pending += references[name]
            faulty = {name for name in references if not _is_checkable(_at(self.document, name))}
            faulty |= {name for name, can_be in self._checkable.items() if not can_be}
            users = _users(references, faulty)
            self._checkable |= {name: name not in users for name in references}
        return self._checkable[pointer]

    def _needed(self, schema: Mapping[str, Any]) -> list[str]:
        """The required members that are sent."""
        members = as_mapping(schema.get("properties"))
        return [name for name in as_list(schema.get("required")) if not self._has(members.get(name), "readOnly")]

    def _has(self, member: Any, flag: str) -> bool:
        return bool(as_mapping(member).get(flag) or self.document.mapping(member).get(flag))

    # Several schemas for one value

    def _are_apart(self, parts: list[Any]) -> bool:
        """Whether the parts of `allOf` are objects that describe other members each, so that none narrows another."""
        members = [as_mapping(self.document.mapping(part).get("properties")) for part in parts]
        return all(members) and not any(first.keys() & second.keys() for first, second in combinations(members, 2))

    def _is_any_variant_taken(self, schema: Mapping[str, Any]) -> bool:
        """Whether the value itself says which variant of `oneOf` it is, or never can: a warning tells of that."""
        return "discriminator" in schema or self._are_exclusive(schema) or covered(self.document, schema) is not None

    def _are_exclusive(self, schema: Mapping[str, Any]) -> bool:
        """Whether no value is meant to fit two variants of `oneOf`."""
        variants = [self.document.mapping(variant) for variant in as_list(schema.get("oneOf"))]
        differences = (_has_other_type, _has_other_format, _has_other_constant, _has_other_members)
        return all(any(differ(*pair) for differ in differences) for pair in combinations(variants, 2))

    # As JSON Schema

    def _modern(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema in the terms of JSON Schema 2020-12; OpenAPI 3.0 has others."""
        if "$ref" in schema and self.document.is_3_0:
            return {"$ref": schema["$ref"]}  # what stands beside it does not count
        modern = with_numeric_bounds(schema)
        if values := as_list(modern.pop("enum", None)):  # none would exclude all: a warning tells of that
            modern["enum"] = [cast(value, modern.get("type")) for value in values]
        if "oneOf" in modern and self._is_any_variant_taken(modern):
            variants = {"anyOf": modern.pop("oneOf")}
            modern |= {"allOf": [*as_list(modern.get("allOf")), variants]} if "anyOf" in modern else variants
        return _with_null(modern) if modern.pop("nullable", False) is True else modern


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str) and schema.keys().isdisjoint(("allOf", *_UNIONS, "const", "not")):
        values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, "type": [schema["type"], "null"], **values}
    return {"anyOf": [schema, {"type": "null"}]}


def _checkable(pattern: str) -> str:
    """The pattern as the client checks it."""
    whole = translated(pattern)
    if isinstance(whole, Pattern):
        return whole.text
    raise _UncheckableError(whole)


def _is_checkable(schema: Any) -> bool:
    """Whether the client can check all patterns in a schema."""
    if not isinstance(schema, dict):
        return True
    patterns = [*as_mapping(schema.get("patternProperties")), *([schema["pattern"]] if "pattern" in schema else ())]
    is_checkable = all(isinstance(translated(pattern), Pattern) for pattern in patterns)
    return is_checkable and all(_is_checkable(part) for _, part in children(schema))


def _is_checked(schema: Mapping[str, Any], keyword: str) -> bool:
    """Whether the type of a schema checks one of its assertions."""
    kind, value = _type_of(schema), schema[keyword]
    if keyword in ("enum", "const"):
        values = [value] if keyword == "const" else as_list(value)
        return _is_literal(kind, values) and ("null" not in listed_types(schema) or None in values)
    if keyword not in _CHECKED.get(kind, ()) or (kind == "string" and schema.get("format") in FORMATS):
        return False
    if keyword == "pattern":
        whole = translated(value)
        return isinstance(whole, Pattern) and whole.is_linear
    return keyword != "multipleOf" or float(value).is_integer()


def _is_literal(kind: str, values: list[Any]) -> bool:
    """Whether Python's `Literal` has these values, beside null."""
    types = {type(value) for value in values if value is not None}
    return (types == {str} and kind in ("", "string")) or (types == {int} and kind in ("", "integer"))


def _type_of(schema: Mapping[str, Any]) -> str:
    """The one type beside null; empty: there are several, or any."""
    types = [name for name in listed_types(schema) if name != "null"]
    return str(types[0]) if len(types) == 1 and types[0] else ""


def _has_other_type(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    types = [{"number" if kind == "integer" else kind for kind in _types_of(schema)} for schema in (first, second)]
    return all(types) and not types[0] & types[1]


def _has_other_format(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Taken for an annotation (JSON Schema 2020-12, validation, 7.2), it would let each text fit all such variants."""
    return first.get("format") != second.get("format")


def _types_of(schema: Mapping[str, Any]) -> set[str]:
    """The types that a schema allows; none: it does not say."""
    return {*map(str, listed_types(schema) or (["object"] if "properties" in schema else []))}


def _has_other_constant(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether a member that both require has no value in common."""
    names = {*as_list(first.get("required"))} & {*as_list(second.get("required"))}
    pairs = ([_constants(schema, name) for schema in (first, second)] for name in names)
    return any(all(values) and not values[0] & values[1] for values in pairs)


def _has_other_members(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether one requires a member that the other, an object, does not allow."""
    return any(
        one.get("additionalProperties") is False
        and "object" in _types_of(one)
        and not one.get("patternProperties")
        and not {*as_list(other.get("required"))} <= as_mapping(one.get("properties")).keys()
        for one, other in ((first, second), (second, first))
    )


def _constants(schema: Mapping[str, Any], name: str) -> set[str]:
    """The texts that a member of an object can be; none: any."""
    member = as_mapping(as_mapping(schema.get("properties")).get(name))
    return {value for value in [*as_list(member.get("enum")), member.get("const")] if isinstance(value, str)}


def _reachable(document: Document, pointers: Iterable[str]) -> set[str]:
    """The pointers of the schemas at these, and of those that they refer to."""
    return {*reachable(pointers, lambda pointer: _references(_at(document, pointer)))}


def _at(document: Document, pointer: str) -> Any:
    """The schema at a pointer; any value fits where there is none, which other checks report."""
    try:
        return document.at(pointer)
    except LookupError:
        return {}


def _references(schema: Any) -> Iterator[str]:
    """The references in a schema; in its examples, too, where they lead nowhere and so do no harm."""
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            pending += part.values()
        elif isinstance(part, list):
            pending += part


def _users(references: Mapping[str, Iterable[str]], targets: Iterable[str]) -> set[str]:
    """These schemas and those that refer to them, directly or not."""
    users: dict[str, list[str]] = {}
    for user, names in references.items():
        for name in names:
            users.setdefault(name, []).append(user)
    return {*reachable(targets, lambda name: users.get(name, ()))}
