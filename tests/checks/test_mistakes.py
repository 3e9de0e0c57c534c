"""Mistakes that are certain are told once, at their place, with a hint: errors in our own description."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.checks import allof, contradictions
from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.description.objects import nodes
from codegen.model.build import build
from codegen.model.read import read
from codegen.normalise.normalise import normalise
from codegen.parser.reading import parse
from codegen.report.diagnostics import Diagnostic, GenerationError, Position
from codegen.report.hints import is_misspelling
from tests.checks.mistakes import CAUSES, MISTAKES, SOUND as CHANGES, Mistake
from tests.support.checkout import ROOT
from tests.support.mutation import misspelt

SOUND = (Path(__file__).parent / "sound.yaml").read_text(encoding="utf-8")
VERSIONS = ("3.0.3", "3.1.0")
ROWS = [
    pytest.param(mistake, version, id=f"{kind}-{number}-{version[:3]}")
    for kind, mistakes in MISTAKES.items()
    for number, mistake in enumerate(mistakes, start=1)
    for version in mistake.versions
]


def told(text: str) -> tuple[Diagnostic, ...]:
    """What the checks tell of a description."""
    try:
        return check_description(Document.parse(text, "spec.yaml")).warnings
    except GenerationError as error:
        return error.diagnostics


def changed(mistake: Mistake, version: str) -> tuple[str, Position]:
    """The description with the mistake, and where that is."""
    assert SOUND.count(mistake.old) == 1
    marked = SOUND.replace("3.1.0", version).replace(mistake.old, mistake.new)
    before, _, after = marked.partition("‸")
    lines = before.split("\n")
    return before + after, Position(len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_told_of_the_sound_description(version: str) -> None:
    """The rows differ from it by their mistake alone."""
    assert told(SOUND.replace("3.1.0", version)) == ()


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_nothing_is_told_of_what_resembles_a_mistake(old: str, new: str) -> None:
    """An error cannot be waived, so that none may be a false alarm."""
    assert SOUND.count(old) == 1
    assert told(SOUND.replace(old, new)) == ()


@pytest.mark.parametrize(("mistake", "version"), ROWS)
def test_a_mistake_is_told_at_its_place(mistake: Mistake, version: str) -> None:
    """Once, as an error, with a hint where the row has one."""
    text, position = changed(mistake, version)
    found = told(text)
    assert [(one.position, one.severity, one.code) for one in found] == [(position, "error", mistake.code)]
    assert mistake.hint in found[0].hint


@pytest.mark.parametrize(
    ("mistake", "version"), [pytest.param(mistake, version) for mistake in CAUSES for version in mistake.versions]
)
def test_one_cause_is_told_once(mistake: Mistake, version: str) -> None:
    """What only follows from an error waits until that is corrected."""
    test_a_mistake_is_told_at_its_place(mistake, version)


def test_errors_of_a_list_that_loses_items_are_told() -> None:
    """What cannot be read comes before what leads to nothing: the latter has another index then."""
    text = SOUND.replace(
        "- {name: id, in: path, required: true,",
        "- 7\n        - {$ref: '#/components/parameters/Id'}\n        - {name: id, in: path, required: true,",
    )
    assert {one.code for one in told(text)} == {"not-openapi", "unresolved-ref"}


@pytest.mark.sweep
def test_a_misspelt_key_is_told_once() -> None:
    """Each key of our description and each reference in it, one after the other."""
    data = Document.load(ROOT / "spec" / "openapi.yaml", "spec/openapi.yaml").data
    several = {}
    for name, changed_data in misspelt(data):
        errors = [one for one in told(json.dumps(changed_data)) if one.severity == "error"]
        # Where a name is another one now, each place that refers to it is to be corrected.
        if len({one.message for one in errors}) > 1:
            several[name] = [f"{one.code} {one.pointer}" for one in errors]
    assert several == {}


@pytest.mark.parametrize("mistake", [mistake for mistakes in MISTAKES.values() for mistake in mistakes])
def test_a_mistake_of_others_is_a_warning(mistake: Mistake) -> None:
    """A description without `x-python` is nobody's here to correct, unless it cannot be read at all."""
    text, position = changed(mistake, mistake.versions[-1])
    found = told(text.replace("x-python:\n  package: pets\n", ""))
    severity = "error" if mistake.code == "yaml-syntax" else "warning"
    assert [(one.position, one.severity, one.code) for one in found] == [(position, severity, mistake.code)]


