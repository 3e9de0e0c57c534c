"""What is wrong with a description, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from codegen.report.codes import CODES, Level

#: Columns of a source line that are shown around the caret: a description may be one line of a megabyte.
_SHOWN = 140
#: Warnings of one code that are printed; a foreign description may have thousands.
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a source text; `line` and `column` count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `position` is None only where the finding belongs to no place in a file.

    `pointer` is the JSON pointer of the part that it is about; `tolerated` says that a fault is none of ours to mend.
    """

    path: str
    code: str
    message: str
    position: Position | None = None
    source_line: str = ""
    hint: str = ""
    pointer: str = ""
    tolerated: bool = False

    @property
    def is_warning(self) -> bool:
        """Whether the package can be generated all the same."""
        level = CODES[self.code].level
        return level is Level.WARNING or (level is Level.FAULT and self.tolerated)

    @property
    def severity(self) -> str:
        """As it is printed."""
        return "warning" if self.is_warning else "error"

    @property
    def _order(self) -> tuple[str, int, int]:
        return (self.path, self.position.line, self.position.column) if self.position else (self.path, 0, 0)

    def __str__(self) -> str:
        where = f"{self.path}:{self.position.line}:{self.position.column}" if self.position else self.path
        lines = [f"{where}: {self.severity}[{self.code}]: {_printable(self.message)}"]
        if self.position and self.source_line:
            shown, caret = _excerpt(self.source_line, self.position.column)
            lines += [f"    {shown}", f"    {' ' * caret}^"]
        if self.hint:
            lines.append(f"    hint: {_printable(self.hint)}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        line = _excerpt(self.source_line, self.position.column)[0] if self.position else ""
        return {"severity": self.severity, **asdict(self), "source_line": line}

    def as_annotation(self) -> str:
        """As a workflow command of GitHub, which shows it beside the line."""
        place = {"file": self.path, "title": self.code}
        if self.position:
            place |= {"line": str(self.position.line), "col": str(self.position.column)}
        text = f"{self.message}\nhint: {self.hint}" if self.hint else self.message
        return annotation(self.severity, text, **place)


def annotation(severity: str, text: str, **place: str) -> str:
    """A workflow command of GitHub."""
    properties = ",".join(f"{name}={_command(value, ':,')}" for name, value in place.items())
    return f"::{severity} {properties}::{_command(text)}"


class GenerationError(Exception):
    """The package cannot be generated; carries every diagnostic of the run."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__(as_text(self.diagnostics))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each of them once, in the order of the file."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic._order))


def as_text(diagnostics: Sequence[Diagnostic]) -> str:
    """For people: every error, and of the warnings so many of a kind that they can be read."""
    blocks, warned = [], dict[str, int]()
    for diagnostic in diagnostics:
        warned[diagnostic.code] = warned.get(diagnostic.code, 0) + diagnostic.is_warning
        if warned[diagnostic.code] <= _LISTED:
            blocks.append(str(diagnostic))
    left = {code: count - _LISTED for code, count in warned.items() if count > _LISTED}
    blocks += [f"and {count} more: warning[{code}] (--format json lists them)" for code, count in left.items()]
    return "\n".join(blocks)


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of a source line around a column, and where in that part the column is."""
    start = max(0, column - 1 - _SHOWN // 2) if len(line) > _SHOWN else 0
    return "".join(_visible(character) for character in line[start : start + _SHOWN]), column - 1 - start


def _visible(character: str) -> str:
    """Nothing that moves a terminal's cursor or hides text: the caret must stand where the fault is."""
    return character if character.isprintable() else " " if character.isspace() else "?"


def _printable(text: str) -> str:
    """In one line, whatever the description has put in."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _command(text: str, separators: str = "") -> str:
    for character in f"%\r\n{separators}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
