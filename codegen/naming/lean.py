"""Spares the parser's import what only its own command needs: HTTP clients and a second YAML reader.

Importing any part of openapi-python-client imports its command, and with it httpx, httpcore, trio and ruamel.yaml: a
quarter of a run for a small description. To be imported before the parser, with `restore` called after it.
"""

from __future__ import annotations

import sys
from types import ModuleType

_UNNEEDED = ("httpcore", "httpx", "ruamel", "ruamel.yaml", "ruamel.yaml.error")


class _Absent(ModuleType):
    """Has whatever name is imported from it; none of them is ever used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return object


_real = {name: sys.modules.get(name) for name in _UNNEEDED}
for _name in _UNNEEDED:
    sys.modules.setdefault(_name, _Absent(_name))


def restore() -> None:
    """Let the real modules be imported again by whoever needs them."""
    for name, module in _real.items():
        if module is None:
            sys.modules.pop(name, None)
