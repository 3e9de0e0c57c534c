"""Diagnostics: what is wrong, where, and how to correct it; for people, machines and GitHub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from codegen.report.codes import CODES, Level
from codegen.report.text import printable

#: Characters of a source line that are shown around the caret: a description may be one line of a megabyte.
_MAX_EXCERPT = 140
#: Warnings of one code that are printed as text; other people's descriptions may have thousands.
_MAX_PRINTED = 10


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a source text; `line` and `column` count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding."""

    path: str
    """The file as users know it."""
    code: str
    message: str
    position: Position | None = None
    """None where the finding is about no place in a file."""
    source_line: str = ""
    hint: str = ""
    """How to correct it, where that is known."""
    pointer: str = ""
    """The JSON pointer (RFC 6901) of the part that it is about."""
    tolerated: bool = False
    """Whether `Level.FAULT` is a warning: the description is not ours."""

    @property
    def is_warning(self) -> bool:
        """Whether the package is generated nevertheless."""
        level = CODES[self.code].level
        return level is Level.WARNING or (level is Level.FAULT and self.tolerated)

    @property
    def is_waivable(self) -> bool:
        """Whether the description may say that it is meant to stay."""
        return self.is_warning or CODES[self.code].level is Level.RULE

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return "warning" if self.is_warning else "error"

    @property
    def _order(self) -> tuple[str, int, int]:
        return (self.path, self.position.line, self.position.column) if self.position else (self.path, 0, 0)

    def __str__(self) -> str:
        path = printable(self.path)
        where = f"{path}:{self.position.line}:{self.position.column}" if self.position else path
        lines = [f"{where}: {self.severity}[{self.code}]: {printable(self.message)}"]
        if self.position and self.source_line:
            excerpt, caret = _excerpt(self.source_line, self.position.column)
            lines += [f"    {excerpt}", f"    {' ' * caret}^"]
        if self.hint:
            lines.append(f"    hint: {printable(self.hint)}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For `--format json`."""
        line = _excerpt(self.source_line, self.position.column)[0] if self.position else ""
        return {"severity": self.severity, **asdict(self), "source_line": line}

    def as_annotation(self) -> str:
        """As a workflow command of GitHub Actions, which shows it beside the line."""
        place = {"file": self.path, "title": self.code}
        if self.position:
            place |= {"line": str(self.position.line), "col": str(self.position.column)}
        lines = [self.message, f"hint: {self.hint}"] if self.hint else [self.message]
        return annotation(self.severity, *lines, **place)


def annotation(severity: str, *lines: str, **place: str) -> str:
    """A workflow command of GitHub Actions, such as `::error file=spec/openapi.yaml,line=3::…`."""
    properties = ",".join(f"{name}={_escaped(printable(value), ':,')}" for name, value in place.items())
    text = _escaped("\n".join(map(printable, lines)))
    return f"::{severity} {properties}::{text}"


class GenerationError(Exception):
    """The package cannot be generated; `diagnostics` has all findings of the run, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__(as_text(self.diagnostics))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics without repetitions, by file and position."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic._order))


def as_text(diagnostics: Sequence[Diagnostic]) -> str:
    """For people: all errors, and the first warnings of each code."""
    blocks, warnings = [], Counter[str]()
    for diagnostic in diagnostics:
        warnings[diagnostic.code] += diagnostic.is_warning
        if warnings[diagnostic.code] <= _MAX_PRINTED:
            blocks.append(str(diagnostic))
    for code, count in warnings.items():
        if count > _MAX_PRINTED:
            blocks.append(f"and {count - _MAX_PRINTED} more: warning[{code}] (--format json lists all)")
    return "\n".join(blocks)


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of a source line around a column, and the index of that column in it."""
    start = max(0, column - 1 - _MAX_EXCERPT // 2) if len(line) > _MAX_EXCERPT else 0
    return "".join(map(_visible, line[start : start + _MAX_EXCERPT])), column - 1 - start


def _visible(character: str) -> str:
    """The character, or one as wide if a terminal would move its cursor: the caret has to stay below the fault."""
    return character if character.isprintable() else " " if character.isspace() else "?"


def _escaped(text: str, separators: str = "") -> str:
    """The text within a workflow command, which percent-encodes line ends and its own separators."""
    for character in f"%\r\n{separators}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
