"""Names that generated modules need themselves, read from the templates: a name of the description would hide them."""

from __future__ import annotations

import re
from pathlib import Path

_PACKAGE = Path(__file__).parents[2] / "templates" / "__package__"
_IMPORT = re.compile(r"^ *(?:from (?!__future__)[.\w]+ )?import ([\w, ]+)$", re.MULTILINE)
#: What Jinja replaces, or leaves out.
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_METHOD = re.compile(r"^    (?:async )?def ([a-z]\w*)", re.MULTILINE)

#: What a loop imports: the modules of Python's types for formats. A test holds them equal to `model.types.MODULES`.
MODULES_OF_TYPES = frozenset({"datetime", "uuid"})


def imported(*templates: str) -> frozenset[str]:
    """The names that the modules of these templates import."""
    lists = (names for template in templates for names in _IMPORT.findall(_text(template)))
    names = {name.rpartition(" as ")[2].strip() for names in lists for name in names.split(",")}
    return MODULES_OF_TYPES | names - {""}


def methods(template: str) -> frozenset[str]:
    """The names of the public methods that classes in this template have."""
    return frozenset(_METHOD.findall(_text(template)))


def _text(template: str) -> str:
    return _JINJA.sub("", (_PACKAGE / template).read_text(encoding="utf-8"))
