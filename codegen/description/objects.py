"""The objects of OpenAPI 3.0, 3.1 and 3.2: their fields, what these hold, and which of them the client depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.http import METHODS
from codegen.description.pointers import join

#: Fields by object. `field:kind` holds an object, `field:[kind]` a list of them, `field:{kind}` a map; other fields
#: hold data. `!` marks fields that have no effect on the client: remove it when a template uses the field. Prose that
#: has no place in a client (`contact`, `termsOfService`) is not marked, since nobody expects it there.
_FIELDS = {
    "openapi": "openapi $self info:info jsonSchemaDialect! servers:[server] paths:{path-item} webhooks:{path-item}! "
    "components:components security tags:[tag] externalDocs:external-docs",
    "info": "title summary description termsOfService contact:contact license:license version",
    "contact": "name url email",
    "license": "name identifier url",
    "server": "name url description variables:{server-variable}",
    "server-variable": "enum default description",
    "components": "schemas:{schema} responses:{response} parameters:{parameter} examples:{example} "
    "requestBodies:{request-body} headers:{header} securitySchemes:{security-scheme} links:{link}! "
    "callbacks:{callback}! pathItems:{path-item} mediaTypes:{media-type}",
    "path-item": "$ref summary description servers:[server] parameters:[parameter] additionalOperations:{operation} "
    + " ".join(f"{method}:operation" for method in METHODS),
    "operation": "tags summary description externalDocs:external-docs operationId parameters:[parameter] "
    "requestBody:request-body responses:{response} callbacks:{callback}! deprecated security servers:[server]",
    "external-docs": "description url",
    "parameter": "name in description required deprecated allowEmptyValue style explode allowReserved schema:schema "
    "example examples:{example} content:{media-type}",
    "request-body": "description content:{media-type} required",
    "media-type": "description schema:schema itemSchema:schema! example examples:{example} encoding:{encoding} "
    "prefixEncoding:[encoding]! itemEncoding:encoding!",
    "encoding": "contentType headers:{header}! style explode allowReserved encoding:{encoding}! "
    "prefixEncoding:[encoding]! itemEncoding:encoding!",
    "response": "summary description headers:{header} content:{media-type} links:{link}!",
    "callback": "",
    "example": "summary description value dataValue serializedValue externalValue!",
    "link": "operationRef operationId parameters requestBody description server:server",
    "header": "description required deprecated allowEmptyValue style explode allowReserved schema:schema example "
    "examples:{example} content:{media-type}!",
    "tag": "name summary description externalDocs:external-docs parent kind",
    "security-scheme": "type description name in scheme bearerFormat flows:flows! openIdConnectUrl! "
    "oauth2MetadataUrl! deprecated",
    "flows": "implicit:flow password:flow clientCredentials:flow authorizationCode:flow deviceAuthorization:flow",
    "flow": "authorizationUrl deviceAuthorizationUrl tokenUrl refreshUrl scopes",
    "reference": "$ref summary description",
    "discriminator": "propertyName mapping defaultMapping!",
    "xml": "nodeType name namespace prefix attribute wrapped",
    "schema": "$ref $comment type title description format default example examples enum const required nullable "
    "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems maxProperties minProperties properties:{schema} additionalProperties:schema "
    "patternProperties:{schema} allOf:[schema] oneOf:[schema] anyOf:[schema] items:schema prefixItems:[schema] "
    "readOnly writeOnly deprecated externalDocs:external-docs discriminator:discriminator xml:xml! "
    "not:schema if:schema then:schema else:schema contains:schema minContains maxContains "
    "propertyNames:schema dependentRequired dependentSchemas:{schema} unevaluatedItems:schema "
    "unevaluatedProperties:schema contentEncoding contentMediaType contentSchema:schema! "
    "$id! $schema $anchor! $dynamicRef! $dynamicAnchor! $vocabulary! $defs:{schema} definitions:{schema}",
}

#: Fields whose data may have keys such as `$ref` that mean nothing.
DATA = frozenset("example examples dataValue default const enum".split())


class Field(NamedTuple):
    """A field of an object."""

    kind: str
    """The kind of object that it holds; empty: data."""
    many: str
    """`{` for a map of them, `[` for a list, empty for one."""
    is_used: bool
    """Whether the client depends on it."""


class Node(NamedTuple):
    """An object in the description."""

    kind: str
    pointer: str
    data: dict[str, Any]
    is_used: bool = True
    """Whether the client may depend on it."""

    @property
    def fields(self) -> dict[str, Field]:
        """The fields that OpenAPI gives it."""
        return OBJECTS["reference" if self.is_reference else self.kind]

    @property
    def is_reference(self) -> bool:
        """Whether it is a Reference Object; in a schema or a path item, `$ref` is one field among others."""
        return "$ref" in self.data and self.kind not in ("schema", "path-item")

    @property
    def has_known_fields(self) -> bool:
        """Whether OpenAPI defines each of its fields; check `unsupported` reports others, but for extensions."""
        return all(name in self.fields or name.startswith("x-") for name in self.data)


def nodes(document: Document, *, unused: bool = False) -> list[Node]:
    """Every object that the client may depend on, in the order of the file; with `unused` all others, too."""
    everything = document.once(_everything)
    return everything if unused else [node for node in everything if node.is_used]


def _everything(document: Document) -> list[Node]:
    return list(within(Node("openapi", "#", document.data)))


def within(node: Node) -> Iterator[Node]:
    """An object and those in it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(list(_children(node)))


def _children(node: Node) -> Iterator[Node]:
    """The objects in the fields of an object. A value of the wrong type is none; check `structure` reports it."""
    fields = {} if node.is_reference else _HOLDERS[node.kind]
    for name, value in node.data.items():
        if (field := fields.get(name)) is not None:
            is_used = node.is_used and field.is_used
            for place, item in _items(value, join(node.pointer, name), field):
                if isinstance(item, dict):
                    yield Node(field.kind, place, item, is_used)


def _items(value: Any, pointer: str, field: Field) -> Iterator[tuple[str, Any]]:
    """What stands in a field, each with its pointer."""
    if field.many == "{":
        yield from (
            (join(pointer, key), item) for key, item in as_mapping(value).items() if not _is_extension(key, field)
        )
    elif field.many == "[":
        yield from ((join(pointer, str(index)), item) for index, item in enumerate(as_list(value)))
    else:
        yield pointer, value


def _is_extension(key: str, field: Field) -> bool:
    """Whether a key of a map is an extension. Most maps have free names, but no path or status begins with `x-`."""
    return key.startswith("x-") and field.kind in ("path-item", "response")


def _field(text: str) -> tuple[str, Field]:
    name, _, kind = text.removesuffix("!").partition(":")
    many = kind[:1] if kind[:1] in ("{", "[") else ""
    return name, Field(kind.strip("{}[]"), many, not text.endswith("!"))


OBJECTS: dict[str, dict[str, Field]] = {kind: dict(map(_field, text.split())) for kind, text in _FIELDS.items()}
#: Those of them that hold objects.
_HOLDERS = {kind: {name: field for name, field in fields.items() if field.kind} for kind, fields in OBJECTS.items()}
#: The kind of object in each section of `components`.
SECTIONS = {name: field.kind for name, field in OBJECTS["components"].items()}
#: Fields that hold a map. Its keys are names, which may be equal to those of fields (`responses: {default: …}`).
MAPS = frozenset(name for fields in OBJECTS.values() for name, field in fields.items() if field.many == "{")
