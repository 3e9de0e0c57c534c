"""Mistakes that are certain are told once, at their place, with a hint: errors in our own description."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.report.diagnostics import Diagnostic, GenerationError, Position
from tests.checks.mistakes import MISTAKES, Mistake

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


@pytest.mark.parametrize(("mistake", "version"), ROWS)
def test_a_mistake_is_told_at_its_place(mistake: Mistake, version: str) -> None:
    """Once, as an error, with a hint where the row has one."""
    text, position = changed(mistake, version)
    found = told(text)
    assert [(one.position, one.severity, one.code) for one in found] == [(position, "error", mistake.code)]
    assert mistake.hint in found[0].hint


@pytest.mark.parametrize(("mistake", "version"), ROWS)
def test_a_mistake_of_others_is_a_warning(mistake: Mistake, version: str) -> None:
    """A description without `x-python` is nobody's here to correct, unless it cannot be read at all."""
    text, position = changed(mistake, version)
    found = told(text.replace("x-python:\n  package: pets\n", ""))
    severity = "error" if mistake.code == "yaml-syntax" else "warning"
    assert [(one.position, one.severity, one.code) for one in found] == [(position, severity, mistake.code)]
