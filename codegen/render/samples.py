"""Values of arguments in examples."""

from __future__ import annotations

import ast

from markupsafe import Markup

from codegen.model.api import Argument
from codegen.render.filters import literal


def sample(argument: Argument) -> Markup:
    """The description's own example, else a value of the right type."""
    if argument.example is not None and isinstance(argument.example, str | int | float | bool):
        return literal(argument.example)
    if argument.has_default:
        return argument.default or Markup("None")
    kind = argument.annotation.removesuffix(" | None")
    if kind.startswith("Literal["):
        values = ast.parse(kind, mode="eval").body
        return literal(next(node.value for node in ast.walk(values) if isinstance(node, ast.Constant)))
    return Markup({"int": "1", "float": "1.0", "bool": "True", "str": f'"{argument.name}"'}.get(kind, "..."))
