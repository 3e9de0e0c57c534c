"""ruff over the rendered tree: imports that a file does not use, their order, the layout."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin

from .diagnostics import Diagnostic, GenerationError
from .filters import WIDTH

# Isolated and without a cache: no pyproject around the output, and no earlier run, can change a byte.
_OPTIONS = ("--isolated", "--no-cache", "--target-version=py311", f"--line-length={WIDTH}")
# Templates import whatever their loops may need; what a description does not need goes here.
_CHECK = ("check", "--fix", "--exit-zero", "--select=F401,I,RUF022", "--config=lint.isort.combine-as-imports=true")


def tidy(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files as ruff leaves them; ruff sees the tree once, whole.

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
            _run(root, command)
        return {name: (root / name).read_bytes() for name in sorted(files)}


def _run(root: Path, command: tuple[str, ...]) -> None:
    result = subprocess.run(
        [find_ruff_bin(), *command, *_OPTIONS, "."], cwd=root, capture_output=True, text=True, check=False
    )
    if result.returncode:
        message = f"a template made something that is no Python: {result.stderr.strip() or result.stdout.strip()}"
        raise GenerationError([Diagnostic("templates", "template", message)])
