"""The objects of OpenAPI 3.0 and 3.1: their fields, what stands in them, and which of them the client is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.description.document import Document
from codegen.description.http import METHODS
from codegen.description.pointers import join

#: Fields by object. `field:kind` holds an object, `field:[kind]` a list of them, `field:{kind}` a map; other fields
#: hold data. `!` marks fields that nothing is rendered from; remove it when a template renders one
#: (tests/checks/test_bad_specs.py).
#: Prose that has no place in a client (`contact`, `termsOfService`) is not marked: nobody would miss it there.
_FIELDS = {
    "openapi": "openapi info:info jsonSchemaDialect! servers:[server] paths:{path-item} webhooks:{path-item}! "
    "components:components security tags:[tag] externalDocs:external-docs",
    "info": "title summary description termsOfService contact:contact license:license version",
    "contact": "name url email",
    "license": "name identifier url",
    "server": "url description variables:{server-variable}",
    "server-variable": "enum default description",
    "components": "schemas:{schema} responses:{response} parameters:{parameter} examples:{example} "
    "requestBodies:{request-body} headers:{header} securitySchemes:{security-scheme} links:{link}! "
    "callbacks:{callback}! pathItems:{path-item}",
    "path-item": "$ref summary description servers:[server] parameters:[parameter] "
    + " ".join(f"{method}:operation" for method in METHODS),
    "operation": "tags summary description externalDocs:external-docs operationId parameters:[parameter] "
    "requestBody:request-body responses:{response} callbacks:{callback}! deprecated security servers:[server]",
    "external-docs": "description url",
    "parameter": "name in description required deprecated allowEmptyValue style explode allowReserved schema:schema "
    "example examples:{example} content:{media-type}",
    "request-body": "description content:{media-type} required",
    "media-type": "schema:schema example examples:{example} encoding:{encoding}",
    "encoding": "contentType headers:{header}! style explode allowReserved",
    "response": "description headers:{header} content:{media-type} links:{link}!",
    "callback": "",
    "example": "summary description value externalValue!",
    "link": "operationRef operationId parameters requestBody description server:server",
    "header": "description required deprecated allowEmptyValue style explode allowReserved schema:schema example "
    "examples:{example} content:{media-type}!",
    "tag": "name description externalDocs:external-docs",
    "security-scheme": "type description name in scheme bearerFormat flows:flows! openIdConnectUrl!",
    "flows": "implicit:flow password:flow clientCredentials:flow authorizationCode:flow",
    "flow": "authorizationUrl tokenUrl refreshUrl scopes",
    "reference": "$ref summary description",
    "discriminator": "propertyName mapping",
    "xml": "name namespace prefix attribute wrapped",
    "schema": "$ref $comment type title description format default example examples enum const required nullable "
    "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems! maxProperties! minProperties! properties:{schema} additionalProperties:schema "
    "patternProperties:{schema} allOf:[schema] oneOf:[schema] anyOf:[schema] items:schema prefixItems:[schema]! "
    "readOnly writeOnly deprecated externalDocs:external-docs discriminator:discriminator xml:xml! "
    "not:schema! if:schema! then:schema! else:schema! contains:schema! minContains! maxContains! "
    "propertyNames:schema! dependentRequired! dependentSchemas:{schema}! unevaluatedItems:schema! "
    "unevaluatedProperties:schema! contentEncoding! contentMediaType! contentSchema:schema! "
    "$id! $schema $anchor! $dynamicRef! $dynamicAnchor! $vocabulary! $defs:{schema} definitions:{schema}",
}

#: Fields that hold data, in which `$ref` is a key like any other.
DATA = frozenset("example examples default const enum".split())


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: what it holds (empty: data), how many of it (`{`, `[` or one), and whether it is used."""

    kind: str
    many: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An object in the description."""

    kind: str
    pointer: str
    data: dict[str, Any]

    @property
    def fields(self) -> dict[str, Field]:
        """The fields that it may have."""
        return OBJECTS["reference" if self.is_reference else self.kind]

    @property
    def is_reference(self) -> bool:
        """Whether it only stands for another one; in a schema or a path item, `$ref` is one field among others."""
        return "$ref" in self.data and self.kind not in ("schema", "path-item")


def parts(document: Document) -> Iterator[Part]:
    """Every object that the client could be made of, in the order of the file."""
    stack = [Part("openapi", "#", document.data)]
    while stack:
        part = stack.pop()
        yield part
        fields = part.fields
        stack += reversed([held for name in part.data if name in fields for held in _held(part, name, fields[name])])


def _held(part: Part, name: str, field: Field) -> Iterator[Part]:
    """The objects in one field; what has the wrong type is not one, and found out elsewhere."""
    value = part.data.get(name)
    if not field.kind or not field.is_used:
        return
    pointer = join(part.pointer, name)
    if field.many == "{" and isinstance(value, dict):
        found = [(join(pointer, key), item) for key, item in value.items() if not _is_extension(key, field)]
    elif field.many == "[" and isinstance(value, list):
        found = [(join(pointer, str(index)), item) for index, item in enumerate(value)]
    else:
        found = [(pointer, value)] if not field.many else []
    for place, item in found:
        if isinstance(item, dict):
            yield Part(field.kind, place, item)


def _is_extension(key: str, field: Field) -> bool:
    """Whether a key of a map is an extension of it: names are free, but paths and statuses never start so."""
    return key.startswith("x-") and field.kind in ("path-item", "response")


def _field(text: str) -> tuple[str, Field]:
    name, _, kind = text.removesuffix("!").partition(":")
    many = kind[:1] if kind[:1] in ("{", "[") else ""
    return name, Field(kind.strip("{}[]"), many, not text.endswith("!"))


OBJECTS: dict[str, dict[str, Field]] = {kind: dict(map(_field, text.split())) for kind, text in _FIELDS.items()}
#: The kind of object in each section of `components`.
SECTIONS = {name: field.kind for name, field in OBJECTS["components"].items()}
#: Fields that hold a map: the keys in it are names, which may read like those of fields (`responses: {default: …}`).
MAPS = frozenset(name for fields in OBJECTS.values() for name, field in fields.items() if field.many == "{")
