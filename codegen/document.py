"""The description as data: loaded as YAML 1.2, with every value's place in the file at hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import yaml

from .diagnostics import Diagnostic, GenerationError, Position


class _Loader(yaml.CSafeLoader):
    """PyYAML reads YAML 1.1, OpenAPI asks for YAML 1.2: dates, `no` and `1:30` stay strings, keys are strings."""

    def construct_map(self, node: yaml.MappingNode) -> dict[str, Any]:
        """A mapping with string keys, each of them once."""
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain value", key_node.start_mark)
            key = key_node.value
            if key in mapping:
                raise _DuplicateKeyError(None, None, f"the key {key!r} stands here twice", key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping

    def construct_int(self, node: yaml.ScalarNode) -> int:
        """YAML 1.2 core schema: `0o17` is octal, `017` is seventeen."""
        text = node.value.replace("_", "")
        return int(text, 0) if text.lstrip("+-")[:2] in ("0x", "0o") else int(text, 10)


class _DuplicateKeyError(yaml.constructor.ConstructorError):
    """A key that stands twice; YAML loaders keep the last in silence."""


_SCALARS = {
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
# A table of its own: PyYAML's is shared by every loader class.
_Loader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_map)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_int)


@dataclass(frozen=True)
class Document:
    """A description: its data, and where each part of it stands."""

    path: str
    text: str
    data: dict[str, Any]

    @classmethod
    def load(cls, file: Path, path: str) -> Document:
        """Read `file`; diagnostics name it `path`.

        Raises:
            GenerationError: The file cannot be read or is not a YAML mapping.
        """
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise GenerationError([Diagnostic(path, "read", f"cannot be read: {reason}")]) from None
        try:
            data = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader with tables of its own)
        except yaml.YAMLError as error:
            raise GenerationError([_syntax_diagnostic(path, text, error)]) from None
        if not isinstance(data, dict):
            message = f"an OpenAPI description is a mapping, this is a {type(data).__name__}"
            raise GenerationError([Diagnostic(path, "yaml-syntax", message, Position(1, 1))])
        return cls(path, text, data)

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer (RFC 6901) such as `#/components/schemas/Error`.

        Raises:
            LookupError: Nothing stands there.
        """
        value: Any = self.data
        for token in tokens(pointer):
            try:
                value = value[int(token) if isinstance(value, list) else token]
            except (ValueError, TypeError) as error:
                raise LookupError(pointer) from error
        return value

    def resolve(self, part: Any) -> Any:
        """`part`, or what its `$ref` (or the chain of them) leads to."""
        seen: set[str] = set()
        while isinstance(part, dict) and isinstance(ref := part.get("$ref"), str) and ref not in seen:
            seen.add(ref)
            part = self.at(ref)
        return part

    def diagnostic(self, pointer: str, code: str, message: str, *, hint: str = "") -> Diagnostic:
        """A finding about the part at `pointer`, or about the nearest part around it that exists."""
        position = self._position(pointer)
        line = self._lines[position.line - 1] if position.line <= len(self._lines) else ""
        return Diagnostic(self.path, code, message, position, line, hint)

    def references(self) -> Iterator[tuple[str, str]]:
        """Every `$ref` of the description with the pointer of the object that holds it."""
        stack: list[tuple[str, Any]] = [("#", self.data)]
        while stack:
            pointer, value = stack.pop()
            if isinstance(value, dict):
                if isinstance(ref := value.get("$ref"), str):
                    yield pointer, ref
                stack.extend((join(pointer, key), item) for key, item in value.items() if not is_data(key, pointer))
            elif isinstance(value, list):
                stack.extend((join(pointer, str(index)), item) for index, item in enumerate(value))

    def check_references(self) -> list[Diagnostic]:
        """A diagnostic for each `$ref` that leads nowhere, with the nearest name that exists."""
        found = []
        for pointer, ref in self.references():
            try:
                self.at(ref)
            except LookupError:
                hint = self._nearest(ref)
                found.append(
                    self.diagnostic(join(pointer, "$ref"), "unresolved-ref", f"{ref} leads nowhere", hint=hint)
                )
        return found

    def _nearest(self, ref: str) -> str:
        parent, _, name = ref.rpartition("/")
        try:
            names = list(self.at(parent))
        except LookupError:
            return "references start with #/ and stay in this file" if not ref.startswith("#/") else ""
        close = difflib.get_close_matches(unescape(name), names, n=1)
        return f"did you mean {join(parent, close[0])}?" if close else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _root(self) -> yaml.Node:
        # Composed only when something is wrong: nodes cost more than the data itself.
        return cast("yaml.Node", yaml.compose(self.text, Loader=_Loader))

    def _position(self, pointer: str) -> Position:
        node = self._root
        mark = node.start_mark
        for token in tokens(pointer):
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == token), None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
                node = node.value[int(token)]
                mark = node.start_mark
            else:
                break
        return Position(mark.line + 1, mark.column + 1)


def tokens(pointer: str) -> list[str]:
    """The names in a JSON pointer (RFC 6901, section 4)."""
    if not pointer.startswith("#"):
        raise LookupError(pointer)
    return [unescape(token) for token in pointer[1:].split("/")[1:]]


def join(pointer: str, token: str) -> str:
    """`pointer` one step further (RFC 6901, section 3)."""
    return f"{pointer}/{token.replace('~', '~0').replace('/', '~1')}"


def unescape(token: str) -> str:
    """One name of a JSON pointer as it stands in the document."""
    return token.replace("~1", "/").replace("~0", "~")


def is_data(key: str, pointer: str) -> bool:
    """Examples hold data, in which `$ref` is a key like any other."""
    return key in ("example", "examples", "default", "const", "enum") and not pointer.endswith(
        ("/properties", "/components")
    )


def _syntax_diagnostic(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or str(error).splitlines()[0]
    code = "duplicate-key" if isinstance(error, _DuplicateKeyError) else "yaml-syntax"
    if mark is None:
        return Diagnostic(path, code, message)
    lines = text.splitlines()
    source = lines[mark.line] if mark.line < len(lines) else ""
    hint = "YAML indents with spaces" if "\t" in source[: mark.column + 1] else ""
    return Diagnostic(path, code, message, Position(mark.line + 1, mark.column + 1), source, hint)
