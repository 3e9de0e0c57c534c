"""References: whether each points to something, of the right kind, and not in a cycle; and what nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.description.objects import DATA, MAPS, SECTIONS, Node
from codegen.description.pointers import canonical, join, tokens, unescape
from codegen.description.schemas import IN_PLACE, children
from codegen.description.security import SECURITY, named_schemes
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import did_you_mean, nearest

#: How similar a name must be to be suggested for one that does not exist (0 to 1).
_SIMILARITY = 0.6
#: The keywords whose schemas describe the same value as the schema that has them.
_SAME_VALUE = ("$ref", *IN_PLACE)


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report all that is wrong with references."""
    references = [*_references(document)]
    broken = [*_unresolved(document, references), *_of_wrong_kind(document, nodes)]
    yield from broken
    yield from _cycles(document, nodes)
    yield from _unknown_schemes(document, nodes)
    if not broken:  # else a component would seem unused that is only misspelt where it is used
        yield from _unused(document, nodes, references)


def _references(document: Document) -> Iterator[tuple[str, str]]:
    """Every `$ref` in the description, after the pointer of the object that has it."""
    stack: list[tuple[str, Any, bool]] = [("#", document.data, False)]
    while stack:
        pointer, value, is_map = stack.pop()
        if isinstance(value, list):
            stack.extend((join(pointer, str(index)), item, False) for index, item in enumerate(value))
        elif isinstance(value, dict):
            if isinstance(ref := value.get("$ref"), str):
                yield pointer, ref
            for key, item in value.items():
                if not isinstance(item, (dict, list)):
                    continue
                if is_map or key not in DATA:
                    stack.append((join(pointer, key), item, not is_map and key in MAPS))
                elif key == "examples":
                    yield from _references_among(as_mapping(item), join(pointer, key))


def _references_among(examples: dict[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    """As `_references`, for named Example Objects, whose values are data."""
    for name, example in examples.items():
        if isinstance(ref := as_mapping(example).get("$ref"), str):
            yield join(pointer, name), ref


def _unresolved(document: Document, references: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    for pointer, ref in references:
        try:
            document.at(ref)
        except LookupError:
            message, hint = f"{ref} points to nothing", _hint(document, ref)
            yield document.diagnostic(join(pointer, "$ref"), "unresolved-ref", message, hint=hint)


def _hint(document: Document, ref: str) -> str:
    """The existing pointer that is most similar to one that points to nothing."""
    parent, _, name = ref.rpartition("/")
    try:
        siblings = as_mapping(document.at(parent))
    except LookupError:
        return "a reference begins with #/ and stays within this file" if not ref.startswith("#/") else ""
    suggestion = nearest(unescape(name), siblings, _SIMILARITY)
    return f"did you mean {join(parent, suggestion)}?" if suggestion else ""


def _of_wrong_kind(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    kinds = {node.pointer: node.kind for node in nodes}
    for node in nodes:
        if isinstance(ref := node.data.get("$ref"), str) and ref.startswith("#/"):
            kind = kinds.get(canonical(ref), node.kind)
            if kind != node.kind:
                message = f"{ref} points to a {kind} object, but a {node.kind} object belongs here"
                yield document.diagnostic(join(node.pointer, "$ref"), "wrong-ref", message)


def _cycles(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report cycles of references and of `allOf`, `oneOf` and `anyOf`. One through a property is a recursive type."""
    graph = {node.pointer: [*_same_value(node.data)] for node in nodes if not node.data.keys().isdisjoint(_SAME_VALUE)}
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        stack = [(start, 0)]
        while stack:
            pointer, depth = stack.pop()
            del path[depth:]
            if pointer in path:
                yield _cycle(document, path[path.index(pointer) :])
            elif pointer not in done:
                path.append(pointer)
                done.add(pointer)
                stack += [(target, depth + 1) for target in graph.get(pointer, ())]


def _cycle(document: Document, pointers: list[str]) -> Diagnostic:
    names = " → ".join(tokens(pointer)[-1] for pointer in [*pointers, pointers[0]])
    message = f"the references form a cycle: {names}"
    return document.diagnostic(pointers[0], "ref-cycle", message, hint="put a property in between")


def _same_value(schema: dict[str, Any]) -> Iterator[str]:
    """The pointers of the schemas that describe the same value."""
    if isinstance(ref := schema.get("$ref"), str):
        yield ref
    for _, member in children(schema, IN_PLACE):
        yield from _same_value(as_mapping(member))


def _unknown_schemes(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    schemes = _components(document, "securitySchemes")
    for node in _secured(nodes):
        for pointer, name in _security(node):
            if name not in schemes:
                hint = did_you_mean(name, schemes, _SIMILARITY) or "describe it in #/components/securitySchemes"
                yield document.diagnostic(pointer, "unknown-scheme", f"there is no security scheme {name}", hint=hint)


def _secured(nodes: list[Node]) -> list[Node]:
    """The objects that can have security requirements."""
    return [node for node in nodes if node.kind in ("openapi", "operation") or SECURITY in node.data]


def _security(node: Node) -> Iterator[tuple[str, str]]:
    """The security schemes that an object requires, each after its pointer."""
    fields = ("security", SECURITY) if node.kind in ("openapi", "operation") else (SECURITY,)
    for field in fields:
        yield from named_schemes(node.data.get(field), join(node.pointer, field))


def _unused(document: Document, nodes: list[Node], references: list[tuple[str, str]]) -> Iterator[Diagnostic]:
    """Report components that nothing outside of `components` leads to, directly or through other components."""
    targets: dict[str, set[str]] = {}
    for pointer, target in [*references, *_links(document, nodes)]:
        targets.setdefault(_component_of(pointer), set()).add(_component_of(target))
    used = _reachable("", targets)
    for section in SECTIONS:
        for name in _components(document, section):
            pointer = join("#/components", section, name)
            if pointer not in used:
                yield document.diagnostic(pointer, "unused-component", f"nothing refers to {name}")


def _reachable(start: str, targets: Mapping[str, set[str]]) -> set[str]:
    reached, left = set[str](), targets.get(start, set[str]())
    while left:
        reached |= left
        left = {target for component in left for target in targets.get(component, ())} - reached
    return reached


def _links(document: Document, nodes: list[Node]) -> Iterator[tuple[str, str]]:
    """What refers to what without a `$ref`, by pointers: required security schemes, and mappings of discriminators."""
    for node in _secured(nodes):
        yield from ((pointer, join("#/components/securitySchemes", name)) for pointer, name in _security(node))
    for node in nodes:
        if node.kind == "discriminator":
            for target in map(str, as_mapping(node.data.get("mapping")).values()):  # a pointer, or a component's name
                yield node.pointer, target
                yield node.pointer, join("#/components/schemas", target)


def _component_of(pointer: str) -> str:
    """The component that a pointer is within; empty outside of `components`."""
    steps = pointer.split("/")
    return "/".join(steps[:4]) if steps[:2] == ["#", "components"] and len(steps) > 3 else ""


def _components(document: Document, section: str) -> dict[str, Any]:
    return as_mapping(as_mapping(document.data.get("components")).get(section))
