"""The files of the template tree. Imports nothing heavy: a run that finds nothing changed needs this, too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

#: Caches, and what editors, merges and patches leave beside a file.
_LEFTOVER = re.compile(r"\..*|__pycache__|.*(~|\.(orig|rej|bak|swp|tmp|pyc))|#.*#|Thumbs\.db|desktop\.ini")


def template_files(folder: Path) -> Iterator[Path]:
    """Everything in the template folder that decides the output: not its README, hidden files and leftovers."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _LEFTOVER.fullmatch(name)]
        for path in (Path(parent, name) for name in names if not _LEFTOVER.fullmatch(name)):
            if path.is_file() and path != folder / "README.md":
                yield path


def rendered_files(folder: Path) -> list[PurePosixPath]:
    """The files that become files of the output, relative to the folder.

    Not the partials, nor a plain file beside the template of the same name: it is what that renders to where the
    description says nothing, for the type checkers and tests that read the templates as they stand.
    """
    start = len(folder.parts)
    paths = {PurePosixPath(*path.parts[start:]) for path in template_files(folder)}
    return sorted(path for path in paths if not (_is_partial(path) or path.with_name(f"{path.name}.jinja") in paths))


def _is_partial(path: PurePosixPath) -> bool:
    return path.name.startswith("_") and path.suffixes == [".jinja"]
