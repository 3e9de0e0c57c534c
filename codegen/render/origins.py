"""Which line of a template a line of the output comes from, for messages: Jinja keeps no record of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from codegen.render.files import rendered_files, template_files

#: What Jinja replaces in a line, or leaves out of it.
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_PLACEHOLDER = re.compile("__(?:package|tag|home)__")


class Origin(NamedTuple):
    """A file in the folder of the templates and, where they are known, its line and the text there."""

    template: str
    line: int = 0
    text: str = ""


def line_in(source: str, text: str, near: int) -> int:
    """The number of the line `text` in a file that was copied; of several, the one next to the number; 0: none."""
    numbers = [number for number, line in enumerate(source.splitlines(), start=1) if line == text]
    return min(numbers, key=lambda number: abs(number - near), default=0)


def origin_of(templates: Path, name: str, text: str) -> Origin:
    """Where the line `text` of the file `name` of the output comes from."""
    sources = [path.as_posix() for path in rendered_files(templates) if _pattern(path.as_posix()).fullmatch(name)]
    if not sources:
        return Origin("")
    source = min(sources, key=lambda path: len(_PLACEHOLDER.findall(path)))
    lines = [*_lines(templates, source, text)]
    longest = max((length for length, _ in lines), default=0)
    best = [line for length, line in lines if length == longest]
    return best[0] if len(best) == 1 else Origin(source)


def _pattern(path: str) -> re.Pattern[str]:
    """The names of the files that a template becomes."""
    return re.compile("[^/]+".join(map(re.escape, _PLACEHOLDER.split(path.removesuffix(".jinja")))))


def _lines(templates: Path, source: str, text: str) -> Iterator[tuple[int, Origin]]:
    """The lines of a template, and of the partials that it may use, that can have been rendered to `text`.

    With each, how many characters of it stand in the template.
    """
    partials = [path for path in template_files(templates) if path.suffix == ".jinja" and path.name.startswith("_")]
    for path in dict.fromkeys((templates / source, *(partials if source.endswith(".jinja") else ()))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            parts = [part.strip() for part in _CODE.split(line)]
            if any(parts) and re.fullmatch(".*".join(map(re.escape, parts)), text.strip()):
                yield sum(map(len, parts)), Origin(path.relative_to(templates).as_posix(), number, line)
