"""The list of checks, and how they are run."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.checks import extensions, names, operations, references, servers, structure, typos, unsupported, values
from codegen.checks.waivers import invalid_waivers, waivers_of, without_waived
from codegen.description.document import Document
from codegen.description.objects import Node, nodes
from codegen.report.diagnostics import Diagnostic, GenerationError, in_order

#: Each module has `check(document, nodes)`, which yields diagnostics.
_CHECKS = (structure, references, operations, servers, values, unsupported, extensions, typos, names)


def check_description(document: Document) -> tuple[Diagnostic, ...]:
    """Return the warnings about a description, without those that it waives.

    Raises:
        GenerationError: There are errors; its diagnostics include the warnings.
    """
    objects = list(nodes(document))
    findings, waivers = list(_findings(document, objects)), waivers_of(objects)
    diagnostics = in_order([*without_waived(findings, waivers), *invalid_waivers(document, waivers, findings)])
    document.places.forget()
    if not all(diagnostic.is_warning for diagnostic in diagnostics):
        raise GenerationError(diagnostics)
    return diagnostics


def _findings(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    yield from document.findings
    if unreadable := list(structure.check_version(document)):
        yield from unreadable
        return
    for module in _CHECKS:
        yield from module.check(document, objects)
