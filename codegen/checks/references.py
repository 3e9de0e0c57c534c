"""References: whether each points to something, of the right kind, and not in a cycle; and what nothing refers to."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from codegen.checks.defects import Defect, defect
from codegen.description.document import Document, as_mapping
from codegen.description.edits import LEFT_OUT
from codegen.description.graphs import reachable
from codegen.description.objects import OBJECTS, SECTIONS, Node, nodes
from codegen.description.pointers import around, canonical, join, tokens, unescape
from codegen.description.schemas import ANNOTATIONS, IN_PLACE, children
from codegen.description.security import SECURITY, named_schemes
from codegen.report.diagnostics import Diagnostic
from codegen.report.hints import Hints

#: How similar a name must be to be suggested for one that does not exist (0 to 1).
_SIMILARITY = 0.6
_UNIONS = ("anyOf", "oneOf")
#: The keywords by which a schema leads to others for the same value.
_LEADS_ON = frozenset({"$ref", *IN_PLACE})
#: Names that a message shows of each end of a long cycle.
_SHOWN = 5


def check(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report security schemes that are not described, and components that nothing leads to."""
    yield from _unknown_schemes(document, objects)
    if not document.once(_broken_references):  # else a component that is misspelt where it is used
        yield from _unused(document, objects)


def reference_defects(document: Document, _: list[Node]) -> Iterator[Defect]:
    """References that point to nothing, or to an object of another kind; also where the client does not look."""
    yield from document.once(_broken_references)


def _broken_references(document: Document) -> list[Defect]:
    everything, hints = nodes(document, unused=True), Hints()
    kinds = {node.pointer: node.kind for node in everything}
    references = [node for node in everything if "$ref" in node.data]
    return [broken for node in references for broken in _of_reference(document, node, kinds, hints)]


def _of_reference(document: Document, node: Node, kinds: Mapping[str, str], hints: Hints) -> Iterator[Defect]:
    if isinstance(ref := node.data.get("$ref"), str):
        try:
            target = document.at(ref)
        except LookupError:
            hint = _hint(document, ref, node, hints)
            yield _broken(document, node, "unresolved-ref", f"{ref} points to nothing", hint)
        else:
            yield from _wrong_ref(document, node, target, kinds)


def is_consequence(written: Document, document: Document, diagnostic: Diagnostic) -> bool:
    """Whether a reference leads to nothing only since what it leads to has a defect, or stands in a misspelt section.

    `written` is the description with all that `document` was read without.
    """
    if diagnostic.code != "unresolved-ref":
        return False
    ref = str(document.at(diagnostic.pointer))
    with suppress(LookupError):
        written.at(ref)
        return True
    return ref.startswith("#/") and _leads_through_misspelt(written.data, tokens(ref), (OBJECTS["openapi"], SECTIONS))


def _leads_through_misspelt(data: Any, steps: list[str], fields: tuple[Container[str], ...]) -> bool:
    """Whether the steps lead to something where one of the first, each in its object's fields, is spelt otherwise."""
    if not fields or not isinstance(data, dict):
        return False
    first, *rest = steps
    if first in data:
        return _leads_through_misspelt(data[first], rest, fields[1:])
    return first in fields[0] and any(_leads_on(data[name], rest) for name in data if name not in fields[0])


def _leads_on(value: Any, steps: list[str]) -> bool:
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return bool(steps)


def _wrong_ref(document: Document, node: Node, target: Any, kinds: Mapping[str, str]) -> Iterator[Defect]:
    ref = str(node.data["$ref"])
    kind = kinds.get(canonical(ref), "")
    if kind != node.kind and not (node.kind == "schema" and isinstance(target, bool)):
        named = f"a {kind} object" if kind else "no object of OpenAPI"
        message = f"{ref} points to {named}, but a {node.kind} object belongs here"
        enclosing = next((place for place in around(canonical(ref)) if kinds.get(place) == node.kind), "")
        hint = f"the {node.kind} around it is {enclosing}" if enclosing else ""
        yield _broken(document, node, "wrong-ref", message, hint)


def _broken(document: Document, node: Node, code: str, message: str, hint: str = "") -> Defect:
    place, instead = join(node.pointer, "$ref"), _INSTEAD.get(node.kind, "it is left out")
    edits = {node.pointer: _UNKNOWN.get(node.kind, LEFT_OUT)}
    return defect(document, place, code, message, hint=hint, edits=edits, instead=instead)


#: What is read in place of an object that a broken reference was to lead to; other kinds are left out.
_UNKNOWN: dict[str, dict[str, Any]] = {
    "schema": {},
    "media-type": {},
    "path-item": {},
    "response": {"description": ""},
    "request-body": {"content": {"application/json": {"schema": {}}}},
}
_INSTEAD = {
    "schema": "it is `Any`",
    **dict.fromkeys(("media-type", "path-item", "response", "request-body"), "nothing is known of it"),
}


def _hint(document: Document, ref: str, node: Node, hints: Hints) -> str:
    """The existing pointer that is most similar to one that points to nothing; else the component of that name."""
    parent, _, name = ref.rpartition("/")
    section = next((join("#/components", section) for section, held in SECTIONS.items() if held == node.kind), "")
    for place in (parent, section):
        with suppress(LookupError):
            suggestion = hints.nearest(unescape(name), as_mapping(document.at(place)), _SIMILARITY)
            if suggestion and join(place, suggestion) not in around(node.pointer):
                return f"did you mean {join(place, suggestion)}?"
    is_pointer = ref.startswith("#/")
    return (
        "" if is_pointer else "a reference leads to a YAML or JSON file in the folder of the description, or below it"
    )


