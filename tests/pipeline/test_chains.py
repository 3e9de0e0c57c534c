"""Schemas that extend each other in a chain: each has the members of all before it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.model.read import Reading, read
from codegen.normalise import allof
from codegen.normalise.intersection import MAX_VARIANTS

USE = """
from chained import models
from chained.testing import Sandbox
sandbox = Sandbox()
with sandbox.client() as client:
    client.default.send(body=models.S19(m19="own", m0="of the first"))
print(sandbox.requests[0].arguments["body"].model_dump())
"""


def chain(count: int, *, first: int = 0) -> dict[str, Any]:
    """`S0`, and schemas that each extend the one before by a member; `first` = -1: the last one stands first."""

    def schema(number: int) -> dict[str, Any]:
        own = {"type": "object", "properties": {f"m{number}": {"type": "string"}}}
        closed = {"unevaluatedProperties": False} if number == count - 1 else {}
        return {"allOf": [{"$ref": f"#/components/schemas/S{number - 1}"}, own], **closed} if number else own

    numbers = range(count) if first == 0 else reversed(range(count))
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/S{count - 1}"}}}
    send = {"operationId": "send", "requestBody": {"content": content}, "responses": {"204": {"description": "Sent."}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chained", "version": "1.0.0"},
        "paths": {"/a": {"put": send}},
        "components": {"schemas": {f"S{number}": schema(number) for number in numbers}},
    }


def reading(folder: Path, count: int, first: int) -> Reading:
    """The chain, written and read."""
    spec = folder / "spec.json"
    spec.write_text(json.dumps(chain(count, first=first)), encoding="utf-8")
    return read(spec, "spec.json")


@pytest.mark.parametrize("first", [0, -1])
def test_members_are_repeated_up_to_a_bound(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the first one stands; what comes after that has its own members, may have others, and is told."""
    monkeypatch.setattr(allof, "_MAX_MEMBERS", 5 * 6 // 2 - 1)  # S1 has 2, S2 has 3, S3 has 4, S4 has 5
    monkeypatch.setattr(allof, "_CHARACTERS", 10**9)
    found = reading(tmp_path, 8, first)
    models = {str(model.name): model for model in found.api.models}
    assert [len(models[f"S{number}"].fields) for number in range(8)] == [1, 2, 3, 4, 5, 1, 1, 1]
    assert [models[f"S{number}"].extra is not None for number in range(8)] == 5 * [False] + 3 * [True]
    told = {warning.pointer for warning in found.warnings if warning.code == "many-members"}
    assert told == {f"#/components/schemas/S{number}" for number in range(5, 8)}


@pytest.mark.parametrize("first", [0, -1])
def test_a_chain_may_be_long(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its length is no depth of the generator's calls."""
    monkeypatch.setattr(allof, "_MAX_MEMBERS", 1_000)
    assert len(reading(tmp_path, 300, first).api.models) == 300


def test_members_that_are_left_out_can_be_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the schema is closed: then the others are those that it repeats."""
    monkeypatch.setattr(allof, "_MAX_MEMBERS", 30)
    monkeypatch.setattr(allof, "_CHARACTERS", 10**9)
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(chain(20)), encoding="utf-8")
    assert generate.main(["--spec", str(spec), "--output", str(tmp_path / "output"), "--package", "chained"]) == 0
    command = [sys.executable, "-W", "error", "-c", USE]
    used = subprocess.run(command, cwd=tmp_path / "output", capture_output=True, encoding="utf-8", check=False)
    assert used.stdout.splitlines() == ["{'m19': 'own', 'm0': 'of the first'}"], used.stderr


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        ([[{"properties": {"a": {}, "b": {}}}], [{"properties": {"c": {}}}]], 3),
        # A union beside an object: each class has the object's members and its own.
        ([[{"properties": {"a": {}, "b": {}}}], [{"oneOf": [{}] * 3}, {"properties": {"c": {}}}, {}, {}]], 2 * 3 + 1),
        # Two unions: each class has those of a variant of both.
        ([[{"oneOf": [{}, {}]}, {"properties": {"a": {}}}, {}], [{"anyOf": [{}] * 3}, {}, {}, {}]], 3),
        # So many unions that none is distributed.
        ([[{"properties": {"a": {}}}], *[[{"oneOf": [{}] * 32}]] * 5], MAX_VARIANTS),
    ],
)
def test_members_of_all_classes_are_counted(parts: list[list[dict[str, Any]]], number: int) -> None:
    """Of each variant that the parts come to."""
    members = allof.MergedMembers(1_000)
    assert members.take(parts)
    assert members.count == number
    assert not allof.MergedMembers(number - 1).take(parts)
