"""From the file of a description to what templates see: all of the flow before rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from codegen.checks.registry import check_description
from codegen.checks.waivers import unwaived
from codegen.description.document import Document
from codegen.description.files import bundled
from codegen.description.pointers import around
from codegen.normalise.normalise import normalise
from codegen.parser.reading import parse
from codegen.report.diagnostics import Diagnostic, GenerationError, in_order

from .api import Api
from .build import build


class Reading(NamedTuple):
    """A description as templates see it, and as it was read."""

    api: Api
    document: Document
    warnings: tuple[Diagnostic, ...]


def read(spec: Path, path: str) -> Reading:
    """Read, check, normalise and parse the description in the file `spec`, which diagnostics call `path`.

    Raises:
        GenerationError: No package can be generated from it.
    """
    document, warnings, _ = check_description(bundled(Document.load(spec, path), spec))
    normalised = normalise(document)
    parsed = parse(normalised.document)
    later = [*_not_yet_told(warnings, normalised.warnings()), *parsed.refusals]
    warnings = in_order([*warnings, *unwaived(document, later)])
    if not all(diagnostic.is_warning for diagnostic in warnings):
        raise GenerationError(warnings)
    mismatches = [warning.pointer for warning in warnings if warning.code == "example-mismatch"]
    return Reading(build(document, normalised, parsed, mismatches), document, warnings)


def _not_yet_told(told: Iterable[Diagnostic], findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings but for contradictions of which a check has told the very keyword."""
    places = {place for one in told if one.code == "contradiction" for place in around(one.pointer)}
    return (one for one in findings if one.code != "contradiction" or one.pointer not in places)
