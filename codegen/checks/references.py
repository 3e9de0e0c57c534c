"""References: whether each leads to something, of the right kind, and not round in a circle; what nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.objects import DATA, MAPS, SECTIONS, Node
from codegen.description.pointers import canonical, join, tokens, unescape
from codegen.description.schemas import IN_PLACE, children
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean, nearest


def check(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """All findings about references."""
    broken = [*_unresolved(document), *_of_wrong_kind(document, parts)]
    yield from broken
    yield from _cycles(document, parts)
    yield from _unknown_schemes(document, parts)
    if not broken:  # or what the right reference would lead to seems to be unused
        yield from _unused(document, parts)


def _references(document: Document) -> Iterator[tuple[str, str]]:
    """Every `$ref` of the description with the pointer of the object that holds it."""
    stack: list[tuple[str, Any, bool]] = [("#", document.data, False)]
    while stack:
        pointer, value, is_map = stack.pop()
        if isinstance(value, list):
            stack.extend((join(pointer, str(index)), item, False) for index, item in enumerate(value))
        elif isinstance(value, dict):
            if isinstance(ref := value.get("$ref"), str):
                yield pointer, ref
            for key, item in value.items():
                if is_map or key not in DATA:
                    stack.append((join(pointer, key), item, not is_map and key in MAPS))
                elif key == "examples" and isinstance(item, dict):
                    yield from _named_examples(item, join(pointer, key))


def _named_examples(held: dict[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    """The references among examples that have names; the examples themselves are data."""
    for name, example in held.items():
        if isinstance(example, dict) and isinstance(ref := example.get("$ref"), str):
            yield join(pointer, name), ref


def _unresolved(document: Document) -> Iterator[Diagnostic]:
    for pointer, ref in _references(document):
        try:
            document.at(ref)
        except LookupError:
            message, hint = f"{ref} leads nowhere", _nearest(document, ref)
            yield document.diagnostic(join(pointer, "$ref"), "unresolved-ref", message, hint=hint)


def _nearest(document: Document, ref: str) -> str:
    """The existing name that is most like the one that a reference gives."""
    parent, _, name = ref.rpartition("/")
    try:
        names = document.at(parent)
    except LookupError:
        return "references start with #/ and stay in this file" if not ref.startswith("#/") else ""
    close = nearest(unescape(name), as_mapping(names), similarity=0.6)
    return f"did you mean {join(parent, close)}?" if close else ""


def _of_wrong_kind(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    kinds = {part.pointer: part.kind for part in parts}
    for part in parts:
        if isinstance(ref := part.data.get("$ref"), str) and ref.startswith("#/"):
            kind = kinds.get(canonical(ref), part.kind)
            if kind != part.kind:
                message = f"{ref} leads to a {kind} object, and a {part.kind} object belongs here"
                yield document.diagnostic(join(part.pointer, "$ref"), "wrong-ref", message)


def _cycles(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """A circle of bare references, or of `allOf`, `oneOf` and `anyOf`; one through a property is a recursive type."""
    edges = {part.pointer: list(_same_value(part.data)) for part in parts if _same_value_at_all(part.data)}
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        stack = [(start, 0)]
        while stack:
            pointer, depth = stack.pop()
            del path[depth:]
            if pointer in path:
                names = " → ".join(tokens(step)[-1] for step in [*path[path.index(pointer) :], pointer])
                message = f"the references lead round in a circle: {names}"
                yield document.diagnostic(pointer, "ref-cycle", message, hint="put a property between them")
            elif pointer not in done:
                path.append(pointer)
                done.add(pointer)
                stack += [(target, depth + 1) for target in edges.get(pointer, ())]


def _same_value_at_all(data: dict[str, Any]) -> bool:
    return "$ref" in data or not data.keys().isdisjoint(IN_PLACE)


def _same_value(data: dict[str, Any]) -> Iterator[str]:
    """The pointers of what describes the very same value as this does."""
    if isinstance(ref := data.get("$ref"), str):
        yield ref
    for _, member in children(data, IN_PLACE):
        yield from _same_value(as_mapping(member))


def _unknown_schemes(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    known = _section(document, "securitySchemes")
    for part in parts:
        for pointer, name in _schemes(part) if part.kind in ("openapi", "operation") else ():
            if name not in known:
                hint = did_you_mean(name, known, similarity=0.6) or "describe it in #/components/securitySchemes"
                yield document.diagnostic(pointer, "unknown-scheme", f"there is no scheme {name}", hint=hint)


def _unused(document: Document, parts: list[Node]) -> Iterator[Diagnostic]:
    """Components that nothing outside of `components` leads to, at whatever remove."""
    held: dict[str, set[str]] = {}
    for pointer, target in _links(document, parts):
        held.setdefault(_component(pointer), set()).add(_component(target))
    reached, left = set[str](), held.get("", set())
    while left:
        reached |= left
        left = {target for component in left for target in held.get(component, ())} - reached
    for section in SECTIONS:
        for name in _section(document, section):
            pointer = join("#/components", section, name)
            if pointer not in reached:
                yield document.diagnostic(pointer, "unused-component", f"nothing refers to {name}")


def _links(document: Document, parts: list[Node]) -> Iterator[tuple[str, str]]:
    """Who leads to what: references, the names of security schemes, and discriminators' mappings."""
    yield from _references(document)
    for part in parts:
        if part.kind in ("openapi", "operation"):
            yield from ((part.pointer, join("#/components/securitySchemes", name)) for _, name in _schemes(part))
        elif part.kind == "discriminator" and isinstance(mapping := part.data.get("mapping"), dict):
            yield from ((part.pointer, str(target)) for target in mapping.values())
            yield from ((part.pointer, join("#/components/schemas", str(target))) for target in mapping.values())


def _schemes(part: Node) -> Iterator[tuple[str, str]]:
    """The security schemes that an object names, each with its pointer."""
    alternatives = part.data.get("security")
    for index, names in enumerate(as_list(alternatives)):
        for name in as_mapping(names):
            yield join(f"{part.pointer}/security/{index}", name), name


def _component(pointer: str) -> str:
    """The component that holds a pointer; empty outside of the components."""
    steps = pointer.split("/")
    return "/".join(steps[:4]) if steps[:2] == ["#", "components"] and len(steps) > 3 else ""


def _section(document: Document, section: str) -> dict[str, Any]:
    return as_mapping(as_mapping(document.data.get("components")).get(section))
