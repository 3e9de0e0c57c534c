"""Which operation a method and a path belong to; the modules of operations are imported on first use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from .._operation import Operation, Parameter
from ._conversion import is_object
from ._description import BASE_URL, ROUTES, SERVERS

__all__ = ["Match", "Routes"]

_PACKAGE = __name__.rpartition(".testing")[0]
_PARAMETER = re.compile(r"\{([^{}]*)\}")
_ANY = "([^/]*?)"


class Match(NamedTuple):
    """An operation whose path and fixed query are those of a request."""

    route: Route
    path: str
    """The path of the request without that of the base URL."""
    values: Mapping[str, str]
    """Of the parameters in the path, encoded, by their names on the wire."""


@dataclass(frozen=True)
class Route:
    """Where one operation is."""

    name: str
    """The Python name; with its module before it (`pets.get`) where operations of several have it."""
    method: str
    path: str
    """As the description has it: with parameters in braces, perhaps with a query that each request has."""
    module: str
    """That of its operation, below `api`."""

    @cached_property
    def operation(self) -> Operation[Any]:
        """What the client calls; without the warning that it is deprecated, which is for callers."""
        module = import_module(f"{_PACKAGE}.api.{self.module}")
        found = (item for item in vars(module).values() if isinstance(item, Operation))
        operation = next(item for item in found if item.name == self.name.rpartition(".")[2])
        return replace(operation, deprecated=False) if operation.deprecated else operation

    @cached_property
    def fixed_query(self) -> frozenset[str]:
        """The pairs of the query that stand in the path itself."""
        return frozenset(filter(None, self.path.partition("#")[0].partition("?")[2].split("&")))

    @cached_property
    def rank(self) -> tuple[int, int, int]:
        """Smaller ones come first: concrete paths (OpenAPI 3.1, 4.8.8.2), and those that ask for more."""
        path = self._path
        return len(_PARAMETER.findall(path)), -len(self.fixed_query), -len(path)

    @property
    def _path(self) -> str:
        return self.path.partition("#")[0].partition("?")[0]

    @cached_property
    def _names(self) -> list[str]:
        return _PARAMETER.findall(self._path)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Of each path that may be this one, without asking what the parameters are, which imports their module."""
        first, *texts = _PARAMETER.split(self._path)[::2]
        # Of a segment with several parameters, what is between them is left out: it would be sought again and again.
        between = [text for text in texts[:-1] if "/" in text] + texts[-1:]
        return re.compile("[^/]*".join(map(_literal, [first, *between])))

    @cached_property
    def _exact_pattern(self) -> re.Pattern[str]:
        """The same, with each parameter in its style, so that two in one segment can be told apart."""
        in_path = {item.wire_name: item for item in self.operation.parameters if item.location == "path"}
        parts = _PARAMETER.split(self._path)
        styles = [_styled(in_path.get(name)) for name in parts[1::2]]
        pieces = [style + _literal(text) for style, text in zip(styles, parts[2::2], strict=True)]
        if {*styles} == {_ANY}:  # each ends where it can first, which leaves the most to the others: no second try
            pieces[:-1] = map("(?>{})".format, pieces[:-1])
        return re.compile("".join([_literal(parts[0]), *pieces]))

    def values(self, path: str) -> dict[str, str] | None:
        """The parameters in a path, by name; None: it is another path."""
        if not self._names:
            return {} if _normal(path) == _normal(self._path) else None
        if not self._pattern.fullmatch(path := _normal(path)):
            return None
        match = self._exact_pattern.fullmatch(path)
        return None if match is None else dict(zip(self._names, match.groups(), strict=True))


def _literal(text: str) -> str:
    return re.escape(_normal(text))


def _styled(parameter: Parameter | None) -> str:
    """The pattern of a parameter in a path (RFC 6570, 3.2.5 and 3.2.7)."""
    style = parameter.style if parameter else ""
    if parameter is None or style not in ("label", "matrix"):
        return _ANY
    if style == "label":
        return r"((?:\.[^/]*?)?)"
    name = "[^/;=]*" if parameter.explode and is_object(parameter.type) else re.escape(quote(parameter.wire_name))
    return f"((?:;{name}(?:=[^/;]*)?)*)"


def _normal(path: str) -> str:
    """The path with each character encoded that has to be; what is encoded already stays."""
    return quote(path, safe="/%:@!$&'()*+,;=-._~")


class Routes:
    """All operations."""

    def __init__(self) -> None:
        """Those of this package."""
        counts = Counter(name for name, *_ in ROUTES)
        routes = [
            Route(name if counts[name] == 1 else f"{module}.{name}", method, path, module)
            for name, method, path, module in ROUTES
        ]
        self.by_name: dict[str, Route] = {route.name: route for route in sorted(routes, key=lambda route: route.rank)}

    @cached_property
    def prefixes(self) -> Sequence[str]:
        """The paths of the servers' URLs, longer ones first."""
        paths = {urlsplit(url).path.rstrip("/") for url in (BASE_URL, *SERVERS)}
        return sorted(paths | {""}, key=len, reverse=True)

    def operation(self, name: str) -> Operation[Any] | None:
        """The operation with this Python name; None: there is none."""
        return self.by_name[name].operation if name in self.by_name else None

    def check(self, name: str) -> None:
        """Look for an operation.

        Raises:
            LookupError: There is none with this Python name.
        """
        if name not in self.by_name:
            raise LookupError(f"there is no operation {name!r}")

    def matches(self, method: str, path: str, query: frozenset[str]) -> list[Match]:
        """The operations that a request can be of, the most concrete first."""
        found = [match for match in self._at(path) if match.route.method == method]
        return [match for match in found if match.route.fixed_query <= query]

    def methods(self, path: str) -> list[str]:
        """The methods that a path has; empty: there is no such path."""
        return sorted({match.route.method for match in self._at(path)})

    def _at(self, path: str) -> Iterator[Match]:
        for prefix in self.prefixes:
            rest = path.removeprefix(prefix)
            if path.startswith(prefix) and rest.startswith("/"):
                for route in self.by_name.values():
                    if (values := route.values(rest)) is not None:
                        yield Match(route, rest, values)

    def relative(self, path: str) -> str:
        """The path without that of a base URL."""
        prefix = next(prefix for prefix in self.prefixes if path.startswith(f"{prefix}/") or not prefix)
        return unquote(path.removeprefix(prefix))
