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
#: Characters of a link's label that package indexes show.
_MAX_LABEL = 32


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


def fixture_problem(name: str) -> str:
    """Why pytest's fixture cannot have this name, nor clients' with more behind it; empty if it can."""
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii() or name.startswith("_"):
        return f"{name!r} cannot be the name of a fixture"
    return f"{name!r} is a name of pytest's own" if name in ("request", "pytest") or name.startswith("test") else ""


def keywords_problem(value: object) -> str:
    """Why these cannot be the distribution's keywords; empty if they can (core metadata: commas separate them)."""
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        return "this is not a list of texts"
    return next((f"a comma would make several keywords of {word!r}" for word in value if "," in word), "")


def urls_problem(value: object) -> str:
    """Why these cannot be the distribution's links; empty if they can (core metadata: a label, a comma, an address)."""
    if not isinstance(value, dict) or not all(isinstance(url, str) for url in value.values()):
        return "this is not a mapping from labels to addresses"
    for label, url in value.items():
        if not isinstance(label, str) or not 0 < len(label) <= _MAX_LABEL or "," in label:
            return f"{label!r} cannot be the label of a link: a text without commas, of at most {_MAX_LABEL} characters"
        if not url.startswith("https://"):
            return f"the link {label!r} does not begin with https://"
    return ""


def distribution_problem(name: str) -> str:
    """Why the distribution cannot have this name; empty if it can."""
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        return f"{name!r} cannot be the name of a distribution: use letters, digits, and `.`, `_` or `-` between them"
    return ""
