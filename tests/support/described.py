"""Calls for any description: arguments and answers out of its examples, else out of its schemas."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.strategies import from_regex
from pydantic import BaseModel, TypeAdapter

from codegen.description.document import Document
from codegen.description.http import METHODS, media_kind
from codegen.description.patterns import Pattern, translated
from codegen.description.pointers import join
from codegen.description.schemas import is_file

#: Depth at which what is optional ends, so that a schema that holds itself has a sample.
_DEEP = 5
#: Depth down to which variants have their optional members.
_VARIANT = 3
_FORMATS: dict[str, object] = {
    "date": "2023-01-05",
    "date-time": "2023-01-05T01:02:03Z",
    "uuid": "5f0c4b3e-8b1d-4c0a-9d7e-0a1b2c3d4e5f",
    "email": "jane@example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
    "binary": b"\x89PNG\x00",
    "byte": "aGVsbG8=",
}


class Content(NamedTuple):
    """A body as the description has it: an example, or a value made up."""

    media_type: str
    value: Any
    is_example: bool
    pointer: str
    """Of its schema."""


class Reply(NamedTuple):
    """An answer of an operation; `content` is None where it has no body."""

    status: int
    content: Content | None

    @property
    def body(self) -> bytes:
        """As the server sends it."""
        if self.content is None:
            return b""
        value = self.content.value
        if isinstance(value, bytes):
            return value
        return json.dumps(value).encode() if media_kind(self.content.media_type) == "json" else str(value).encode()


@dataclass(frozen=True)
class Described:
    """A description's operations."""

    document: Document
    uses_examples: bool = True
    """Whether values are those of its examples, where it has any; many examples contradict their schemas."""

    @cached_property
    def operations(self) -> list[DescribedOperation]:
        """All of them."""
        found = []
        for path, item in (self.document.data.get("paths") or {}).items():
            if path.startswith("/"):
                whole = {**self.document.mapping(item), **item}
                found += [DescribedOperation(self, method, path, whole) for method in METHODS if method in whole]
        return found

    def content(self, reference: Mapping[str, Any], pointer: str) -> Iterator[Content]:
        """The examples of each media type of a body, or what its schema says; nothing where there is no such body."""
        try:
            reference, pointer = self.document.follow(reference, pointer)
        except LookupError:
            return
        for media_type, described in (reference.get("content") or {}).items():
            at = join(join(join(pointer, "content"), media_type), "schema")
            schema = described.get("schema") or {}
            found = list(self.examples(described)) or list(self.examples(self.document.mapping(schema)))
            yield from (Content(media_type, value, True, at) for value in found)
            if not found:
                value = self.sample(schema)
                is_file = isinstance(value, bytes) or media_type.startswith("multipart/")
                yield Content(media_type, value if is_file else without_bytes(value), False, at)

    def examples(self, described: Mapping[str, Any]) -> Iterator[Any]:
        """Of a media type, a parameter or a schema."""
        if not self.uses_examples:
            return
        if "example" in described:
            yield described["example"]
        examples = described.get("examples") or ()
        if isinstance(examples, dict):
            yield from (one["value"] for one in map(self.document.mapping, examples.values()) if "value" in one)
        else:
            yield from examples

    def sample(self, raw: Any, depth: int = 0, within: frozenset[int] = frozenset(), most: int = 1) -> Any:
        """A value of a schema: its example, its default or the first that there is.

        An object has its optional members down to the depth `most`; `within` are the unions whose variant this is.
        """
        schema = self.document.mapping(raw)
        for value in (*self.examples(schema), *(schema[key] for key in ("const", "default") if key in schema)):
            if value is not None:  # many write a number where a text belongs
                return str(value) if schema.get("type") == "string" and isinstance(value, int) else value
        if values := [value for value in schema.get("enum") or () if value is not None]:
            return str(values[0]) if schema.get("type") == "string" else values[0]
        if "enum" in schema:
            return None
        if (variant := self._variant(schema, within)) is not None:
            return self._of_variant(schema, variant, depth, within | {id(schema)})
        kinds = schema.get("type")
        kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
        if "allOf" in schema or "properties" in schema or kind == "object":
            return self._object(raw, schema, depth, within, most)
        if kind == "array" or "items" in schema:
            count = max(schema.get("minItems", 0), depth < _DEEP)
            return [self.sample(schema.get("items"), depth + 1)] * count if count else []
        return self._scalar(kind, schema)

    def _variant(self, schema: Mapping[str, Any], within: frozenset[int]) -> Any:
        """The first variant of a union, or the first subtype that a base maps a value to; None for any other schema."""
        if id(schema) in within:
            return None
        listed = [one for one in schema.get("oneOf") or schema.get("anyOf") or () if one != {"type": "null"}]
        return next(iter([*listed, *({"$ref": target} for target in self._mapping(schema).values())]), None)

    def _of_variant(self, schema: Mapping[str, Any], variant: Any, depth: int, within: frozenset[int]) -> Any:
        """With what stands beside the union; optional members tell the variants apart."""
        value = self.sample(variant, depth, within, _VARIANT)
        if not isinstance(value, dict):
            return value
        own = self._object({}, schema, depth, within, _VARIANT) if schema.keys() & {"properties", "allOf"} else {}
        return own | value | self._told_apart(schema, variant)

    def _told_apart(self, union: Mapping[str, Any], variant: Any) -> dict[str, Any]:
        """The discriminator with the value that stands for a variant; nothing where the variant has one of its own."""
        member = (union.get("discriminator") or {}).get("propertyName")
        own = self.document.mapping((self.document.mapping(variant).get("properties") or {}).get(member))
        values = [value for value, target in self._mapping(union).items() if target == variant.get("$ref")]
        if member is None or "$ref" not in variant or (not values and own.keys() & {"const", "enum"}):
            return {}
        return {member: (values or [variant["$ref"].rpartition("/")[2]])[0]}

    def _object(
        self, raw: Any, schema: Mapping[str, Any], depth: int, within: frozenset[int], most: int
    ) -> dict[str, Any]:
        """With what is required; where its optional members are asked for, with them, too."""
        made: dict[str, Any] = {}
        bases = [self.document.mapping(part) for part in schema.get("allOf") or ()]
        for part, base in zip(schema.get("allOf") or (), bases, strict=True):
            is_subtype = raw.get("$ref") in self._targets(base)  # which is what the base is here, and no other
            value = self.sample(part, depth + 1, within | {id(base)} if is_subtype else within, most + 1)
            made |= value if isinstance(value, dict) else {}
        required = {*(schema.get("required") or ())}
        for name, member in (schema.get("properties") or {}).items():
            if name in required or (depth < most and not self.document.mapping(member).get("readOnly")):
                made[name] = self.sample(member, depth + 1)
        for base in bases:
            made |= self._told_apart(base, raw)
        return made

    def _mapping(self, schema: Mapping[str, Any]) -> dict[str, str]:
        """What a discriminator maps its values to, as references; without those that lead nowhere."""
        mapping = (schema.get("discriminator") or {}).get("mapping") or {}
        targets = {
            value: target if "/" in target or "#" in target else f"#/components/schemas/{target}"
            for value, target in mapping.items()
        }
        return {value: target for value, target in targets.items() if self.document.mapping({"$ref": target})}

    def _targets(self, schema: Mapping[str, Any]) -> list[str]:
        """The references to the variants of a union and to the subtypes of a base."""
        variants = [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]
        return [*(one["$ref"] for one in variants if "$ref" in one), *self._mapping(schema).values()]

    def _scalar(self, kind: object, schema: Mapping[str, Any]) -> Any:
        if kind in ("integer", "number"):
            lowest = schema.get("minimum", 1)
            return lowest + 1 if schema.get("exclusiveMinimum") is True else schema.get("multipleOf") or lowest
        if kind == "string":
            if isinstance(translated(schema.get("pattern", "(")), Pattern):
                return matching(schema["pattern"])
            text = _FORMATS.get("binary" if is_file(schema) else str(schema.get("format")), "text")
            if isinstance(text, bytes):
                return text
            return str(text).ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
        return {"boolean": True, "null": None}.get(str(kind), "text")


