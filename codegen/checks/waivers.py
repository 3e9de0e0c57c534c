"""Waivers: `x-waive: {code: reason}` on an object waives what has that code about the object and its parts."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node, nodes
from codegen.description.pointers import around, join
from codegen.report.codes import CODES, Level
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean

_EXTENSION = "x-waive"
#: Warnings that are reported after the checks, so that these cannot tell whether a waiver of one is needed.
_REPORTED_LATER = ("long-type", "many-variants", "no-type", "numbered-name", "recursive-type")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One code that an object waives."""

    owner: str
    """The pointer of the object."""
    code: str
    reason: object

    @property
    def pointer(self) -> str:
        """Where the reason stands."""
        return join(self.owner, _EXTENSION, self.code)


def _owners(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    """Where a waiver of the diagnostic can stand: at any object around it. Not every error can be waived."""
    if diagnostic.is_waivable:
        yield from ((pointer, diagnostic.code) for pointer in around(diagnostic.pointer))


def waivers_of(objects: Iterable[Node]) -> list[Waiver]:
    """The waivers that these objects have."""
    return [
        Waiver(node.pointer, code, reason)
        for node in objects
        if _EXTENSION in node.data
        for code, reason in as_mapping(node.data[_EXTENSION]).items()
    ]


def unwaived(document: Document, findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings that no waiver in the description covers."""
    objects = nodes(document) if findings and document.mentions(_EXTENSION) else ()
    return without_waived(findings, waivers_of(objects))


def without_waived(findings: Iterable[Diagnostic], waivers: Sequence[Waiver]) -> list[Diagnostic]:
    """The findings that none of the waivers covers."""
    waived = {(waiver.owner, waiver.code) for waiver in waivers}
    return [finding for finding in findings if not waived or waived.isdisjoint(_owners(finding))]


def invalid_waivers(
    document: Document, waivers: Sequence[Waiver], findings: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Report waivers that have no effect, or no reason."""
    needed = {owner for finding in findings for owner in _owners(finding)} if waivers else set()
    for waiver in waivers:
        if problem := _problem(waiver, needed):
            hint = "" if waiver.code in CODES else did_you_mean(waiver.code, CODES)
            yield document.diagnostic(waiver.pointer, "bad-waiver", problem, hint=hint)


def _problem(waiver: Waiver, needed: Container[tuple[str, str]]) -> str:
    """What is wrong with a waiver; empty if it is needed."""
    if waiver.code not in CODES or CODES[waiver.code].level is Level.ERROR:
        return f"{waiver.code} is neither a warning nor a rule, and nothing else can be waived"
    if not isinstance(waiver.reason, str) or not waiver.reason.strip():
        return "a waiver needs a reason"
    is_needed = waiver.code in _REPORTED_LATER or (waiver.owner, waiver.code) in needed
    return "" if is_needed else f"there is no {waiver.code} here to waive"
