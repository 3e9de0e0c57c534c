"""Python names for things that the parser does not name: tags, and operations with words of mixed case."""

from __future__ import annotations

import re

from .parser import PREFIX, ClassName, PythonIdentifier, kebab_case, snake_case

#: Words that a split at capitals would tear apart: `OAuth` is one word, not `o_auth`.
_MIXED_CASE = re.compile("OAuth|OpenID|OpenAPI|GraphQL|GitHub|GitLab|PayPal|iOS|macOS|IPv4|IPv6|WebAuthn")


def identifier(value: str) -> PythonIdentifier:
    """`value` as a snake_case name."""
    return PythonIdentifier(_MIXED_CASE.sub(lambda match: match[0].capitalize(), value), PREFIX)


def class_prefix(value: str) -> ClassName:
    """`value` as the start of a class name."""
    return ClassName(value, PREFIX)


def distribution(title: str) -> str:
    """A name for the distribution where the description has none (`x-python.distribution`)."""
    return f"{kebab_case(title)}-client"


def casings(wire: str) -> list[str]:
    """`wire` in the other casings that a server may answer in: kebab, camel, snake."""
    snake = snake_case(wire)
    first, *rest = snake.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    return [casing for casing in (kebab_case(wire), camel, snake) if casing != wire]
