"""What is generated for all cases, under strict type checks: mypy once, pyright once."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests.support.cases import Library
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/spec.yaml"))
ROOT = Path(__file__).parents[2]
SHARED = "runtime"
# A method that returns Any has a twin with a type all the same, for threads and for tasks.
USES = """
from typing import Any, assert_type
from case_answer_json import ApiResponse, AsyncClient, Client
async def uses(client: Client, aclient: AsyncClient) -> None:
    assert_type(client.default.get_anything_with_http_info(), ApiResponse[Any])
    client.default.get_anything_with_http_info(misspelt=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(await aclient.default.get_anything_with_http_info(), ApiResponse[Any])
"""


@pytest.fixture(scope="module")
def tree(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of all cases, their plain modules, which are the same in all, once."""
    root = tmp_path_factory.mktemp("types")
    packages = [library.root / (name := library.case(folder).name) / name for folder in CASES]
    plain = {path.name for path in (ROOT / "templates" / "__package__").glob("*.py")}
    (root / SHARED).mkdir()
    for package in packages:
        shutil.copytree(package, root / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in plain & {path.name for path in package.glob("*.py")}:  # some are printed only where they are needed
            shutil.copy(package / name, root / SHARED / name)
            (root / package.name / name).write_text(_reexport(package / name), encoding="utf-8")
    for folder in CASES:
        if (folder / "uses.txt").exists():  # as Python beside a test, it would be checked where it has no package
            shutil.copy(folder / "uses.txt", root / f"uses_{folder.name}.py")
    (root / "uses.py").write_text(USES, encoding="utf-8")
    (root / SHARED / "__init__.py").write_text('__version__ = "1"\n', encoding="utf-8")
    return root


def _reexport(module: Path) -> str:
    """A module that has the public names of a plain module."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    (listed,) = (one.value for one in tree.body if isinstance(one, ast.Assign) and "__all__" in ast.unparse(one))
    names = ast.literal_eval(listed)
    return "".join(f"from {SHARED}.{module.stem} import {name} as {name}\n" for name in names)


def test_there_are_at_least_60() -> None:
    """Each with a description and a test of its own."""
    assert len(CASES) >= 60
    assert [path for path in CASES if not (path / f"test_{path.name}.py").exists()] == []


@pytest.mark.sweep
def test_mypy(tree: Path) -> None:
    """`mypy --strict` finds nothing."""
    assert_mypy_passes(tree, ".")


@pytest.mark.sweep
def test_pyright(tree: Path) -> None:
    """Nor does pyright, with the settings of this repository."""
    assert_pyright_passes(tree)
