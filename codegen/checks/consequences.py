"""Findings that only follow from an error elsewhere: one cause is told once, at its place.

A finding that judges an object relies on what is read for that: an example on its schema and on all that is within it,
`required` on `properties`. Where one of these has an error, the finding waits until that is corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from codegen.description.document import Document
from codegen.description.graphs import reachable
from codegen.description.objects import nodes
from codegen.description.pointers import around, canonical, unescape
from codegen.description.schemas import IN_PLACE, owner_of
from codegen.report.diagnostics import Diagnostic

#: Errors of which something that is described may not be read.
_LOSING = frozenset(
    "duplicate-key empty-value not-json not-openapi ref-cycle unknown-field unresolved-ref wrong-ref yaml-space".split()
)
#: Errors after which it is not known which values match a schema.
_OF_SCHEMAS = _LOSING | frozenset(
    "bad-discriminator bad-pattern contradiction enum-mismatch no-items unknown-format unknown-member".split()
)


def without_consequences(document: Document, findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings but for those that may only follow from another one, which is an error."""
    findings = [_placed(document, finding) for finding in findings]
    errors = [finding for finding in findings if not finding.is_warning]
    if _CAUSES.isdisjoint(finding.code for finding in errors):
        return findings
    objects = _Objects(document)
    kept = _but_for_displaced(document, findings, errors)
    for reliance in _RELIANCES:
        doubtful = reliance.doubtful(objects, errors)
        kept = [finding for finding in kept if not reliance.concerns(objects, finding, doubtful)]
    return kept


def _placed(document: Document, finding: Diagnostic) -> Diagnostic:
    """The finding with the pointer of its place: what reads YAML knows lines only."""
    if finding.pointer or finding.is_warning or finding.path != document.path or finding.position is None:
        return finding
    return replace(finding, pointer=document.places.pointer_at(finding.position))


def _but_for_displaced(document: Document, findings: list[Diagnostic], errors: list[Diagnostic]) -> list[Diagnostic]:
    """The findings but for those that something is missing of which the key stands elsewhere, without a value.

    So it does where the key, or what follows it, is indented too far or not far enough.
    """
    empty = {unescape(error.pointer.rpartition("/")[2]) for error in errors if error.code == "empty-value"}
    return [finding for finding in findings if _missing(document, finding) not in empty]


def _missing(document: Document, finding: Diagnostic) -> str:
    """The name of what is missing, where a finding says so."""
    if finding.code in ("unresolved-ref", "unknown-member"):
        with suppress(LookupError):  # the place is another one, where a list has lost an item that cannot be read
            return unescape(str(document.at(finding.pointer)).rpartition("/")[2])
    return ""


class _Objects:
    """The objects of a description, and what refers to them."""

    def __init__(self, document: Document) -> None:
        everything = nodes(document, unused=True)
        self.kinds = {node.pointer: node.kind for node in everything}
        self.references: dict[str, list[str]] = {}
        """The objects that refer to one, by its pointer."""
        self.unresolved: list[str] = []
        """The objects that refer to nothing, also where that is told of what they should lead to."""
        for node in everything:
            if isinstance(ref := node.data.get("$ref"), str):
                try:
                    document.at(ref)
                    self.references.setdefault(canonical(ref), []).append(node.pointer)
                except LookupError:
                    self.unresolved.append(node.pointer)

    def around(self, pointer: str, *kinds: str) -> str:
        """The innermost object that a place is in, if need be of these kinds; empty: there is none."""
        places = (place for place in around(pointer) if place in self.kinds)
        return next((place for place in places if not kinds or self.kinds[place] in kinds), "")


# How far an error reaches: what may rely on what stands at a pointer


def _in_place(objects: _Objects, pointer: str) -> Iterator[str]:
    """What describes the same value, or has that value."""
    yield from objects.references.get(pointer, ())
    keyword = _parent(pointer).rpartition("/")[2]
    is_member = objects.kinds.get(pointer) == objects.kinds.get(objects.around(_parent(pointer))) == "schema"
    if not is_member or keyword in IN_PLACE:
        yield _parent(pointer)


def _whole(objects: _Objects, pointer: str) -> Iterator[str]:
    """Everything that it is a part of."""
    yield from objects.references.get(pointer, ())
    yield _parent(pointer)


def _frame(objects: _Objects, pointer: str) -> Iterator[str]:
    """Everything that it is a part of, but for the values that a schema describes."""
    return _whole(objects, pointer) if objects.kinds.get(pointer) != "schema" else iter(())


def _own(objects: _Objects, pointer: str) -> Iterator[str]:
    """The object that it is a field of."""
    return iter(() if pointer in objects.kinds else (_parent(pointer),))


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


# What findings are about


def _object(objects: _Objects, finding: Diagnostic) -> tuple[str, ...]:
    return (objects.around(finding.pointer),)


