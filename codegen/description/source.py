"""The text of a description: read within bounds, and composed into the nodes of YAML 1.2. It may come from anywhere."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml

from codegen.description.yaml_faults import find_fault
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

#: Bytes of a file; the largest public descriptions have about ten million.
MAX_SIZE = 16 * 2**20
#: Values in a description, each alias counted as a copy of what it stands for.
MAX_VALUES = 1_000_000

#: What tags of the core schema begin with (YAML 1.2, 10.3.1).
CORE = "tag:yaml.org,2002:"

#: What git leaves in a file that it could not merge.
_CONFLICT = re.compile("^<{7} .*", re.MULTILINE)
#: Characters that YAML forbids or takes for a line break (1.2, 5.1 and 5.4), and JSON does not (RFC 8259, 7).
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]")
#: A surrogate pair in escapes, which libyaml does not read, although JSON is YAML 1.2.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
#: Hints by a part of libyaml's message.
_HINTS = {
    "tab character": "YAML indents with spaces",
    "cannot start any token": "quote text that starts with a special character",
    "mapping values are not allowed": "quote text that contains a colon",
    "did not find expected": "is the line indented as those before it?",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "undefined alias": "quote text that starts with *",
}


class Loader(yaml.CSafeLoader):
    """libyaml with the scalars of YAML 1.2's core schema; PyYAML's own are those of YAML 1.1."""

    def __init__(self, stream: str) -> None:
        """Read a text, in which the same few words are most of the scalars."""
        super().__init__(stream)
        self.resolve = functools.cache(self.resolve)  # type: ignore[method-assign]  # libyaml calls it for each scalar


#: By type: a pattern, and the first characters that it can match.
_SCALARS = {
    "null": (r"~|null|Null|NULL|", ("~", "n", "N", "")),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
# A table of its own: every loader class shares that of PyYAML.
Loader.yaml_implicit_resolvers = {}
for _type, (_pattern, _first) in _SCALARS.items():
    Loader.add_implicit_resolver(CORE + _type, re.compile(rf"^(?:{_pattern})$"), list(_first))


def read(file: Path, path: str) -> str:
    """Return the text of `file`, which diagnostics call `path`.

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
    return _json_as_yaml(text) if text.lstrip().startswith("{") else text


def _json_as_yaml(text: str) -> str:
    """Rewrite the characters that only JSON allows: they can only occur in strings, where escapes mean the same."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", _SURROGATES.sub(_join_surrogates, text))


def _join_surrogates(match: re.Match[str]) -> str:
    return match[1] + bytes.fromhex(match[2] + match[3]).decode("utf-16-be")


def compose(text: str, path: str) -> yaml.Node | None:
    """Return the root node of the text; None if that holds no value.

    Raises:
        GenerationError: It is not YAML, or has too many values.
    """
    try:
        _check_size(text, path)
        return yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise GenerationError([_syntax_diagnostic(path, text, error)]) from None


def _check_size(text: str, path: str) -> None:
    """Refuse `[a,a,a`…: its nodes take a hundred times its memory. Counts only where the text could hold so many."""
    if sum(map(text.count, ",\n:[{-?")) < MAX_VALUES:
        return
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
        if count > 2 * MAX_VALUES:  # a collection is two events
            message = f"the file holds more than {MAX_VALUES:,} values"
            raise GenerationError([Diagnostic(path, "too-large", message, position_of(event.start_mark))])


def _syntax_diagnostic(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    if marker := _CONFLICT.search(text):
        position = _position_after(text[: marker.start()])
        hint = "choose one side, and remove git's conflict markers"
        return Diagnostic(path, "yaml-syntax", "a merge conflict begins here", position, marker[0], hint)
    if fault := find_fault(text, error, Loader):
        position = Position(fault.line + 1, fault.column + 1)
        line = line_at(text.splitlines(), position)
        return Diagnostic(path, "yaml-syntax", fault.message, position, line, fault.hint)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    position = _position_of_error(error, message, text)
    line = line_at(text.splitlines(), position)
    code = "too-large" if "nesting depth" in message else "yaml-syntax"
    reason = "tab character" if line[position.column - 1 : position.column] == "\t" else message
    hint = next((hint for part, hint in _HINTS.items() if part in reason), "")
    return Diagnostic(path, code, message, position, line, hint)


def _position_of_error(error: yaml.YAMLError, message: str, text: str) -> Position:
    """Where the error is; of what is not closed, where it begins."""
    is_unclosed = "unexpected end of stream" in message
    mark = getattr(error, "context_mark" if is_unclosed else "problem_mark", None)
    if mark is not None:
        return position_of(mark)
    offset = getattr(error, "position", 0) or 0  # PyYAML's ReaderError has no mark; it counts bytes
    return _position_after(text.encode()[:offset].decode(errors="ignore"))


def line_at(lines: list[str], position: Position) -> str:
    """The source line at a position; an empty one at the end of the file."""
    return lines[position.line - 1] if position.line <= len(lines) else ""


def position_of(mark: Any) -> Position:
    """PyYAML's mark as a position. PyYAML counts from 0, and has two unrelated classes of marks."""
    return Position(mark.line + 1, mark.column + 1)


def _position_after(text: str) -> Position:
    lines = text.split("\n")
    return Position(len(lines), len(lines[-1]) + 1)
