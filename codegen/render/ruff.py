"""ruff over the rendered tree: imports that a file does not use, their order, the layout."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ruff import find_ruff_bin

from codegen.render.filters import WIDTH
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

# Isolated and without a cache: no pyproject around the output, and no earlier run, can change a byte.
_OPTIONS = ("--isolated", "--no-cache", "--target-version=py311", f"--line-length={WIDTH}")
#: How it tells that a file is no Python.
_ERROR = re.compile(r"Failed to parse (.+?):(\d+):(\d+): (.*)")
# Templates import whatever their loops may need; what a description does not need goes here.
_CHECK = ("check", "--fix", "--exit-zero", "--select=F401,I,RUF022", "--config=lint.isort.combine-as-imports=true")


def tidy(files: Mapping[str, str], templates: Path, package: str) -> dict[str, bytes]:
    """The files as ruff leaves them; ruff sees the tree once, whole. The templates are told of where it cannot.

    Raises:
        GenerationError: A rendered file is no Python; that is a fault of a template.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for command in (_CHECK, ("format",)):
            if errors := _run(root, command):
                raise GenerationError(_told(errors, files, templates, package))
        return {name: (root / name).read_bytes() for name in sorted(files)}


def _run(root: Path, command: tuple[str, ...]) -> str:
    """What it says if it fails."""
    result = subprocess.run(
        [find_ruff_bin(), *command, *_OPTIONS, "."], cwd=root, capture_output=True, text=True, check=False
    )
    return (result.stderr.strip() or result.stdout.strip() or "ruff failed") if result.returncode else ""


def _told(errors: str, files: Mapping[str, str], templates: Path, package: str) -> Iterator[Diagnostic]:
    found = list(_ERROR.finditer(errors))
    if not found:
        yield Diagnostic("templates", "template", f"a template made something that is no Python: {errors}")
    for error in found:
        name, line, column, reason = error[1], int(error[2]), int(error[3]), error[4]
        text = "".join(files[name].splitlines()[line - 1 : line])
        source = name.replace(f"{package}/", "__package__/", 1)
        if (file := templates / source).is_file():  # a copy, below a header
            position = Position(line - files[name].removesuffix(file.read_text(encoding="utf-8")).count("\n"), column)
            yield Diagnostic(f"templates/{source}", "template", f"no Python: {reason}", position, text)
        else:
            template = f"templates/{source}.jinja" if (templates / f"{source}.jinja").is_file() else "templates"
            message = f"what it renders is no Python: {name}:{line}:{column}: {reason}: {text.strip()}"
            yield Diagnostic(template, "template", message)
