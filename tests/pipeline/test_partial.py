"""What the parser refuses becomes `Any` and is listed; in our own description, nothing is written.

No description is known that the parser still refuses, so one of the steps that spare it something is left out here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.normalise import steps
from codegen.parser import reading

SPEC = """\
openapi: 3.1.0
info: {title: Partial, version: "1"}
paths:
  /things:
    get:
      operationId: getThings
      responses:
        "200": {description: Done, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
components:
  schemas:
    Thing: {type: object, properties: {name: {type: string}, more: {$ref: "#/components/schemas/Alias"}}}
    Alias:
      $ref: "#/components/schemas/All"
    All:
      description: A list without items.
      type: array
      contains: {}
    Apart: {type: object, properties: {thing: {$ref: "#/components/schemas/Thing"}}}
"""
OURS = f"{SPEC}x-python: {{}}\n"
USE = """
from partial import models
thing = models.Thing.model_validate({"name": "n", "more": [1, "a"]})
print(thing.name, thing.more, models.Apart.model_validate({"thing": {"name": "m"}}).thing.name)
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A description of which the parser is given an array without items."""
    monkeypatch.setattr(steps, "_STEPS", tuple(step for step in steps._STEPS if step is not steps.complete_items))
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    return file


def run(spec: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[dict[str, Any]], Path]:
    """Status, findings about types, output."""
    output = spec.parent / "output"
    given = ["--spec", str(spec), "--output", str(output), "--package", "partial", "--format", "json", *options]
    status = generate.main(given)
    told = json.loads(capsys.readouterr().out)["diagnostics"]
    return status, [one for one in told if one["code"] == "parser-refused"], output


def test_our_own_is_refused_whole(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With status 2; a folder that is there stays as it is, else there is none."""
    spec.write_text(OURS, encoding="utf-8")
    status, told, output = run(spec, capsys)
    assert status == 2
    assert {one["severity"] for one in told} == {"error"}
    assert 14 in {one["position"]["line"] for one in told}
    assert not output.exists()


def test_what_is_there_stays(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The package of a run before is untouched by one that fails."""
    _, _, output = run(spec, capsys)
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    spec.write_text(OURS, encoding="utf-8")
    assert run(spec, capsys)[0] == 2
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before


def test_only_the_cause_is_degraded(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Listed with its line; whoever refers to it keeps all else."""
    status, told, output = run(spec, capsys)
    assert status == 0
    assert [(one["severity"], one["position"]["line"]) for one in told] == [("warning", 14)]
    command = [sys.executable, "-W", "error", "-c", USE]
    used = subprocess.run(command, cwd=output, capture_output=True, encoding="utf-8", check=True)
    assert used.stdout == "n [1, 'a'] m\n"


def test_what_is_told_is_the_same_each_time(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The parser prints names of the description as objects, with their address in memory."""
    _, told, _ = run(spec, capsys)
    assert told
    assert " object at 0x" not in json.dumps(told)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_all_components_are_judged_however_few_at_a_time(
    spec: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The parser gets them in groups, without their references, and only then in one if it refuses any."""
    _, told, _ = run(spec, capsys)
    monkeypatch.setattr(reading, "_MAX_COMPONENTS", number)
    assert run(spec, capsys)[1] == told != []
