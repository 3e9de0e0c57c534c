"""Expressions in paths that are more than a name: those of RFC 6570, and of routers, which add a type or a pattern."""

from __future__ import annotations

import re
from collections.abc import Container

_NAME = re.compile(r"{([^{}]*)}")
_QUERY = re.compile(r"{([?&#])([^{}]*)}")
_EXPRESSION = re.compile(r"{([+./;]?)([^{}:=*?,]+)(?:[*?]|[:=](?:[^{}]|{[^{}]*})*)?}")
#: What RFC 6570, 3.2, writes before a value, by operator.
_BEFORE = {"": "", "+": "", ".": ".", "/": "/", ";": ";{}="}


def plain_path(path: str, declared: Container[str]) -> str:
    """The path with a name in each pair of braces, and without its query; `declared` are names as they are."""

    def plain(match: re.Match[str]) -> str:
        operator, name = match[1], match[2]
        return match[0] if match[0][1:-1] in declared else f"{_BEFORE[operator].format(name)}{{{name}}}"

    return _EXPRESSION.sub(plain, _QUERY.sub("", path))


def path_variables(path: str) -> list[str]:
    """The names in braces."""
    return _NAME.findall(path)


def query_variables(path: str) -> list[str]:
    """The names in `{?a,b*}`, which are parameters of the query (RFC 6570, 3.2.8)."""
    listed = [names.split(",") for operator, names in _QUERY.findall(path) if operator in "?&"]
    return [re.sub(r"\*|:\d+$", "", name) for names in listed for name in names if name]
