"""Values of arguments in examples."""

from __future__ import annotations

from markupsafe import Markup

from codegen.model.api import Argument
from codegen.model.types import Kind, Scalar, Values, only_type
from codegen.render.filters import literal


def sample(argument: Argument) -> Markup:
    """The description's own example, else a value of the right type."""
    if argument.example is not None and isinstance(argument.example, str | int | float | bool):
        return literal(argument.example)
    if argument.has_default:
        return argument.default or Markup("None")
    match only_type(argument.type):
        case Values(values):
            return literal(values[0])
        case Scalar(kind):
            samples = {Kind.INTEGER: "1", Kind.NUMBER: "1.0", Kind.BOOLEAN: "True", Kind.STRING: f'"{argument.name}"'}
            return Markup(samples.get(kind, "..."))
    return Markup("...")
