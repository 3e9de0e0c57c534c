"""Any change of a description ends in a package that works, or in diagnostics that say where.

`make test ARGS="--hypothesis-profile=thousands tests/fuzz/test_mutations.py"` looks further than each run of the suite.
"""

from __future__ import annotations

import importlib
import io
import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies

import generate
from codegen.description.document import Document
from tests.support.checkers import assert_mypy_passes, copy_packages
from tests.support.checkout import ROOT, contents
from tests.support.compiling import same_texts_compiled_once
from tests.support.described import methods
from tests.support.mutation import mutated

SPEC = Document.load(ROOT / "spec" / "openapi.yaml", "openapi.yaml").data
CASES = [Document.load(path, path.name).data for path in sorted(ROOT.glob("tests/cases/*/spec.yaml"))]
THOROUGH = settings().max_examples > 100
#: In each run of the suite the same mutations, so that a failure is never news to the one who changed nothing.
many = settings(max_examples=settings().max_examples if THOROUGH else 100, derandomize=not THOROUGH)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of the description as it is."""
    made = tmp_path_factory.mktemp("mutants")
    assert run(made, SPEC)[0] == 0
    return made


def run(folder: Path, data: dict[str, Any], package: str = "mutant") -> tuple[int, list[dict[str, Any]]]:
    """Exit status and diagnostics of a run within this process."""
    spec = folder / "spec.yaml"
    spec.write_text(json.dumps(data, indent=1).replace("\x7f", "\\u007f"), encoding="utf-8")
    output = folder / ("output" if package == "mutant" else package)
    with redirect_stdout(io.StringIO()) as printed:
        status = generate.main(["--spec", str(spec), "--output", str(output), "--package", package, "--format", "json"])
    return status, json.loads(printed.getvalue())["diagnostics"]


def mutant(seed: int) -> dict[str, Any]:
    """One to three mutations of a description; hypothesis cannot shrink them, but the seed tells them all.

    The one that is mutated is ours, ours as a foreign one, which generates in spite of more, or that of a case.
    """
    chance = random.Random(seed)
    foreign = {name: value for name, value in SPEC.items() if name != "x-python"}
    data = chance.choice([SPEC, foreign, chance.choice(CASES), chance.choice(CASES)])
    for _ in range(chance.choice([1, 1, 2, 3])):
        data = mutated(data, chance)
    return data


@contextmanager
def imported(output: Path) -> Iterator[list[str]]:
    """Every module of a package, imported; forgotten afterwards."""
    names = [
        ".".join(path.relative_to(output).with_suffix("").parts) for path in sorted((output / "mutant").rglob("*.py"))
    ]
    sys.path.insert(0, str(output))
    importlib.invalidate_caches()
    try:
        with same_texts_compiled_once():
            for name in names:
                importlib.import_module(name.removesuffix(".__init__"))
        yield names
    finally:
        sys.path.remove(str(output))
        for name in [name for name in sys.modules if name.partition(".")[0] == "mutant"]:
            del sys.modules[name]


def build_validators() -> None:
    """Of arguments and answers: they are built when first used."""
    for method in methods("mutant").values():
        operation = method.operation
        with suppress(ValueError, DeprecationWarning):  # arguments are required, or it is deprecated
            operation.prepare({})
        for part in (*operation.bodies, *operation.answers):
            method.adapter(part.type)


@pytest.mark.sweep
@many
@given(seed=strategies.integers(0, 2**32 - 1))
def test_a_mutant_works_or_is_refused(folder: Path, seed: int) -> None:
    """A package that imports, and has all its validators, or an error with its line and the tree of before.

    Never a traceback.
    """
    before = contents(folder / "output")
    status, diagnostics = run(folder, mutant(seed))
    assert all(diagnostic["position"] for diagnostic in diagnostics)
    if status == 0:
        with imported(folder / "output") as names:
            assert "mutant.client" in names
            build_validators()
    else:
        assert status == 2
        assert any(diagnostic["severity"] == "error" for diagnostic in diagnostics)
        assert contents(folder / "output") == before


@pytest.mark.sweep
def test_mutants_pass_a_type_checker(folder: Path, tmp_path: Path) -> None:
    """A sample of those that generate, at once, since mypy takes seconds to start."""
    packages = [f"mutant_{seed}" for seed in range(30) if run(folder, mutant(seed), f"mutant_{seed}")[0] == 0]
    assert len(packages) >= 10
    copy_packages([folder / package / package for package in packages], tmp_path)
    assert_mypy_passes(tmp_path, ".")


def test_no_mutant_is_news() -> None:
    """Equal seeds make equal mutants, in any process: a failure can be looked at again."""
    assert mutant(7) == mutant(7)
    assert mutant(7) != SPEC
