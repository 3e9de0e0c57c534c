"""ruff on the rendered tree: finds undefined names, removes unused imports, sorts the others, formats."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ruff import find_ruff_bin

from codegen.render.filters import WIDTH
from codegen.render.origins import line_in, origin_of
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

# Neither a pyproject.toml above the output nor an earlier run changes a byte.
_OPTIONS = ("--isolated", "--no-cache", "--target-version=py311", f"--line-length={WIDTH}")
#: Names that are undefined, redefined, exported without being there, or used before they are there.
_NAMES = ("F821", "F811", "F822", "F823")
#: What ruff prints about such a name, and about a file that is not Python.
_WRONG_NAME = re.compile(rf"^(.+?):(\d+):(\d+): (?:{'|'.join(_NAMES)}) (?:\[\*\] )?(.*)", re.MULTILINE)
_NOT_PYTHON = re.compile(r"Failed to parse (.+?):(\d+):(\d+): (.*)")
# Templates import whatever their loops may need; F401 removes what a description does not need.
_SELECT = f"--select=F401,I,RUF022,{','.join(_NAMES)}"
_FORMAT = ("format",)
_CHECK = ("check", "--fix", "--output-format=concise", _SELECT, "--config=lint.isort.combine-as-imports=true")
#: Looked up once: it asks Python for all its folders.
_PROGRAM: str = find_ruff_bin()

#: The last tree that this process has formatted, rendered and formatted: a save changes few of its files.
_LAST: dict[str, tuple[str, bytes]] = {}


class Copied(NamedTuple):
    """A file of the output that no template is: what messages call it, and its text."""

    path: str
    text: str


class _Sources(NamedTuple):
    """Where the files of a package come from."""

    templates: Path
    package: str
    copied: Mapping[str, Copied]
    """By the name in the output."""


def tidy(
    files: Mapping[str, str], templates: Path, package: str, copied: Mapping[str, Copied] | None = None
) -> dict[str, bytes]:
    """Format the files of the package, but for those of the last tree, if that had the same names.

    Raises:
        GenerationError: A rendered file is not Python or uses a name that is not there, so a template is wrong.
    """
    last = _LAST if _LAST.keys() == files.keys() else {}
    tidied = {name: formatted for name, (text, formatted) in last.items() if text == files[name]}
    if new := files.keys() - tidied.keys():
        # ruff tells our modules from others by the folders that are packages.
        needed = {name: text for name, text in files.items() if name in new or name.endswith("__init__.py")}
        tidied |= _tidied(needed, _Sources(templates, package, copied or {}))
    _LAST.clear()
    _LAST.update({name: (text, tidied[name]) for name, text in files.items()})
    return {name: tidied[name] for name in sorted(files)}


def _tidied(files: Mapping[str, str], sources: _Sources) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for command, pattern in ((_CHECK, _WRONG_NAME), (_FORMAT, _NOT_PYTHON)):
            result = _run(root, command)
            output = result.stdout + result.stderr
            if errors := [*_diagnostics(root, pattern.finditer(output), sources)]:
                raise GenerationError(errors)
            if result.returncode > (command is _CHECK):  # 1: what it could not fix
                message = f"ruff cannot read what the templates rendered: {output.strip()}"
                raise GenerationError([Diagnostic("templates", "template", message)])
        return {name: (root / name).read_bytes() for name in files}


def _run(root: Path, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    arguments = [_PROGRAM, *command, *_OPTIONS, "."]
    return subprocess.run(arguments, cwd=root, capture_output=True, encoding="utf-8", check=False)


def _diagnostics(root: Path, errors: Iterator[re.Match[str]], sources: _Sources) -> Iterator[Diagnostic]:
    for error in errors:
        name, line, column, reason = error[1], int(error[2]), int(error[3]), error[4]
        text = "".join((root / name).read_text(encoding="utf-8").splitlines()[line - 1 : line])
        if copied := sources.copied.get(name):
            number = line_in(copied.text, text, near=line)  # ruff counts what the generator puts before and takes away
            position = Position(number, column) if number else None
            yield Diagnostic(copied.path, "template", f"this is wrong: {reason}", position, text)
        else:
            yield _of_template(sources, name, Position(line, column), text, reason)


def _of_template(sources: _Sources, name: str, place: Position, text: str, reason: str) -> Diagnostic:
    """At the line of a template that was rendered to the text at this place, if that is clear."""
    origin = origin_of(sources.templates, name.replace(f"{sources.package}/", "__package__/", 1), text)
    if origin.line:
        column = place.column if origin.text == text else 1 + len(origin.text) - len(origin.text.lstrip())
        message = f"rendered to Python that is wrong: {reason} ({name}:{place.line})"
        position = Position(origin.line, column)
        return Diagnostic(f"templates/{origin.template}", "template", message, position, origin.text)
    message = f"rendered to Python that is wrong: {reason} ({name}:{place.line}: {text.strip()})"
    return Diagnostic(f"templates/{origin.template}".rstrip("/"), "template", message)
