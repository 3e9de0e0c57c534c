"""All checks of a description, and the waivers in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.checks import (
    names as clashes,
    operations as conventions,
    references,
    servers,
    structure as conformance,
    typos as spelling,
    unsupported as coverage,
    values as samples,
)
from codegen.description.document import Document
from codegen.description.objects import nodes
from codegen.description.pointers import join
from codegen.report.codes import CODES, Level
from codegen.report.diagnostics import Diagnostic, GenerationError, in_order

_EXTENSION = "x-waive"


#: What turns out after the checks, so that a waiver of it is never needless to them.
_LATER = ("degraded", "many-variants", "no-type", "numbered-name", "recursive-type")


def check_description(document: Document) -> tuple[Diagnostic, ...]:
    """The warnings about a description.

    Raises:
        GenerationError: There are errors; it carries the warnings too.
    """
    every = list(_all(document))
    found = in_order([*unwaived(document, every), *_bad_waivers(document, every)])
    document.places.forget()
    if any(not diagnostic.is_warning for diagnostic in found):
        raise GenerationError(found)
    return found


def _all(document: Document) -> Iterator[Diagnostic]:
    yield from document.findings
    if unreadable := list(conformance.check_version(document)):
        yield from unreadable
        return
    held = list(nodes(document))
    for aspect in (conformance, references, conventions, servers, samples, coverage, spelling, clashes):
        yield from aspect.check(document, held)


@dataclass(frozen=True, slots=True)
class _Waiver:
    """`x-waive: {code: reason}` on an object: warnings of that code, about it or what it holds, are known."""

    pointer: str
    code: str
    reason: object

    @property
    def covers(self) -> str:
        return self.pointer.rsplit(f"/{_EXTENSION}/", 1)[0]


def unwaived(document: Document, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """What no waiver in the description covers."""
    waivers = list(_waivers(document))
    for diagnostic in found:
        if not any(_covers(waiver, diagnostic) for waiver in waivers):
            yield diagnostic


def _bad_waivers(document: Document, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    for waiver in _waivers(document):
        if fault := _fault(waiver, found):
            yield document.diagnostic(waiver.pointer, "bad-waiver", fault)


def _waivers(document: Document) -> Iterator[_Waiver]:
    for part in nodes(document):
        if isinstance(given := part.data.get(_EXTENSION), dict):
            pointer = join(part.pointer, _EXTENSION)
            yield from (_Waiver(join(pointer, code), code, reason) for code, reason in given.items())


def _covers(waiver: _Waiver, diagnostic: Diagnostic) -> bool:
    inside = f"{diagnostic.pointer}/".startswith(f"{waiver.covers}/")
    return inside and waiver.code == diagnostic.code and diagnostic.is_warning


def _fault(waiver: _Waiver, found: list[Diagnostic]) -> str:
    """Why a waiver counts for nothing, or should not, if so."""
    if waiver.code not in CODES or CODES[waiver.code].level is Level.ERROR:
        return f"{waiver.code} is no warning; only warnings can be waived"
    if not isinstance(waiver.reason, str) or not waiver.reason.strip():
        return "a waiver tells its reason"
    needed = waiver.code in _LATER or any(_covers(waiver, diagnostic) for diagnostic in found)
    return "" if needed else f"there is no {waiver.code} here to be waived"