@pytest.mark.sweep
@pytest.mark.parametrize("kind", MISTAKES)
def test_what_others_mistake_is_rendered(kind: str) -> None:
    """A mistake that can be read stops nothing: there are types and operations nevertheless."""
    for mistake in MISTAKES[kind]:
        for version in mistake.versions if mistake.code != "yaml-syntax" else ():
            text, _ = changed(mistake, version)
            foreign = Document.parse(text.replace("x-python:\n  package: pets\n", ""), "spec.yaml")
            document = check_description(foreign).document
            normalised = normalise(document)
            assert build(document, normalised, parse(normalised.document)).tags


@pytest.mark.parametrize(
    ("member", "keyword", "is_told"),
    [
        ("title: {type: string", "writeOnly", True),  # of what only responses have
        ("title: {type: string", "readOnly", False),
        ("{name: {type: string", "readOnly", True),  # of what only requests have
        ("{name: {type: string", "writeOnly", False),
        ("owner: {type: string", "readOnly", False),  # of what both have
        ("owner: {type: string", "writeOnly", False),
        ("  name: {type: string", "readOnly", False),  # of a base of such
    ],
)
def test_a_member_that_goes_in_no_direction_is_told(member: str, keyword: str, is_told: bool) -> None:
    """No request has what is `readOnly`, and no response what is `writeOnly`."""
    assert SOUND.count(member) == 1
    found = told(SOUND.replace(member, f"{member}, {keyword}: true"))
    assert [(one.code, one.pointer.rpartition("/")[2]) for one in found] == [("not-rendered", keyword)] * is_told


def test_what_goes_with_an_error_is_not_told() -> None:
    """Of an operation that is not read, the components are used by nothing, and its extensions by nobody."""
    extended = "schema: {$ref: '#/components/schemas/Filter'}"
    text = SOUND.replace("    get:\n", "    gte:\n").replace(extended, f"{extended[:-1]}, x-space-separated: true}}")
    assert [(one.code, one.pointer, one.hint) for one in told(text)] == [
        ("unknown-field", "#/paths/~1pets/gte", "did you mean get?")
    ]


def test_a_closed_base_is_told_once() -> None:
    """However many schemas extend it; and a contradiction between two parts, not again by what extends both."""
    base = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    heirs = {name: {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {name: {}}}]} for name in "xyz"}
    crossed = {"allOf": [{"minLength": 5}, {"maxLength": 3}]}
    again = {
        "allOf": [
            {"$ref": "#/components/schemas/Crossed"},
            {"$ref": "#/components/schemas/Crossed"},
            {"type": "string"},
        ]
    }
    data = {"openapi": "3.1.0", "components": {"schemas": {**heirs, "Base": base, "Again": again, "Crossed": crossed}}}
    document = Document.parse(json.dumps(data), "spec.json")
    found = list(allof.check(document, list(nodes(document))))
    assert [diagnostic.pointer.removeprefix("#/components/schemas/") for diagnostic in found] == [
        "Base/additionalProperties",
        "Crossed/allOf/1/maxLength",
    ]


@pytest.mark.parametrize("new", ["allOf: [{enum: [a]}, {enum: [b]}]", "allOf: [{}, {type: integer}]"])
def test_others_are_told_once(new: str, tmp_path: Path) -> None:
    """What normalising finds in spite of the check is not told again."""
    assert SOUND.count("owner: {type: string, format: email}") == 1
    text = SOUND.replace("owner: {type: string, format: email}", f"owner: {{type: string, {new}}}")
    spec = tmp_path / "spec.yaml"
    spec.write_text(text.replace("x-python:\n  package: pets\n", ""), encoding="utf-8")
    assert [one.code for one in read(spec, "spec.yaml").warnings] == ["contradiction"]


def test_many_schemas_in_a_row_are_looked_at() -> None:
    """However many references lead from one to the next; what contradicts the last is no contradiction of the first."""
    row = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}]} for n in range(1000)}
    data = {"openapi": "3.1.0", "components": {"schemas": {**row, "S1000": {"type": "string", "maximum": 1}}}}
    document = Document.parse(json.dumps(data), "spec.json")
    found = list(contradictions.check(document, list(nodes(document))))
    assert [diagnostic.pointer for diagnostic in found] == ["#/components/schemas/S1000/maximum"]


@pytest.mark.parametrize(
    ("name", "word", "is_one"),
    [
        ("uiud", "uuid", True),
        ("emial", "email", True),
        ("in64", "int64", True),
        ("int46", "int64", True),
        ("int16", "int64", False),
        ("int3", "int32", False),
        ("mpv", "mp4", False),
        ("jsonn", "json", True),
        ("jsom", "json", True),
        ("json", "json", False),
        ("jso", "", False),
    ],
)
def test_misspelling(name: str, word: str, is_one: bool) -> None:
    """One letter, or two in the wrong order; a digit makes another name."""
    assert is_misspelling(name, word) is is_one
