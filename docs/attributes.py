"""Shows `client.TAG`, which a method with the decorator `Operations` makes, as the attribute that it is.

An extension of griffe, which reads the docstrings for the site; runs in .venv-docs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

griffe: Any = import_module("griffe")  # by name: the type checkers run where it has other types


class OperationsAsAttributes(griffe.Extension):  # type: ignore[misc]  # any class
    """Replaces such methods as they are read."""

    def on_function(self, *, func: Any, **_: Any) -> None:
        """One function that griffe has read."""
        if any(str(decorator.value) == "Operations" for decorator in func.decorators):
            attribute = griffe.Attribute(
                func.name, annotation=func.returns.slice, docstring=func.docstring, lineno=func.lineno
            )
            func.parent.set_member(func.name, attribute)
