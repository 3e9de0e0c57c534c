"""The folders of codegen/ tell the flow: each imports only from itself and from those before it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

from tests.support.checkout import DISTRIBUTION, PACKAGE

ROOT = Path(__file__).resolve().parents[2]
CODEGEN = ROOT / "codegen"
#: The module of the client that the generator imports, too.
SHARED = ROOT / "templates" / "__package__" / "_http.py"
#: The names that the description gives, and the start of environment variables that are named after the package.
NAMES = rf"{PACKAGE}|{DISTRIBUTION}|{PACKAGE.upper()}_[A-Z_]+"
FLOW = ("report", "description", "naming", "checks", "normalise", "parser", "model", "render", "output", "maintainer")


def imports(module: Path) -> Iterator[tuple[str, int]]:
    """The dotted name and the line of each import, at any depth of the module."""
    package = f"codegen.{module.parent.name}"
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            yield from ((f"{source}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)


def violations(codegen: Path) -> list[str]:
    """The imports from folders that come later in the flow."""
    return [
        f"{module.parent.name}/{module.name}:{line}: {name}"
        for module in sorted(codegen.glob("*/*.py"))
        for name, line in imports(module)
        if name.startswith("codegen.") and name.split(".")[1] not in FLOW[: FLOW.index(module.parent.name) + 1]
    ]


def test_the_folders_are_those_of_the_flow() -> None:
    """No module stands outside of them."""
    assert sorted(file.parent.name for file in CODEGEN.rglob("__init__.py") if file.parent != CODEGEN) == sorted(FLOW)
    assert [file.name for file in CODEGEN.glob("*.py")] == ["__init__.py"]


def test_each_folder_imports_only_from_those_before_it() -> None:
    assert violations(CODEGEN) == []


def test_only_imports_name_the_package() -> None:
    """Those of its callers; all else reads the name in the description, so that a new one is one edit there.

    A recipe is documentation, too: it tells what to install.
    """
    elsewhere = (":!spec/openapi.yaml", ":!generated", ":!requirements*", ":!CHANGELOG.md")
    command = ["git", "grep", "-lwE", NAMES, "--", *elsewhere]
    named = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout.split()
    tests = ("tests/benchmarks/", "tests/client/", "tests/judges/", "tests/sandbox/", "tests/typing/")
    callers = ("README.md", "docs/demo.py", "docs/recipes/", "docs/sandbox.md", *tests)
    assert [path for path in named if not path.startswith(callers)] == []
    texts = {path: texts_of(ROOT / path) for path in named if path.endswith(".py") and "recipes" not in path}
    assert [path for path in texts if re.search(rf"\b({NAMES})\b", texts[path])] == []


def texts_of(module: Path) -> str:
    """The strings of a module, and those in its f-strings."""
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    return "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_one_module_takes_facts_from_the_client() -> None:
    """What generator and client both know is imported in one place, from a module that imports nothing of either."""
    modules = sorted(CODEGEN.glob("*/*.py"))
    importers = {module for module in modules for name, _ in imports(module) if name.startswith("templates.")}
    assert importers == {CODEGEN / "description" / "http.py"}
    assert {name.partition(".")[0] for name, _ in imports(SHARED)} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "statement",
    [
        "from codegen.parser.reading import parse",
        "import codegen.model.api",
        "from codegen import maintainer",
        "from ..normalise import steps",
        "if TYPE_CHECKING:\n    from codegen.render import filters",
        "def late() -> None:\n    from codegen.output.tree import replace",
    ],
)
def test_an_import_against_the_flow_is_found(statement: str, tmp_path: Path) -> None:
    """In any form, at any depth."""
    shutil.copytree(CODEGEN, tmp_path / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    module = tmp_path / "codegen" / "checks" / "typos.py"
    last = module.read_text(encoding="utf-8").count("\n")
    with module.open("a", encoding="utf-8") as file:
        file.write(f"{statement}\n")
    found = set(violations(tmp_path / "codegen")) - set(violations(CODEGEN))
    assert [place.rpartition(": ")[0] for place in found] == [f"checks/typos.py:{last + 1 + statement.count(chr(10))}"]
