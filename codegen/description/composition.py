"""Which schemas have which others as parts of themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from codegen.description.objects import Node
from codegen.description.pointers import canonical
from codegen.description.schemas import IN_PLACE, owner_of

#: By the pointer of a schema, those of the schemas that it is a part of.
Wholes = dict[str, list[str]]


def wholes(nodes: Iterable[Node], keywords: Collection[str] = IN_PLACE) -> Wholes:
    """The schemas that refer to others, by these; in these keywords, or as themselves."""
    by_part: Wholes = {}
    for node in nodes:
        ref = node.data.get("$ref") if node.kind == "schema" else None
        if isinstance(ref, str) and ref.startswith("#"):
            keyword = node.pointer.rsplit("/", 2)[-2]
            if keyword not in IN_PLACE or keyword in keywords:
                by_part.setdefault(canonical(ref), []).append(owner_of(node.pointer))
    return by_part


def above(pointer: str, by_part: Wholes) -> Iterator[str]:
    """The schemas that have this one as a part, directly or through others."""
    seen, pending = {pointer}, [pointer]
    while pending:
        for whole in by_part.get(pending.pop(), ()):
            if whole not in seen:
                seen.add(whole)
                pending.append(whole)
                yield whole
