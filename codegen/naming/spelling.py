"""How openapi-python-client spells names, so that names made here are the ones that its parser makes too.

Importing any part of it imports its command, and with it httpx, httpcore, trio and ruamel.yaml: a quarter of a run for
a small description. So placeholders stand in for these while it is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

_UNNEEDED = ("httpcore", "httpx", "ruamel", "ruamel.yaml", "ruamel.yaml.error")


class _Placeholder(ModuleType):
    """Has every name that is imported from it; none of them is used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


@contextmanager
def _placeholders() -> Iterator[None]:
    """Import placeholders for the modules that only the command needs, unless they are imported already."""
    absent = [name for name in _UNNEEDED if name not in sys.modules]
    sys.modules.update({name: _Placeholder(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _placeholders():
    from openapi_python_client.strings import ClassName, PythonIdentifier, kebab_case

# We and the parser spell the same names again and again: for its 200,000 calls, 10,000 names.
_strings: Any = sys.modules[PythonIdentifier.__module__]
for _name in ("sanitize", "snake_case", "pascal_case"):
    setattr(_strings, _name, cache(getattr(_strings, _name)))
snake_case: Callable[[str], str] = _strings.snake_case

__all__ = ["PREFIX", "ClassName", "PythonIdentifier", "kebab_case", "snake_case"]

#: What the parser puts before a name that would begin with a digit or an underscore.
PREFIX = "field_"
