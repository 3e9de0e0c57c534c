"""Copies of the generator and its inputs, to be changed and run; and the look at what a run left behind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from codegen.description.document import Document
from tests.support.server import PATIENCE

ROOT = Path(__file__).parents[2]
_NAMES = Document.load(ROOT / "spec" / "openapi.yaml", "spec/openapi.yaml").data["x-python"]
PACKAGE: str = _NAMES["package"]
DISTRIBUTION: str = _NAMES["distribution"]
PARTS = ("generate.py", "codegen", "templates", "spec")


class Checkout:
    """A copy of what `make generate` reads; generate.py finds its root by its own place, so it writes there too."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "generated"
        self.spec = root / "spec" / "openapi.yaml"
        self.templates = root / "templates"

    @classmethod
    def copy(cls, root: Path, *, source: Path = ROOT, output: bool = False) -> Checkout:
        """A fresh copy of `source` at `root`, where asked for with the output."""
        root.mkdir(parents=True)
        for part in (*PARTS, "generated") if output else PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
            else:
                shutil.copy2(source / part, root / part)
        return cls(root)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run generate.py within this process and in the folder of the checkout: it starts six times as fast.

        Its other modules are those of this repository, whatever was done to those of the checkout.
        """
        out, err = io.StringIO(), io.StringIO()
        main = runpy.run_path(str(self.root / "generate.py"))["main"]
        with contextlib.chdir(self.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = int(main([*arguments]))
            except SystemExit as end:  # argparse ends so
                status = int(end.code or 0)
        return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())

    def spawn(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run generate.py as a person would, in a process of its own."""
        command = [sys.executable, str(self.root / "generate.py"), *arguments]
        outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        strict = {"PYTHONWARNINGS": "error", "PYTHONWARNDEFAULTENCODING": "1"}
        settings = {**outer, "PYTHONDONTWRITEBYTECODE": "1", **strict, **environment}
        result = subprocess.run(
            command,
            cwd=cwd or self.root,
            env=settings,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback (most recent call last)" not in result.stdout + result.stderr, result.stderr
        return result

    def generate(self, *arguments: str) -> str:
        """Run generate.py, which has to succeed; what it printed."""
        result = self.run(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, by its path within."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """The same with what even rewriting the same bytes would change: inode and time."""
    found = ((path, path.stat()) for path in _files(folder))
    return {str(path): (stat.st_ino, stat.st_mtime_ns, path.read_bytes()) for path, stat in found}


def edit(path: Path, old: str, new: str) -> None:
    """Replace what stands in the file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def switch_rules_off(spec: Path) -> None:
    """Let a description be generated that breaks the rules that ours sets itself."""
    text = spec.read_text(encoding="utf-8")
    without, number = re.subn(r"^  rules:.*\n(    .*\n)+", "", text, flags=re.MULTILINE)
    assert number == 1
    spec.write_text(without, encoding="utf-8")


def _files(folder: Path) -> Iterator[Path]:
    """All but what Python keeps of its own accord, and generate.py of templates in the same way."""
    return (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
