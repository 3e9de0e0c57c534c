"""An operation of the provider's that is written into our description as a start."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from codegen.checks import rules
from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.maintainer import adopt
from codegen.report.diagnostics import GenerationError
from tests.support.checkout import ROOT

THEIRS = """
openapi: 3.1.0
info: {title: t, version: '1'}
tags: [{name: Cases, description: Interact with cases.}]
paths:
  /cases/{case-id}:
    parameters: [{$ref: '#/components/parameters/case-id'}]
    get:
      operationId: retrieve-case
      tags: [Cases]
      description: Retrieves a case.
      responses:
        '200':
          description: The case.
          content: {application/json: {schema: {$ref: '#/components/schemas/case'}}}
        '404': {$ref: '#/components/responses/not-found'}
  /pets:
    get:
      operationId: list-pets
      responses:
        '200':
          description: Pets.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/pet'}
              examples:
                description: {$ref: '#/components/examples/a-cat'}
        default: {$ref: '#/paths/~1pets/get/responses/200'}
    post:
      operationId: add-pet
      responses:
        '200':
          description: Pets.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/pet'}
              examples:
                description: {$ref: '#/components/examples/a-cat'}
components:
  examples:
    a-cat: {value: {description: Data., $ref: Data.}}
  parameters:
    case-id: {name: case-id, in: path, required: true, schema: {type: string}}
  responses:
    not-found: {description: Theirs.}
  schemas:
    pet:
      oneOf: [{$ref: '#/components/schemas/a-cat'}, {$ref: '#/components/schemas/a-dog'}]
      discriminator:
        propertyName: kind
        mapping: {cat: '#/components/schemas/a-cat', dog: a-dog}
    a-cat: {type: object, required: [kind], properties: {kind: {type: string}}}
    a-dog:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      examples: [{description: Data.}]
    case:
      type: object
      properties:
        description: {type: string, description: What it is.}
        children: {type: array, items: {$ref: '#/components/schemas/case'}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Our description, to be changed."""
    return Path(shutil.copy(ROOT / "spec" / "openapi.yaml", tmp_path / "openapi.yaml"))


def run(folder: Path, spec: Path, operation: str) -> int:
    """Adopt an operation."""
    file = folder / "theirs.yaml"
    file.write_text(THEIRS, encoding="utf-8")
    return adopt.main([str(file), operation, "--spec", str(spec)])


@pytest.mark.parametrize("operation", ["retrieve-case", "GET /cases/{case-id}"])
def test_an_operation_comes_with_what_it_needs(operation: str, tmp_path: Path, spec: Path) -> None:
    """Nothing of ours changes, comments included; what ours has by that name is used; only house rules are broken."""
    before = spec.read_text(encoding="utf-8")
    assert run(tmp_path, spec, operation) == 0
    text = spec.read_text(encoding="utf-8")
    lines = iter(text.splitlines())
    assert all(line in lines for line in before.splitlines())
    document = Document.parse(text, "ours")
    with pytest.raises(GenerationError) as refusal:
        check_description(document)
    assert {diagnostic.code for diagnostic in refusal.value.diagnostics if not diagnostic.is_warning} <= {*rules.FORMS}
    assert document.at("#/paths/~1cases~1{case-id}/get") == {
        "operationId": "retrieve-case",
        "tags": ["Cases"],
        "summary": "REWRITE retrieve-case",
        "description": "REWRITE Retrieves a case.",
        "parameters": [{"$ref": "#/components/parameters/CaseId"}],
        "responses": {
            "200": {
                "description": "REWRITE The case.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}},
            },
            "404": {"$ref": "#/components/responses/NotFound"},
        },
    }
    assert document.at("#/components/schemas/Case/properties/description/description") == "REWRITE What it is."
    assert "Theirs." not in text


@pytest.mark.parametrize("operation", ["retrieve-cases", "POST /cases/{case-id}"])
def test_what_is_not_there_changes_nothing(
    operation: str, tmp_path: Path, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = spec.read_bytes()
    assert run(tmp_path, spec, operation) == 2
    assert f"has no operation {operation}: give its operationId, or method and path" in capsys.readouterr().err
    assert spec.read_bytes() == before


def test_what_ours_has_is_not_written_again(tmp_path: Path, spec: Path) -> None:
    assert run(tmp_path, spec, "retrieve-case") == 0
    before = spec.read_bytes()
    assert run(tmp_path, spec, "retrieve-case") == 2
    assert spec.read_bytes() == before


def test_names_and_data_are_no_fields(tmp_path: Path, spec: Path) -> None:
    """A mapping leads to our names; an example may be named `description`; no text in data is marked."""
    assert run(tmp_path, spec, "add-pet") == 0
    document = Document.load(spec, "ours")
    assert document.at("#/components/schemas/Pet/discriminator/mapping") == {
        "cat": "#/components/schemas/ACat",
        "dog": "#/components/schemas/ADog",
    }
    media = document.at("#/paths/~1pets/post/responses/200/content/application~1json")
    assert media["examples"] == {"description": {"$ref": "#/components/examples/ACat"}}
    assert document.at("#/components/examples/ACat") == {"value": {"description": "Data.", "$ref": "Data."}}
    assert document.at("#/components/schemas/ADog/examples") == [{"description": "Data."}]


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("list-pets", "#/paths/~1pets/get/responses/200 is no component"),
        ("no\x1b[2J\n\u202ename", r"no\x1b[2J"),
    ],
)
def test_what_cannot_be_adopted_is_told_in_printable_lines(
    operation: str, told: str, tmp_path: Path, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = spec.read_bytes()
    assert run(tmp_path, spec, operation) == 2
    printed = capsys.readouterr().err
    assert told in printed
    assert printed.count("\n") == 1
    assert printed.rstrip("\n").isprintable()
    assert spec.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "a\u202eb\u2066c",
        "a\n\u202eb: c\n- d",
        "\u200b",
        "a\x85b\u2028c",
        "a\xa0b é",
        "\U000e0001",
        "\ufeffa",
        "a\rb",
        "---\n...",
        "a\tb",
    ],
    ids=ascii,
)
def test_their_text_stands_in_ours_as_an_editor_shows_it(text: str, tmp_path: Path, spec: Path) -> None:
    """Whatever turns the direction of a line, is not shown or ends a line elsewhere is an escape of YAML."""
    media = {
        "schema": {"type": "object", "properties": {text: {"type": "string", "enum": [text]}}},
        "example": {text: text},
    }
    answer = {"description": text, "content": {"application/json": media}}
    operation = {"operationId": "a", "summary": text, "responses": {"200": answer}}
    theirs = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}}
    file, before = tmp_path / "theirs.json", spec.read_text(encoding="utf-8")
    file.write_text(json.dumps(theirs), encoding="utf-8")
    assert adopt.main([str(file), "a", "--spec", str(spec)]) == 0
    after = spec.read_text(encoding="utf-8")
    assert all(character.isprintable() or character in "\n\t" for character in {*after} - {*before})
    adopted = Document.parse(after, "spec.yaml").at("#/paths/~1a/get")
    assert adopted["summary"].split(maxsplit=1)[1:] == ([text.strip()] if text.strip() else [])
    assert adopted["responses"]["200"]["content"]["application/json"] == media
