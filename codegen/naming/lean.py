"""Imports openapi-python-client without what only its command needs: HTTP clients and a second YAML reader.

Importing any part of it imports its command, and with it httpx, httpcore, trio and ruamel.yaml: a quarter of a run for
a small description.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_UNNEEDED = ("httpcore", "httpx", "ruamel", "ruamel.yaml", "ruamel.yaml.error")


class _Placeholder(ModuleType):
    """Has every name that is imported from it; none of them is used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


@contextmanager
def placeholders() -> Iterator[None]:
    """Import placeholders for the modules that are not needed, unless they are imported already."""
    absent = [name for name in _UNNEEDED if name not in sys.modules]
    sys.modules.update({name: _Placeholder(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
