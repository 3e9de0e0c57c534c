"""All checks of a description, and the waivers in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import clashes, conformance, conventions, coverage, references, samples
from .codes import CODES, Level
from .diagnostics import Diagnostic, GenerationError, in_order
from .document import Document, join
from .objects import Part, parts

_EXTENSION = "x-waive"


def check_description(document: Document, *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """The warnings about a description.

    Raises:
        GenerationError: There are errors, or with `strict` warnings; it carries all of them.
    """
    found = in_order(_unwaived(document, list(_all(document))))
    document.forget_places()
    if any(strict or not diagnostic.is_warning for diagnostic in found):
        raise GenerationError(found)
    return found


def _all(document: Document) -> Iterator[Diagnostic]:
    yield from document.found
    if unreadable := list(conformance.check_version(document)):
        yield from unreadable
        return
    held = list(parts(document))
    for aspect in (conformance, references, conventions, samples, coverage, clashes):
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


def _unwaived(document: Document, found: list[Diagnostic]) -> Iterator[Diagnostic]:
    waivers = [waiver for part in parts(document) for waiver in _waivers(part)]
    used: set[str] = set()
    for diagnostic in found:
        covering = [waiver.pointer for waiver in waivers if _covers(waiver, diagnostic)]
        used.update(covering)
        if not covering:
            yield diagnostic
    for waiver in waivers:
        if fault := _fault(waiver, used):
            yield document.diagnostic(waiver.pointer, "bad-waiver", fault)


def _waivers(part: Part) -> Iterator[_Waiver]:
    if isinstance(given := part.data.get(_EXTENSION), dict):
        pointer = join(part.pointer, _EXTENSION)
        yield from (_Waiver(join(pointer, code), code, reason) for code, reason in given.items())


def _covers(waiver: _Waiver, diagnostic: Diagnostic) -> bool:
    inside = f"{diagnostic.pointer}/".startswith(f"{waiver.covers}/")
    return inside and waiver.code == diagnostic.code and diagnostic.is_warning


def _fault(waiver: _Waiver, used: set[str]) -> str:
    """Why a waiver counts for nothing, if so."""
    if waiver.code not in CODES or CODES[waiver.code].level is not Level.WARNING:
        return f"{waiver.code} is no warning; only warnings can be waived"
    if not isinstance(waiver.reason, str) or not waiver.reason.strip():
        return "a waiver tells its reason"
    return "" if waiver.pointer in used else f"there is no {waiver.code} here to be waived"
