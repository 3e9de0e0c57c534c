"""Names that the generated package and its distribution can have."""

from __future__ import annotations

import keyword
import sys

from packaging.utils import InvalidName, canonicalize_name

#: Packages that are installed with the generated one, and that one of the same name would hide.
_DEPENDENCIES = frozenset(
    "annotated_types anyio async_timeout cffi cryptography h11 httpcore2 httpx2 idna joserfc pycparser pydantic "
    "pydantic_core redis truststore typing_extensions typing_inspection".split()
)
#: What stands beside the package, on a file system that does not tell letters' cases apart.
_BESIDE = frozenset({"docs", "license"})
#: What Windows lets no file be called, whatever it ends in.
DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
#: Characters of a package's name: it is a folder's, and file systems allow 255 bytes.
_MAX_LENGTH = 100


def package_problem(name: str) -> str:
    """Why the package cannot have this name; empty if it can."""
    if len(name) > _MAX_LENGTH:
        return f"a name of {len(name)} characters cannot be the name of a Python package: {_MAX_LENGTH} are the most"
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii() or name.startswith("__"):
        return f"{name!r} cannot be the name of a Python package"
    if name.lower() in _BESIDE:
        return (
            f"{name!r} cannot be the name of a Python package beside which a file or folder of that name is generated"
        )
    if name.lower() in DEVICES:
        return f"{name!r} cannot be the name of a Python package on Windows"
    if name in sys.stdlib_module_names or name in _DEPENDENCIES:
        return f"{name!r} cannot be the name of a Python package that imports another one of that name"
    return ""


def distribution_problem(name: str) -> str:
    """Why the distribution cannot have this name; empty if it can."""
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        return f"{name!r} cannot be the name of a distribution: use letters, digits, and `.`, `_` or `-` between them"
    return ""