@cache
def matching(pattern: str) -> str:
    """A text that a regular expression takes, the same in each run; any text where none is found."""
    quick = settings(phases=(Phase.generate,), database=None, derandomize=True)
    try:
        return find(from_regex(pattern, fullmatch=True), str.isascii, settings=quick)
    except (NoSuchExample, Unsatisfiable, re.error):
        return "text"


def without_bytes(value: Any) -> Any:
    """As JSON: a text for what is binary."""
    if isinstance(value, dict):
        return {name: without_bytes(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_bytes(item) for item in value]
    return "text" if isinstance(value, bytes) else value


@dataclass(frozen=True, eq=False)
class DescribedOperation:
    """An operation as the description has it."""

    whole: Described
    method: str
    path: str
    item: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def pointer(self) -> str:
        """Where it stands."""
        return join(join("#/paths", self.path), self.method)

    @property
    def raw(self) -> Mapping[str, Any]:
        """The operation object."""
        found: Mapping[str, Any] = self.item[self.method]
        return found

    @property
    def replies(self) -> list[Reply]:
        """Each example of each answer that means success, of the media type that is preferred."""
        return [reply for reply in self._replies if 200 <= reply.status < 300]

    @property
    def failures(self) -> list[Reply]:
        """The same of those that mean an error."""
        return [reply for reply in self._replies if reply.status >= 400]

    @cached_property
    def _replies(self) -> list[Reply]:
        found = []
        for status, reference in (self.raw.get("responses") or {}).items():
            if not re.fullmatch(r"\d{3}|\dXX|default", str(status), re.IGNORECASE):
                continue  # no status, which a warning has told
            contents = list(self.whole.content(reference, join(join(self.pointer, "responses"), status)))
            preferred = min((one.media_type for one in contents), key=lambda name: "json" not in name, default="")
            code = 200 if status == "default" else int(str(status).upper().replace("XX", "00"))
            contents = [] if code in (204, 205, 304) or self.method == "head" else contents
            found += [Reply(code, one) for one in contents if one.media_type == preferred] or [Reply(code, None)]
        return found

    @property
    def bodies(self) -> list[Content]:
        """Each example of the request's body."""
        return list(self.whole.content(self.raw.get("requestBody") or {}, join(self.pointer, "requestBody")))

    def parameter(self, wire: str, location: str) -> Any:
        """A value of a parameter."""
        for owner in (self.raw, self.item):
            for reference in owner.get("parameters") or ():
                parameter = self.whole.document.mapping(reference)
                if (parameter.get("name"), parameter.get("in")) == (wire, location):
                    schema = parameter.get("schema")
                    if schema is None:
                        schema = next(iter(parameter["content"].values())).get("schema")
                    given = list(self.whole.examples(parameter))
                    return given[0] if given else self.whole.sample(schema)
        raise LookupError(wire)


@dataclass(frozen=True)
class Method:
    """A generated method: the operation as data, and the attribute of the client that has it."""

    operation: Any
    attribute: str

    def arguments(self, described: DescribedOperation, body: Content | None) -> dict[str, Any]:
        """What a caller passes for this body: it and the required parameters."""
        made = {
            one.name: self.adapter(one.type).validate_python(described.parameter(one.wire_name, one.location))
            for one in self.operation.parameters
            if one.required
        }
        return made if body is None else {**self._body(body), **made}

    def module(self, name: str) -> Any:
        """A module of the package."""
        return importlib.import_module(f"{type(self.operation).__module__.rpartition('.')[0]}.{name}")

    def adapter(self, kind: Any) -> TypeAdapter[Any]:
        """The validator that the client has for a type."""
        made: TypeAdapter[Any] = self.module("_checks").adapter_of(kind)
        return made

    def _body(self, body: Content) -> dict[str, Any]:
        if len({one.content_type for one in self.operation.bodies}) > 1:
            made: dict[str, Any] = {"content_type": body.media_type}
        else:
            made = {}
        refusals = []
        for one in self.operation.bodies:
            if one.content_type == body.media_type and not (body.value is None and not one.required):
                given = body.value
                if one.type is self.module("_model").File and not isinstance(given, bytes):
                    given = str(given).encode()
                try:
                    value = self.adapter(one.type).validate_python(given)
                except ValueError as error:
                    refusals.append(str(error))
                else:
                    return made | (members(value, one.fields) if one.fields else {one.argument: value})
        if not refusals:
            return {}
        raise ValueError(f"the body does not fit: {' / '.join(refusals)}")


def members(value: BaseModel, fields: tuple[str, ...]) -> dict[str, Any]:
    """The arguments that stand for a body."""
    return {name: getattr(value, name) for name in fields if name in value.model_fields_set}


def methods(package: str) -> dict[tuple[str, str], Method]:
    """What is generated of each operation, by method and path."""
    operation_type = importlib.import_module(f"{package}._operation").Operation
    found = {}
    api = importlib.import_module(f"{package}.api")
    for info in pkgutil.iter_modules(api.__path__):
        module = importlib.import_module(f"{package}.api.{info.name}")
        attribute = f"{info.name}_" if info.name in ("close", "aclose") else info.name
        for value in vars(module).values():
            if isinstance(value, operation_type):
                found[value.method, value.path] = Method(value, attribute)
    return found


def target(method: Method, arguments: Mapping[str, Any]) -> str:
    """The path that these arguments make, for path parameters that are texts or numbers."""
    names = {one.wire_name: one.name for one in method.operation.parameters if one.location == "path"}
    return re.sub(r"{([^}]*)}", lambda found: quote(str(arguments[names[found[1]]]), safe=""), method.operation.path)
