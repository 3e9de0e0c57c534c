"""mypy and pyright on generated code, as their users would run them."""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.support.checkout import ROOT

#: Not the cache of `make lint`, whose settings are other ones; one for all tests, so that pydantic is read once.
CACHE = ROOT / ".cache" / "mypy-tests"
STRICT = ("--strict", "--config-file=", "--python-version=3.11", f"--cache-dir={CACHE}")
PYRIGHT = {
    "typeCheckingMode": "standard",
    "pythonVersion": "3.11",
    "enableTypeIgnoreComments": False,
    "reportUnnecessaryTypeIgnoreComment": "error",
}


#: The package that holds what is the same in all others.
SHARED = "runtime"
TEMPLATES = ROOT / "templates" / "__package__"
#: The sandbox, which makes clients of its package, and what is made for it. All other plain modules have the same types
#: in all packages, since those that stand in for rendered ones have the types of these.
OWN = {Path("testing", f"{name}.py") for name in ("_description", "_sandbox", "_server", "_page", "behaviour")}


def copy_packages(packages: Iterable[Path], root: Path) -> None:
    """Copy generated packages into a folder; their plain modules, which are the same in all, once."""
    shutil.copytree(TEMPLATES, root / SHARED, ignore=shutil.ignore_patterns("__pycache__", "*.jinja"))
    (root / SHARED / "__init__.py").write_text('__version__ = "1"\n', encoding="utf-8")
    shared = {path: _reexport(path, (TEMPLATES / path).read_text(encoding="utf-8")) for path in plain_modules() - OWN}
    for package in packages:
        copy = Path(shutil.copytree(package, root / package.name, ignore=shutil.ignore_patterns("__pycache__")))
        for path, reexport in shared.items():
            if (copy / path).exists():  # some are printed only where they are needed
                (copy / path).write_text(reexport, encoding="utf-8")


def plain_modules() -> set[Path]:
    """The modules of a package that hold nothing of its description, or stand in for one that does."""
    return {path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.py") if path.stem[:2] != "__"}


def _reexport(path: Path, text: str) -> str:
    """A module that has what others may import of a plain module: modules of a package import private names, too."""
    tree = ast.parse(text)
    (listed,) = (part.value for part in tree.body if isinstance(part, ast.Assign) and "__all__" in ast.unparse(part))
    defined = [part.name for part in tree.body if isinstance(part, ast.FunctionDef | ast.ClassDef)]
    names = sorted({*ast.literal_eval(listed), *defined})
    module = ".".join((SHARED, *path.with_suffix("").parts))
    return "".join(f"from {module} import {name} as {name}\n" for name in names)


def run(
    checker: str, *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a checker; mypy when no other test does, since two cannot write one cache."""
    python = ("--pythonpath", sys.executable) if checker == "pyright" else ()  # mypy takes the one that runs it
    # Not what conftest.py asks of our own programs: what mypy reads in which encoding is its business.
    variables = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "PYTHONWARNDEFAULTENCODING": "", **(environment or {})}
    CACHE.mkdir(parents=True, exist_ok=True)
    with CACHE.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        if checker == "mypy":
            fcntl.flock(lock, fcntl.LOCK_EX)
        return subprocess.run(
            [sys.executable, "-m", checker, *python, *arguments],
            cwd=cwd,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


def assert_mypy_passes(folder: Path, *arguments: str) -> None:
    """`mypy --strict` finds nothing in these files or packages of a folder."""
    result = run("mypy", *STRICT, *arguments, cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr


def assert_pyright_passes(folder: Path, *packages: str) -> None:
    """Nor does pyright in the whole folder, with the settings of this repository.

    Of these packages (`*` stands for any letters) without the modules that hold nothing of the description: `make lint`
    has pyright look at ours, and mypy looks at those of each.
    """
    rendered = {path.with_suffix("") for path in TEMPLATES.rglob("*.py.jinja")}
    plain = sorted(path.as_posix() for path in plain_modules() if TEMPLATES / path not in rendered)
    excluded = [f"{package}/{path}" for package in packages for path in plain]
    (folder / "pyrightconfig.json").write_text(json.dumps({**PYRIGHT, "exclude": excluded}), encoding="utf-8")
    result = run("pyright", "-p", str(folder), cwd=folder)
    assert re.search("^0 errors", result.stdout, re.MULTILINE), result.stdout + result.stderr
