"""What a schema says of one direction only, requests or responses: members, and that one variant fits only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from codegen.description.document import Document, as_list
from codegen.description.graphs import reachable
from codegen.description.objects import Node
from codegen.description.pointers import canonical, join
from codegen.description.variants import covered
from codegen.report.diagnostics import Diagnostic

#: Of the parts of an operation and of `components`, the direction that their schemas go in.
_DIRECTIONS = {
    **dict.fromkeys(("parameters", "requestBody", "requestBodies"), "request"),
    **dict.fromkeys(("responses", "headers"), "response"),
}
#: By keyword, the only direction of schemas in which it makes a member that nothing has.
_LOST_IN = {"readOnly": "request", "writeOnly": "response"}


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report `readOnly` in what only requests have, `writeOnly` in what only responses have; and unions of requests."""
    marked = [node for node in nodes if node.kind == "schema" and _is_marked_member(node)]
    unions = [node for node in nodes if node.kind == "schema" and len(as_list(node.data.get("oneOf"))) > 1]
    used_by = _directions(nodes) if marked or unions else {}
    for union in unions:
        if "request" in used_by.get(_region(union.pointer), ()):
            yield from _covered_variant(document, union)
    for node in marked:
        yield from _lost_member(document, node, used_by.get(_region(node.pointer)))


def _lost_member(document: Document, node: Node, directions: set[str] | None) -> Iterator[Diagnostic]:
    for keyword, direction in _LOST_IN.items():
        if node.data.get(keyword) is True and directions == {direction}:
            message = f"`{keyword}` leaves this member out of each {direction}, and nothing else has it"
            hint = f"leave `{keyword}` out, or the member"
            yield document.diagnostic(join(node.pointer, keyword), "not-rendered", message, hint=hint)


def _covered_variant(document: Document, union: Node) -> Iterator[Diagnostic]:
    """Report a variant whose values all fit another one, too: to refuse them would be to refuse the variant."""
    if (places := covered(document, union.data)) is not None:
        first, second = places
        message = (
            f"variant {second + 1} takes all that variant {first + 1} takes, so the client lets values fit several"
        )
        hint = "say how they differ, by a discriminator or a constant, or write `anyOf`"
        yield document.diagnostic(join(union.pointer, "oneOf"), "not-rendered", message, hint=hint)


def _is_marked_member(node: Node) -> bool:
    return not node.data.keys().isdisjoint(_LOST_IN) and node.pointer.split("/")[-2] == "properties"


def _region(pointer: str) -> str:
    """The component that a schema is in; elsewhere, its direction."""
    steps = pointer.split("/")
    if steps[1:3] == ["components", "schemas"]:
        return "/".join(steps[:4])
    return next((_DIRECTIONS[step] for step in steps[2:5] if step in _DIRECTIONS), "")


def _directions(nodes: list[Node]) -> dict[str, set[str]]:
    """The directions of each region."""
    leads_to: dict[str, set[str]] = {}
    for node in nodes:
        if node.kind == "schema" and isinstance(ref := node.data.get("$ref"), str):
            with suppress(LookupError):  # of what is no reference, another check tells
                here, there = _region(node.pointer), _region(canonical(ref))
                leads_to.setdefault(here, set()).add(there)
                if node.pointer.split("/")[-2] == "allOf":  # where a base is, its heirs can be
                    leads_to.setdefault(there, set()).add(here)
    directions: dict[str, set[str]] = {}
    for direction in set(_DIRECTIONS.values()):
        for region in reachable([direction], lambda region: sorted(leads_to.get(region, ()))):
            directions.setdefault(region, set()).add(direction)
    return directions
