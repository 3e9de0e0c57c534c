"""Where models are many: a module for each tag, one for several, one for none; the next one where one is full."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.model import models
from tests.support.checkers import assert_mypy_passes

COUNT = 210
USE = """
import sys
from large import models
from large.models import Model000, Model208, Spare
home = lambda model: model.__module__.rpartition(".")[2]
# Circles through two modules, of which each needs the other.
first = Model000.model_validate({"other": {"other": {"name": "n"}}})
last = Model208.model_validate({"other": {"name": "m"}})
print(home(Model000), home(Model208), home(models.Shared), home(Spare))
print(first.other.other.name, type(first.other.other) is Model000, home(type(last.other)))
print(Spare.model_validate({"used": {"name": "s"}}).used.name)
"""


def description() -> dict[str, Any]:
    """Models in circles of two that one tag uses, one that two use, one that nothing does."""
    text, held = {"name": {"type": "string"}}, "#/components/schemas/Model{:03}"
    schemas: dict[str, Any] = {
        f"Model{number:03}": {
            "type": "object",
            "properties": {"other": {"$ref": held.format((number + COUNT // 2) % COUNT)}, **text},
        }
        for number in range(COUNT)
    }
    schemas["All"] = {
        "type": "object",
        "properties": {name.lower(): {"$ref": f"#/components/schemas/{name}"} for name in schemas},
    }
    schemas["Shared"] = {"type": "object", "properties": text}
    schemas["Spare"] = {"type": "object", "properties": {"used": {"$ref": held.format(1)}}}

    def operation(tag: str, model: str) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
        return {"get": {"tags": [tag], "responses": {"200": {"description": "", "content": content}}}}

    paths = {
        "/a": operation("one", "All"),
        "/b": operation("one", "Shared"),
        "/c": operation("other", "Shared"),
    }
    info = {"title": "Large", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a package whose modules are full soon."""
    monkeypatch.setattr(models, "LARGEST", 2 * COUNT)  # one has a field for each, half of the others two
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(description()), encoding="utf-8")
    assert generate.main(["--spec", str(spec), "--output", str(tmp_path / "output"), "--package", "large"]) == 0
    return tmp_path / "output"


def test_modules(package: Path) -> None:
    """Each model is where the rule says, and works across modules; all are had from `models`."""
    command = [sys.executable, "-W", "error", "-c", USE]
    used = subprocess.run(command, cwd=package, capture_output=True, encoding="utf-8", check=False)
    assert used.stdout.splitlines() == ["_one _one__2 _shared _unused", "n True _one", "s"], used.stderr


def test_types(package: Path) -> None:
    """`mypy --strict` finds nothing, though two modules import each other."""
    assert_mypy_passes(package, "large")
