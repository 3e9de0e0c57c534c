"""What is generated for all cases, under strict type checks: mypy once, pyright once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.cases import Library
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes, copy_packages

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/spec.yaml"))
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
    copy_packages(packages, root)
    for folder in CASES:
        if (folder / "uses.txt").exists():  # as Python beside a test, it would be checked where it has no package
            shutil.copy(folder / "uses.txt", root / f"uses_{folder.name}.py")
    (root / "uses.py").write_text(USES, encoding="utf-8")
    return root


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
    assert_pyright_passes(tree, "case_*")
