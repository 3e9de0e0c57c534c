"""What is wrong with a description, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a source text; `line` and `column` count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `position` is None only where the finding belongs to no place in the file."""

    path: str
    code: str
    message: str
    position: Position | None = None
    source_line: str = ""
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.position.line}:{self.position.column}" if self.position else self.path
        lines = [f"{where}: error[{self.code}]: {self.message}"]
        if self.position and self.source_line:
            lines += [f"    {self.source_line}", f"    {' ' * (self.position.column - 1)}^"]
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


class GenerationError(Exception):
    """The package cannot be generated; carries every diagnostic of the run."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(dict.fromkeys(diagnostics))
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))
