"""Texts that fit a format or a pattern: for examples, and for the sample calls of `make changes`."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import Any

#: A text in each format that is not any text (JSON Schema 2020-12, validation, 7.3, and OpenAPI's registry).
FORMATS = {
    "byte": "c2FuZGJveA==",
    "base64url": "c2FuZGJveA",
    "date": "2026-11-27",
    "date-time": "2026-11-27T12:00:00Z",
    "decimal": "1.5",
    "duration": "PT1H",
    "email": "user@example.com",
    "hostname": "example.com",
    "http-date": "Fri, 27 Nov 2026 12:00:00 GMT",
    "idn-email": "user@example.com",
    "idn-hostname": "example.com",
    "int64": "1",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "iri-reference": "/path",
    "json-pointer": "/member",
    "media-range": "text/plain",
    "regex": ".*",
    "relative-json-pointer": "0/member",
    "time": "12:00:00Z",
    "uint64": "1",
    "unixtime": "1795780800",
    "uri": "https://example.com/",
    "uri-reference": "/path",
    "uri-template": "/path/{id}",
    "url": "https://example.com/",
    "uuid": "2f1a6c2e-9d3b-4a57-8c1d-0123456789ab",
}


def matching(pattern: str) -> str:
    """A text that a regular expression takes; any text where it cannot be read."""
    try:
        return _text_of(importlib.import_module("re._parser").parse(pattern))
    except (re.error, LookupError, TypeError, StopIteration, RuntimeError, OverflowError):
        return "text"


def _text_of(parsed: Iterable[tuple[Any, Any]]) -> str:
    """The shortest choices of a pattern that Python's own reader has taken apart."""
    return "".join(_piece(str(name), argument) for name, argument in parsed)


def _piece(name: str, argument: Any) -> str:
    match name:
        case "LITERAL":
            return chr(argument)
        case "ANY" | "NOT_LITERAL":
            return "x" if argument != ord("x") else "y"
        case "IN":
            return _member(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = argument
            return _text_of(inner) * int(min(max(least, 1), most))
        case "SUBPATTERN":
            return _text_of(argument[-1])
        case "ATOMIC_GROUP":
            return _text_of(argument)
        case "BRANCH":
            return _text_of(argument[1][0])
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return ""
    raise KeyError(name)


def _member(items: list[tuple[Any, Any]]) -> str:
    """A character of a class."""
    whole = f"[{''.join(_class(str(name), argument) for name, argument in items)}]"
    candidates: str = "a0A_ -.:/" + "".join(map(chr, range(33, 127))) + "ü"
    return str(next(character for character in candidates if re.fullmatch(whole, character)))


def _class(name: str, argument: Any) -> str:
    match name:
        case "NEGATE":
            return "^"
        case "LITERAL":
            return re.escape(chr(argument))
        case "RANGE":
            return "-".join(re.escape(chr(code)) for code in argument)
        case _:
            categories = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S"}
            return categories.get(str(argument).removeprefix("CATEGORY_"), r"\W")
