"""The formats of OpenAPI's registry and of JSON Schema, with the types whose values they describe."""

from __future__ import annotations

_NUMBER = frozenset({"number", "integer"})
_STRING = frozenset({"string"})

#: https://spec.openapis.org/registry/format/, and JSON Schema 2020-12, validation, 7.3. The 64-bit ones may be text,
#: since JavaScript has no such numbers.
FORMATS = {
    **dict.fromkeys("int8 int16 int32 uint8 uint16 uint32 float double".split(), _NUMBER),
    **dict.fromkeys("double-int sf-decimal sf-integer".split(), _NUMBER),
    **dict.fromkeys("int64 uint64 decimal decimal128 unixtime".split(), _NUMBER | _STRING),
    "sf-boolean": frozenset({"boolean"}),
    **dict.fromkeys(
        "base64url binary byte char commonmark date date-time date-time-local duration email hostname html http-date "
        "idn-email idn-hostname ipv4 ipv6 iri iri-reference json-pointer media-range password regex "
        "relative-json-pointer sf-binary sf-string sf-token time time-local uri uri-reference uri-template "
        "uuid".split(),
        _STRING,
    ),
}
