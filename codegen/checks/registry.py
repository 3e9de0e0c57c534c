"""The list of checks, and how they are run."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from codegen.checks import (
    allof,
    constants,
    contradictions,
    credentials,
    directions,
    discriminators,
    encodings,
    extensions,
    licenses,
    members,
    names,
    operations,
    paths,
    references,
    rules,
    servers,
    structure,
    typos,
    unsupported,
    values,
    versions,
    wire,
)
from codegen.checks.consequences import without_consequences
from codegen.checks.waivers import invalid_waivers, waivers_of, without_waived
from codegen.description.document import Document
from codegen.description.objects import Node, nodes
from codegen.description.pointers import around
from codegen.report.diagnostics import Diagnostic, GenerationError, in_order

#: What finds that something cannot be read as it stands; each relies on those before it. They get what a check gets.
_DEFECTS = (
    structure.version_defects,
    extensions.defects,
    licenses.unknown_license,
    operations.optional_path_parameters,
    references.ignored_siblings,
    structure.key_defects,
    structure.schema_defects,
    wire.defects,
    references.reference_defects,
    references.cycle_defects,
)
#: Times that what is left out may make more of a description unreadable; an object nests no deeper.
_MAX_ROUNDS = 100
#: What says all of the value that it is about.
_TELLING = ("bad-extension", "empty-value", "not-openapi")
#: Each module has `check(document, nodes)`, which yields diagnostics.
_CHECKS = (
    structure,
    references,
    paths,
    operations,
    encodings,
    servers,
    credentials,
    contradictions,
    allof,
    constants,
    members,
    discriminators,
    values,
    unsupported,
    directions,
    extensions,
    typos,
    names,
    versions,
    rules,
)


class Checked(NamedTuple):
    """A description that can be read as a whole, and the warnings about it."""

    document: Document
    warnings: tuple[Diagnostic, ...]
    defects: tuple[Diagnostic, ...]
    """Those of the warnings that are about what cannot be read as it stands."""


def check_description(document: Document) -> Checked:
    """Check a description; what cannot be read is left out of somebody else's, or read as it can be meant.

    Raises:
        GenerationError: There are errors; its diagnostics include the warnings.
    """
    if problems := list(structure.unreadable(document)):
        raise GenerationError([*document.findings, *problems])
    objects = nodes(document)
    readable, defects = _without_defects(document, objects)
    read = [replace(finding, tolerated=not document.is_ours) for finding in document.findings]
    defects = [*read, *_not_yet_told(document, read, defects)]
    checked = [diagnostic for module in _CHECKS for diagnostic in module.check(document, objects)]
    findings, waivers = [*defects, *_not_yet_told(document, defects, checked)], waivers_of(objects)
    told = [*without_waived(findings, waivers), *invalid_waivers(document, waivers, findings)]
    diagnostics = in_order(without_consequences(document, told))
    document.places.forget()
    if not all(diagnostic.is_warning for diagnostic in diagnostics):
        raise GenerationError(diagnostics)
    return Checked(readable, diagnostics, in_order(defects))


def _not_yet_told(document: Document, told: list[Diagnostic], findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings but for those about a value of which it is told already that it is none, or of another form."""
    places = {(finding.path, finding.position) for finding in told if finding.code in _TELLING}
    if not places:
        return findings
    return [one for one in findings if (one.path, one.position) not in places or _is_object(document, one.pointer)]


def _is_object(document: Document, pointer: str) -> bool:
    try:
        return isinstance(document.at(pointer), dict)
    except LookupError:
        return False


def _without_defects(document: Document, objects: list[Node]) -> tuple[Document, list[Diagnostic]]:
    """The description with its defects edited away, and what is told of each.

    A defect is told once, not again about what a change in an earlier round has left.
    """
    told, written = list[Diagnostic](), document
    for find in _DEFECTS:
        changed: set[str] = set()
        for _ in range(_MAX_ROUNDS):
            defects = list(find(document, objects))
            new = [
                diagnostic
                for diagnostic, _ in defects
                if diagnostic.pointer not in changed and not references.is_consequence(written, document, diagnostic)
            ]
            edits = {pointer: value for defect in defects for pointer, value in defect.edits.items()}
            told += new
            changed.update(pointer for diagnostic in new for pointer in around(diagnostic.pointer))
            if not edits:
                break
            document = document.edited(edits)
            objects = nodes(document)
    return document, told