def ignored_siblings(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Keywords beside a `$ref`, which OpenAPI 3.0 ignores (4.7.23); not `nullable`, which says what was meant."""
    for node in objects if document.is_3_0 else ():
        if node.kind == "schema" and isinstance(node.data.get("$ref"), str):
            for name in node.data.keys() - ANNOTATIONS - {"$ref", "nullable"}:
                if not name.startswith("x-"):
                    message, instead = f"`{name}` beside a `$ref` is ignored in OpenAPI 3.0", ""
                    yield defect(document, join(node.pointer, name), "unknown-field", message, instead=instead)


# Cycles


class _Step(NamedTuple):
    """From a schema to another one for the same value."""

    place: str
    """The pointer of the object that has the `$ref`."""
    keyword: str
    """The keyword that this object stands in, such as `allOf`; empty where it is the schema itself."""
    target: str


def cycle_defects(document: Document, objects: list[Node]) -> Iterator[Defect]:
    """Cycles of references and of `allOf`, `oneOf` and `anyOf`. One through a property is a recursive type.

    A base whose `oneOf` lists schemas that extend it by `allOf` is no cycle: they extend what stands beside `oneOf`.
    """
    kinds = {node.pointer: node.kind for node in objects}
    for cycle in _cycles(_graph(objects)):
        keywords = {step.keyword for step in cycle}
        if "allOf" in keywords and not keywords.isdisjoint(_UNIONS):
            continue
        closing = cycle[-1]
        names = [tokens(pointer)[-1] for pointer in (closing.target, *(step.target for step in cycle))]
        shown = " → ".join([*names[:_SHOWN], "…", *names[-_SHOWN:]] if len(names) > 2 * _SHOWN else names)
        message, hint = f"the references form a cycle: {shown}", "put a property in between"
        edits = {closing.place: LEFT_OUT if closing.keyword else _UNKNOWN.get(kinds.get(closing.place, ""), LEFT_OUT)}
        instead = f"the one to {tokens(closing.target)[-1]} counts for nothing"
        yield defect(document, closing.target, "ref-cycle", message, hint=hint, edits=edits, instead=instead)


def _graph(objects: list[Node]) -> dict[str, list[_Step]]:
    leading = (node for node in objects if not _LEADS_ON.isdisjoint(node.data))
    return {node.pointer: steps for node in leading if (steps := [*_steps(node.data, node.pointer)])}


def _cycles(graph: Mapping[str, list[_Step]]) -> Iterator[list[_Step]]:
    """The steps of each cycle; the last one closes it."""
    done: set[str] = set()
    for start in graph:
        path: list[_Step] = []
        places: dict[str, int] = {}
        stack = [(0, _Step("", "", start))]
        while stack:
            depth, step = stack.pop()
            while len(path) > depth:
                del places[path.pop().target]
            if step.target in places:
                yield [*path[places[step.target] + 1 :], step]
            elif step.target not in done:
                places[step.target] = depth
                path.append(step)
                done.add(step.target)
                stack += [(depth + 1, following) for following in graph.get(step.target, ())]


def _steps(schema: Any, pointer: str, keyword: str = "") -> Iterator[_Step]:
    """The references to schemas that describe the same value."""
    if isinstance(ref := as_mapping(schema).get("$ref"), str):
        yield _Step(pointer, keyword, ref)
    for place, member in children(schema, IN_PLACE):
        yield from _steps(member, f"{pointer}{place}", place.split("/")[1])


# Security schemes, and what nothing leads to


def _unknown_schemes(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    schemes, hints = _components(document, "securitySchemes"), Hints()
    for node in _secured(objects):
        for pointer, name in _security(node):
            if name not in schemes:
                hint = hints.did_you_mean(name, schemes, _SIMILARITY) or "describe it in #/components/securitySchemes"
                yield document.diagnostic(pointer, "unknown-scheme", f"there is no security scheme {name}", hint=hint)


def _secured(objects: list[Node]) -> list[Node]:
    """The objects that can have security requirements."""
    return [node for node in objects if node.kind in ("openapi", "operation") or SECURITY in node.data]


def _security(node: Node) -> Iterator[tuple[str, str]]:
    """The security schemes that an object requires, each after its pointer."""
    fields = ("security", SECURITY) if node.kind in ("openapi", "operation") else (SECURITY,)
    for field in fields:
        yield from named_schemes(node.data.get(field), join(node.pointer, field))


def _unused(document: Document, objects: list[Node]) -> Iterator[Diagnostic]:
    """Report components that nothing outside of `components` leads to, directly or through other components."""
    targets: dict[str, set[str]] = {}
    for pointer, target in [*_references(nodes(document, unused=True)), *_links(objects)]:
        targets.setdefault(_component_of(pointer), set()).add(_component_of(target))
    used = reachable([""], lambda component: targets.get(component, ()))
    for section in SECTIONS:
        for name in _components(document, section):
            pointer = join("#/components", section, name)
            if pointer not in used:
                yield document.diagnostic(pointer, "unused-component", f"nothing refers to {name}")


def _references(objects: list[Node]) -> Iterator[tuple[str, str]]:
    """Every reference, after the pointer of the object that has it; also at a place without references."""
    for node in objects:
        for value in (node.data, *node.data.values()):
            if isinstance(value, dict) and isinstance(ref := value.get("$ref"), str):
                yield node.pointer, ref


def _links(objects: list[Node]) -> Iterator[tuple[str, str]]:
    """What refers to what without a `$ref`, by pointers: required security schemes, and mappings of discriminators."""
    for node in _secured(objects):
        yield from ((pointer, join("#/components/securitySchemes", name)) for pointer, name in _security(node))
    for node in objects:
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
