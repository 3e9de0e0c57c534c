"""How openapi-python-client spells names, so that names made here are the ones that its parser makes too."""

from __future__ import annotations

# isort: off
from codegen.naming import lean  # before the parser is imported, see there

# isort: on
from openapi_python_client.strings import ClassName, PythonIdentifier, kebab_case, snake_case

lean.restore()

__all__ = ["PREFIX", "ClassName", "PythonIdentifier", "kebab_case", "snake_case"]

#: What the parser puts before a name that would begin with a digit or an underscore.
PREFIX = "field_"
