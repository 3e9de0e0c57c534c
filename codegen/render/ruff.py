"""ruff on the rendered tree: removes unused imports, sorts the others, formats."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ruff import find_ruff_bin

from codegen.render.filters import WIDTH
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

# Neither a pyproject.toml above the output nor an earlier run changes a byte.
_OPTIONS = ("--isolated", "--no-cache", "--target-version=py311", f"--line-length={WIDTH}")
#: What ruff prints about a file that is not Python.
_ERROR = re.compile(r"Failed to parse (.+?):(\d+):(\d+): (.*)")
# Templates import whatever their loops may need; F401 removes what a description does not need.
_CHECK = ("check", "--fix", "--exit-zero", "--select=F401,I,RUF022", "--config=lint.isort.combine-as-imports=true")


def tidy(files: Mapping[str, str], templates: Path, package: str) -> dict[str, bytes]:
    """Format the files of the package; all at once, since ruff tells our modules from others by the whole tree.

    Raises:
        GenerationError: A rendered file is not Python, so a template is wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for command in (_CHECK, ("format",)):
            if errors := _run(root, command):
                raise GenerationError(_diagnostics(errors, files, templates, package))
        return {name: (root / name).read_bytes() for name in sorted(files)}


def _run(root: Path, command: tuple[str, ...]) -> str:
    """Run ruff; return what it printed if it failed, else nothing."""
    result = subprocess.run(
        [find_ruff_bin(), *command, *_OPTIONS, "."], cwd=root, capture_output=True, text=True, check=False
    )
    return (result.stderr.strip() or result.stdout.strip() or "ruff failed") if result.returncode else ""


def _diagnostics(errors: str, files: Mapping[str, str], templates: Path, package: str) -> Iterator[Diagnostic]:
    matches = list(_ERROR.finditer(errors))
    if not matches:
        yield Diagnostic("templates", "template", f"a template rendered to something that is not Python: {errors}")
    for error in matches:
        name, line, column, reason = error[1], int(error[2]), int(error[3]), error[4]
        text = "".join(files[name].splitlines()[line - 1 : line])
        source = name.replace(f"{package}/", "__package__/", 1)
        if (file := templates / source).is_file():  # a copy, below a header
            position = Position(line - files[name].removesuffix(file.read_text(encoding="utf-8")).count("\n"), column)
            yield Diagnostic(f"templates/{source}", "template", f"not Python: {reason}", position, text)
        else:
            template = f"templates/{source}.jinja" if (templates / f"{source}.jinja").is_file() else "templates"
            message = f"rendered to something that is not Python: {name}:{line}:{column}: {reason}: {text.strip()}"
            yield Diagnostic(template, "template", message)
