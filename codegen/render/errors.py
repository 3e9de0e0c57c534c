"""The client's error classes, read from the template that defines them: what is raised is what is documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup as Code


@dataclass(frozen=True, slots=True)
class ErrorClasses:
    """What `__package__/errors.py` exports, and which class is raised for which status."""

    names: list[Code]
    by_status: Mapping[str, Code]
    by_hundred: Mapping[str, Code]
    """By the first digit of the status."""

    @classmethod
    @cache
    def read(cls, source: str) -> ErrorClasses:
        """Take them from the module's source.

        Raises:
            SyntaxError: It is not Python.
            LookupError: It lacks one of the three assignments.
        """
        values = dict(_assignments(ast.parse(source)))
        names = [Code(name) for name in ast.literal_eval(values["__all__"])]
        return cls(names, _classes(values["_BY_STATUS"]), _classes(values["_BY_HUNDRED"]))

    def of(self, status: str) -> Code:
        """The class that an answer with this status, range (`4XX`) or `default` is raised as."""
        return self.by_status.get(str(status)) or self.by_hundred.get(status[:1], Code("StatusError"))


def _assignments(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            yield ast.unparse(target), statement.value


def _classes(table: ast.expr) -> dict[str, Code]:
    """A mapping from statuses to classes, which are known by name only."""
    pairs = zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ()
    return {str(ast.literal_eval(key)): Code(ast.unparse(value)) for key, value in pairs if key}