def _object_and_owner(objects: _Objects, finding: Diagnostic) -> tuple[str, ...]:
    (inner,) = _object(objects, finding)
    return (inner, objects.around(_parent(inner)))


def _nearest(*kinds: str) -> Callable[[_Objects, Diagnostic], tuple[str, ...]]:
    """The innermost object of these kinds; else the place itself."""
    return lambda objects, finding: (objects.around(finding.pointer, *kinds) or finding.pointer,)


def _always(*pointers: str) -> Callable[[_Objects, Diagnostic], tuple[str, ...]]:
    return lambda _, __: pointers


def _of_value(objects: _Objects, finding: Diagnostic) -> tuple[str, ...]:
    """What has the schema of an example, which may be a component that several refer to."""
    places = (finding.pointer, *objects.references.get(objects.around(finding.pointer, "example"), ()))
    return tuple(objects.around(place, "schema", "media-type", "parameter", "header") for place in places)


def _of_members(objects: _Objects, finding: Diagnostic) -> tuple[str, ...]:
    return (owner_of(objects.around(finding.pointer)),)


def _of_extension(_: _Objects, finding: Diagnostic) -> tuple[str, ...]:
    return ("#",) if finding.pointer.rpartition("/")[2].startswith("x-") else ()


class _Reliance(NamedTuple):
    """What findings of some codes rely on."""

    codes: tuple[str, ...]
    causes: frozenset[str]
    """The codes of the errors that they may follow from."""
    judged: Callable[[_Objects, Diagnostic], tuple[str, ...]]
    """The objects that a finding judges."""
    users: Callable[[_Objects, str], Iterable[str]]
    """What relies directly on what stands at a pointer."""

    def doubtful(self, objects: _Objects, errors: Iterable[Diagnostic]) -> AbstractSet[str]:
        """What relies on the places of the errors."""
        causes = [error.pointer for error in errors if error.code in self.causes]
        return reachable([*causes, *objects.unresolved], partial(self.users, objects)).keys()

    def concerns(self, objects: _Objects, finding: Diagnostic, doubtful: AbstractSet[str]) -> bool:
        """Whether a finding judges something of this."""
        return finding.code in self.codes and not doubtful.isdisjoint(self.judged(objects, finding))


#: What is told of the keys that a key without a value was meant to have in it, or to stand in.
_OF_INDENTATION = (
    *("bad-parameter-name", "duplicate-key", "not-openapi", "open-request", "other-error-schema", "unknown-field"),
    *("unknown-media-type", "unknown-extension", "wrong-ref"),
)
#: What is told of an object for want of one of its fields, or since that has another value.
_OF_FIELDS = (
    *("inline-answer", "no-description", "no-operation-id", "no-summary", "no-tag", "not-rendered", "open-request"),
    *("optional-body", "other-error-schema", "unmarked-secret"),
)
_RELIANCES = (
    _Reliance(_OF_INDENTATION, frozenset({"empty-value"}), _object_and_owner, _own),
    _Reliance(("contradiction", "no-items"), _LOSING, _object, _own),
    _Reliance(("unknown-member",), _LOSING, _of_members, _in_place),
    _Reliance(("bad-discriminator", "enum-mismatch"), _LOSING, _object, _in_place),
    _Reliance(("default-mismatch",), _OF_SCHEMAS, _of_value, _whole),
    _Reliance(("example-mismatch",), _OF_SCHEMAS | {"default-mismatch"}, _of_value, _whole),
    _Reliance(
        ("bad-encoding", "bad-style", "nameless-form", "no-example"),
        _OF_SCHEMAS,
        _nearest("media-type", "parameter", "header"),
        _whole,
    ),
    _Reliance(("bad-extension",), _OF_SCHEMAS, _nearest("operation"), _whole),
    _Reliance(("bad-waiver",), _LOSING, _object, _whole),
    _Reliance(
        ("no-answer", "no-answer-header", "no-error-answer", "no-success"),
        _LOSING,
        _nearest("operation", "response"),
        _frame,
    ),
    _Reliance(("path-parameter",), _LOSING, _nearest("path-item"), _frame),
    _Reliance(_OF_FIELDS, _LOSING | {"bad-parameter-name", "unknown-format"}, _object, _own),
    _Reliance(("undeclared-tag",), _LOSING, _always("#/tags"), _frame),
    _Reliance(("no-security", "unknown-scheme"), _LOSING, _always("#", "#/components"), _own),
    _Reliance(("unused-component",), _LOSING | {"no-answer", "no-example", "no-success"}, _always("#"), _whole),
    _Reliance(("not-rendered",), _LOSING, _of_extension, _whole),
)
_CAUSES = frozenset[str]().union(*(reliance.causes for reliance in _RELIANCES))
