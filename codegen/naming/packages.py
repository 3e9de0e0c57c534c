"""Names that the generated package and its distribution can have."""

from __future__ import annotations

import keyword
import sys

from packaging.utils import InvalidName, canonicalize_name

#: What the package imports; one of the same name would hide it.
_DEPENDENCIES = frozenset({"anyio", "cryptography", "httpx2", "joserfc", "pydantic", "pydantic_core"})


def fault(name: str) -> str:
    """Why no package can have this name; empty if one can."""
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii():
        return f"{name!r} is no name for a Python package"
    if name in sys.stdlib_module_names or name in _DEPENDENCIES:
        return f"{name!r} is no name for a Python package that needs another one of that name"
    return ""


def distribution_fault(name: str) -> str:
    """Why no distribution can have this name; empty if one can."""
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        return f"{name!r} is no name for a distribution: use letters, digits, and `.`, `_` or `-` between them"
    return ""
