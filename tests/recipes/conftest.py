"""Recipes as a reader has them: copied, imported or run beside a sandbox that the environment names."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.support.checkout import PACKAGE, ROOT
from tests.support.processes import running

FOLDER = ROOT / "docs" / "recipes"
Load = Callable[[str], Any]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A sandbox that is served, and the environment that leads to it."""
    sandbox = import_module(f"{PACKAGE}.testing").Sandbox()
    with sandbox.serve() as server:
        monkeypatch.setenv("PERSONA_BASE_URL", server.url)
        monkeypatch.setenv("PERSONA_API_KEY", sandbox.api_key)
        yield sandbox


@pytest.fixture
def code(sandbox: Any) -> Callable[[], str]:
    """Makes codes that another organization has handed over, for one inquiry of it."""
    other = sandbox.add_organization()
    return lambda: str(sandbox.issue_code(other, client_id=sandbox.organization_id, scope="inquiry.read:inq_1"))


@pytest.fixture
def load() -> Load:
    """Imports a recipe anew, under the environment as it is."""

    def load(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def start(*arguments: str, cwd: Path, **options: Any) -> AbstractContextManager[subprocess.Popen[str]]:
    """A Python that finds the package and the recipes."""
    paths = os.pathsep.join([str(ROOT / "generated"), str(FOLDER)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return running(sys.executable, *arguments, cwd=cwd, env=environment, **streams)
