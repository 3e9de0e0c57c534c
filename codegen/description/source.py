"""The text of a description, read as YAML 1.2 within bounds: it may come from anywhere."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from codegen.report.diagnostics import Diagnostic, GenerationError, Position

#: Bytes of a file; the largest public descriptions have about ten million.
MAX_SIZE = 16 * 2**20
#: Levels of nesting; forty are many. Every walk over a description may recurse this deep.
MAX_DEPTH = 100
#: Values in a description, each alias counted as a copy of what it stands for.
MAX_VALUES = 1_000_000
#: Digits of a number; Python refuses to read more than 4,300, and JSON's readers far fewer.
MAX_DIGITS = 300

_CORE = "tag:yaml.org,2002:"
#: Characters of a text that a message repeats, and of any scalar that YAML 1.1 reads in its own way.
_LONGEST = 60
#: What git leaves in a file that it could not merge.
_CONFLICT = re.compile("^<{7} .*", re.MULTILINE)
#: YAML refuses them or ends a line there (1.2, 5.1 and 5.4), JSON does neither (RFC 8259, 7).
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]")
#: One character of JSON that libyaml, though JSON is YAML 1.2, does not read.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_KINDS = {
    "str": "a text",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "timestamp": "a date",
    "value": "a default key",
    "merge": "a merge key",
}
_HINTS = {
    "tab character": "YAML indents with spaces",
    "cannot start any token": "put a text that starts with a special character in quotes",
    "mapping values are not allowed": "put a text that holds a colon in quotes",
    "did not find expected": "is the indentation that of the lines before?",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "undefined alias": "put a text that starts with * in quotes",
}


class Loader(yaml.CSafeLoader):
    """libyaml with the scalars of YAML 1.2's core schema; PyYAML's own are those of YAML 1.1."""


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
Loader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _SCALARS.items():
    Loader.add_implicit_resolver(_CORE + _name, re.compile(rf"^(?:{_pattern})$"), list(_first))


def read(file: Path, path: str) -> str:
    """The text of `file`; diagnostics name it `path`.

    Raises:
        GenerationError: The file cannot be read, is too large or is not UTF-8.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise GenerationError([Diagnostic(path, "read", f"cannot be read: {error.strerror}")]) from None
    if len(content) > MAX_SIZE:
        message = f"the file is larger than {MAX_SIZE // 2**20} MiB"
        raise GenerationError([Diagnostic(path, "too-large", message, Position(1, 1))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        raise GenerationError([Diagnostic(path, "read", "this byte is not UTF-8", _position_after(before))]) from None
    return _as_yaml(text) if text.lstrip().startswith("{") else text


def _as_yaml(text: str) -> str:
    """JSON as YAML takes it: what only JSON may hold can only stand in its strings, where an escape does as well."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", _SURROGATES.sub(_joined, text))


def compose(text: str, path: str) -> yaml.Node | None:
    """The text as nodes, each with its place.

    Raises:
        GenerationError: It is not YAML.
    """
    try:
        _check_size(text, path)
        return yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise GenerationError([_syntax(path, text, error)]) from None


def _check_size(text: str, path: str) -> None:
    """Nodes take a hundred times the memory of `[a,a,a`. Counted only where the text could hold so many."""
    if sum(map(text.count, ",\n:[{-?")) < MAX_VALUES:
        return
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
        if count > 2 * MAX_VALUES:  # a collection is two events
            message = f"the file holds more than {MAX_VALUES:,} values"
            raise GenerationError([Diagnostic(path, "too-large", message, _position(event.start_mark))])


@dataclass
class Builder:
    """Data from nodes, and all that is wrong with them. Unlike PyYAML's constructors it never runs what a tag names."""

    path: str
    lines: list[str]
    found: list[Diagnostic] = field(default_factory=list)
    built: dict[int, tuple[Any, int]] = field(default_factory=dict)
    """By node: aliases share their node. The number is the count of values that it stands for."""

    def build(self, node: yaml.Node, depth: int = 0) -> Any:
        """The value of a node.

        Raises:
            GenerationError: It nests or expands beyond all measure.
        """
        if (known := self.built.get(id(node))) is None:
            if depth > MAX_DEPTH:
                self.refuse(node, f"nests deeper than {MAX_DEPTH} levels")
            self.built[id(node)] = (None, MAX_VALUES)  # what an alias to a node around it finds
            known = self.built[id(node)] = self.make(node, depth)
            if known[1] > MAX_VALUES:
                self.refuse(node, f"aliases make more than {MAX_VALUES:,} values of this")
        return known[0]

    def make(self, node: yaml.Node, depth: int) -> tuple[Any, int]:
        """The value of a node that is met for the first time, and its count."""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            self.check_tag(node, "seq")
            items = [self.build(item, depth + 1) for item in node.value]
            return items, 1 + sum(self.built[id(item)][1] for item in node.value)
        assert isinstance(node, yaml.ScalarNode)
        return self.scalar(node), 1

    def mapping(self, node: yaml.MappingNode, depth: int) -> tuple[dict[str, Any], int]:
        self.check_tag(node, "map")
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            value, key = self.build(value_node, depth + 1), str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode):
                self.report(key_node, "not-json", "a key is a text, not a collection")
            elif key == "<<" and not key_node.style:
                self.report(key_node, "yaml-1-1", "merge keys belong to YAML 1.1", "OpenAPI has `$ref` for this")
                for part in value if isinstance(value, list) else [value]:
                    merged = {**(part if isinstance(part, dict) else {}), **merged}
            elif key in mapping:
                self.report(key_node, "duplicate-key", f"the key {_short(key)} stands here twice")
            else:
                self.check_version(key_node, "str")
                mapping[key] = value
        return {**merged, **mapping}, 1 + sum(self.built[id(value)][1] for _, value in node.value)

    def scalar(self, node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.removeprefix(_CORE), str(node.value)
        self.check_version(node, kind)
        if kind in ("int", "float"):
            return self.number(node, kind, text)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        self.check_tag(node, "str")
        return text

    def number(self, node: yaml.Node, kind: str, text: str) -> int | float:
        try:
            if len(text) > MAX_DIGITS:
                raise ValueError
            # `0o17` is octal and `017` is seventeen (YAML 1.2, 10.3.2).
            value = float(text) if kind == "float" else int(text, 0 if text[:2] in ("0o", "0x") else 10)
            if not math.isfinite(value):
                raise ValueError
        except ValueError:
            self.report(node, "not-json", f"{_short(text)} is no number that JSON can hold")
            return 0
        return value

    def check_tag(self, node: yaml.Node, expected: str) -> None:
        """A tag asks a reader to make something special of a value; JSON knows nothing special."""
        if node.tag != _CORE + expected:
            name = node.tag.replace(_CORE, "!!")
            self.report(node, "not-json", f"the tag {_short(name)} has no meaning in a description")

    def check_version(self, node: yaml.ScalarNode, kind: str) -> None:
        """Tell what a reader of YAML 1.1 makes of a plain scalar, if it is not what we make of it."""
        text = str(node.value)
        if node.style or kind not in _KINDS or len(text) > _LONGEST:  # quoted, tagged, or no word of YAML
            return
        older = _older_kind(text)
        if older != kind or (kind == "int" and re.match("[-+]?0[0-9]", text)):
            other = _KINDS[older] if older != kind else "octal"
            message = f"{text or 'an empty value'} is {_KINDS[kind]} here, and {other} to a reader of YAML 1.1"
            hint = "put it in quotes" if kind == "str" else "write it in decimals"
            self.report(node, "yaml-1-1", message, hint if text else "write '', or leave it out")

    def report(self, node: yaml.Node, code: str, message: str, hint: str = "") -> None:
        self.found.append(self.diagnostic(node, code, message, hint))

    def refuse(self, node: yaml.Node, message: str) -> None:
        raise GenerationError([*self.found, self.diagnostic(node, "too-large", message)])

    def diagnostic(self, node: yaml.Node, code: str, message: str, hint: str = "") -> Diagnostic:
        position = _position(node.start_mark)
        return Diagnostic(self.path, code, message, position, line_at(self.lines, position), hint)


def _older_kind(text: str) -> str:
    """What YAML 1.1 makes of a plain scalar: PyYAML's own table tells."""
    for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag).removeprefix(_CORE)
    return "str"


def _syntax(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    if marker := _CONFLICT.search(text):
        position = _position_after(text[: marker.start()])
        hint = "choose one of both sides, and take the marks of git out"
        return Diagnostic(path, "yaml-syntax", "a conflict begins here", position, marker[0], hint)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    unclosed = "unexpected end of stream" in message  # told where it begins
    mark = getattr(error, "context_mark" if unclosed else "problem_mark", None)
    if mark is not None:
        position = _position(mark)
    else:  # PyYAML's ReaderError counts bytes
        offset = getattr(error, "position", 0) or 0
        position = _position_after(text.encode()[:offset].decode(errors="ignore"))
    source = line_at(text.splitlines(), position)
    code = "too-large" if "nesting depth" in message else "yaml-syntax"
    reason = "tab character" if source[position.column - 1 : position.column] == "\t" else message
    hint = next((hint for part, hint in _HINTS.items() if part in reason), "")
    return Diagnostic(path, code, message, position, source, hint)


def line_at(lines: list[str], position: Position) -> str:
    """The source line of a position; an empty one at the end of the file."""
    return lines[position.line - 1] if position.line <= len(lines) else ""


def _position(mark: Any) -> Position:
    """PyYAML counts from 0; its marks are of two classes, and its stubs doubt that there are any."""
    return Position(mark.line + 1, mark.column + 1)


def _position_after(text: str) -> Position:
    lines = text.split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _joined(match: re.Match[str]) -> str:
    return match[1] + bytes.fromhex(match[2] + match[3]).decode("utf-16-be")
