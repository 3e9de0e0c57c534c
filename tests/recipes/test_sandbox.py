"""Your own tests on the sandbox: the recipe, and the page about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.recipes.conftest import FOLDER, start
from tests.support.checkout import PACKAGE, ROOT
from tests.support.server import PATIENCE


def test_the_recipe_runs_under_pytest(tmp_path: Path) -> None:
    """With the fixtures of the plugin, which is loaded by name since the package is not installed here."""
    recipe = tmp_path / "test_it.py"
    recipe.write_text((FOLDER / "testing_your_code.py").read_text(encoding="utf-8"), encoding="utf-8")
    plugins = ["-p", "no:cacheprovider", "-p", f"{PACKAGE}.testing.plugin"]
    with start("-m", "pytest", "-q", "-W", "error", *plugins, str(recipe), cwd=tmp_path) as process:
        printed, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, printed
    assert re.search(r"^8 passed", printed, re.MULTILINE)


@pytest.mark.parametrize("page", ["docs/sandbox.md"])
def test_the_blocks_of_a_page_run(page: str, tmp_path: Path) -> None:
    """In their order, and print what their comments say."""
    text = (ROOT / page).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    with start("-W", "error", "-c", code, cwd=tmp_path) as process:
        printed, errors = process.communicate(timeout=PATIENCE)
    assert errors == ""
    assert printed.splitlines() == re.findall(r"print\(.*\)  # (.*)$", code, re.MULTILINE)


def test_every_recipe_is_tested() -> None:
    """By its name, in one of the modules beside this one."""
    tests = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert [recipe.stem for recipe in FOLDER.glob("*.py") if recipe.stem not in tests] == []
