"""How openapi-python-client spells names, so that names made here are the ones that its parser makes too."""

from __future__ import annotations

from codegen.naming.lean import placeholders

with placeholders():
    from openapi_python_client.strings import ClassName, PythonIdentifier, kebab_case, snake_case

__all__ = ["PREFIX", "ClassName", "PythonIdentifier", "kebab_case", "snake_case"]

#: What the parser puts before a name that would begin with a digit or an underscore.
PREFIX = "field_"
