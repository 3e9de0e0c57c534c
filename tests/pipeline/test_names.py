"""Names are there to be relied on: whatever is added to a description, those that were there stay, or it is told."""

from __future__ import annotations

import copy
import json
import keyword
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.model.api import Api
from codegen.model.build import build
from codegen.naming import names
from codegen.normalise.markers import POINTER
from codegen.normalise.normalise import normalise
from codegen.parser.reading import parse
from codegen.report.diagnostics import Diagnostic, GenerationError

#: Names that want to be one another: by case, by spelling, by what is made of them.
ALIKE = [
    *(
        "thing",
        "Thing",
        "a-b",
        "a_b",
        "thing_owner",
        "ThingOwner",
        "owner",
        "class",
        "pets",
        "async_pets",
        "pets_schema",
    ),
    *("createThing", "create_thing", "create_thing_with_http_info", "CreateThingRequest", "CreateThingResponse"),
]
NAMES = st.sampled_from(ALIKE)
# A parameter that has the name of a member of the body is another matter: then the body is passed whole.
PARAMETERS = st.sampled_from(["q", "Q", "page-size", "page_size", "pageSize", "page_size_query", "body", "timeout"])
Description = dict[str, Any]
CLASHES = ("name-clash", "numbered-name", "duplicate-operation-id")


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    return st.builds(lambda properties: {"type": "object", "properties": properties}, members)


TEXTS: st.SearchStrategy[Any] = st.just({"type": "string"}) | st.lists(NAMES, min_size=1, max_size=2, unique=True).map(
    lambda values: {"type": "string", "enum": values}
)
SCHEMAS = st.recursive(
    TEXTS,
    lambda inner: (
        objects(inner)
        | st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(lambda one, other: {"oneOf": [one, other, {"type": "null"}]}, inner, inner)
    ),
    max_leaves=4,
)


@st.composite
def operations(draw: st.DrawFn) -> Description:
    parameters = [
        {"name": name, "in": "query", "schema": draw(TEXTS)} for name in draw(st.sets(PARAMETERS, max_size=3))
    ]
    content = {"application/json": {"schema": draw(SCHEMAS)}}
    made: Description = {"parameters": parameters, "responses": {"200": {"description": "Done", "content": content}}}
    if draw(st.booleans()):
        made["requestBody"] = {"content": {"application/json": {"schema": draw(SCHEMAS)}}}
    if draw(st.booleans()):
        made["operationId"] = draw(NAMES)
    return {**made, "tags": [draw(NAMES)]} if draw(st.booleans()) else made


@st.composite
def grown(draw: st.DrawFn) -> tuple[Description, Description]:
    """A description, and the same with an operation, a schema, a property or a value more, wherever in its order."""
    paths = {f"/thing{number}": {"get": draw(operations())} for number in range(draw(st.integers(1, 3)))}
    schemas = draw(st.dictionaries(NAMES, objects(SCHEMAS), min_size=1, max_size=4))
    before: Description = {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    after = copy.deepcopy(before)
    where = draw(st.sampled_from(["operation", "schema", "member"]))
    if where == "operation":
        insert(draw, after["paths"], "/new", {"post": draw(operations())})
    elif where == "schema":
        insert(draw, after["components"]["schemas"], draw(NAMES), draw(objects(SCHEMAS)))
    else:
        holder = draw(st.sampled_from([*held(after)]))
        if isinstance(holder, dict):
            insert(draw, holder, draw(NAMES), draw(SCHEMAS))
        else:
            holder.insert(draw(st.integers(0, len(holder))), draw(NAMES.filter(lambda name: name not in holder)))
    return before, after


def insert(draw: st.DrawFn, mapping: Description, name: str, value: Any) -> None:
    """Add a member somewhere; one that is there stays as it is."""
    items = [*mapping.items()]
    items.insert(draw(st.integers(0, len(items))), (name, mapping.get(name, value)))
    mapping.clear()
    mapping.update(items)


def held(value: Any) -> list[Any]:
    """The members of objects, and the values of enumerations, at every depth."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value[key] for key in ("properties", "enum") if isinstance(value, dict) and key in value]
    return [*own, *(found for part in inner for found in held(part))]


def read(description: Description) -> tuple[dict[tuple[str, ...], object], list[Diagnostic]]:
    """What callers call things, by what these are in the description; and what is told of names."""
    checked = check_description(Document.parse(json.dumps(description), "spec.json"))
    document, told = checked.document, [*checked.warnings]
    normalised = normalise(document)
    told += normalised.warnings()
    api = build(document, normalised, parse(normalised.document))
    pointers = {name: str(schema.get(POINTER, name)) for name, schema in normalised.schemas.items()}
    return public(api, pointers), [one for one in told if one.code in CLASHES]


def public(api: Api, pointers: dict[str, str]) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for tag in api.tags:
        for operation in tag.operations:
            key = (operation.method.get_untrusted_value(), operation.path.get_untrusted_value())
            found[key] = tag.attribute, tag.module, tag.prefix, operation.name
            found |= {(*key, answer.status): answer.models for answer in operation.answers}
            for one in operation.arguments:
                found[(*key, str(one.location), one.wire_name.get_untrusted_value())] = one.name
    for model in api.models:
        pointer = pointers[str(model.name)]
        found[(pointer,)] = model.name
        found |= {(pointer, field.wire_name.get_untrusted_value()): field.name for field in model.fields}
    return found | {(pointers[str(alias.name)],): alias.name for alias in api.aliases}


@pytest.mark.sweep
@given(grown())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_additions_rename_nothing(descriptions: tuple[Description, Description]) -> None:
    """Classes, modules, methods, arguments and fields keep their names; or a diagnostic says that they may not."""
    try:
        (before, _), (after, told) = map(read, descriptions)
    except GenerationError:
        return  # which is a diagnostic, too
    changed = {key: (name, after.get(key)) for key, name in before.items() if after.get(key) != name}
    assert not changed or told


THING: Description = {"type": "object", "properties": {"owner": {"type": "object", "properties": {"id": {}}}}}


def operation(**members: Any) -> Description:
    """With a body and an answer that are classes."""
    content = {"application/json": {"schema": {"type": "object", "properties": {"thing": {"type": "string"}}}}}
    return {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
        **members,
    }


def description(paths: Description, schemas: Description) -> Description:
    whole = {f"/{number}": {"post": one} for number, one in paths.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "paths": whole,
        "components": {"schemas": schemas},
    }


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ([{}, {"Thing": THING}], [{}, {"ThingOwner": THING, "Thing": THING}], ["numbered-name"]),
        ([{}, {"ab": {"enum": ["a"]}}], [{}, {"AB": THING, "ab": {"enum": ["a"]}}], ["name-clash"]),
        (
            [{"1": operation(operationId="make", tags=["a"])}, {}],
            [{"0": operation(operationId="Make", tags=["b"]), "1": operation(operationId="make", tags=["a"])}, {}],
            ["numbered-name", "numbered-name"],
        ),
        (
            [{"1": operation()}, {}],
            [{"0": operation(operationId="post_1"), "1": operation()}, {}],
            ["name-clash"],
        ),
        (
            [{"1": operation(operationId="Make")}, {}],
            [{"1": operation(operationId="Make"), "2": operation(operationId="make_with_http_info")}, {}],
            ["name-clash"],
        ),
    ],
    ids=["class", "case", "other-tag", "without-id", "twin"],
)
def test_a_changed_name_is_told(before: list[Description], after: list[Description], codes: list[str]) -> None:
    """Where two things want one name, something has to give."""
    (first, told), (second, told_then) = read(description(*before)), read(description(*after))
    assert [one.code for one in told] == []
    assert [one.code for one in told_then] == codes
    assert {key: name for key, name in first.items() if second[key] != name}


@pytest.mark.parametrize(
    "others",
    [
        {"0": operation(tags=["pets schema"])},
        {"0": operation(tags=["async pets"])},
        {"0": operation(operationId="types_of"), "2": operation(operationId="request")},
    ],
    ids=["word", "async", "types"],
)
def test_what_is_alike_renames_nothing(others: Description) -> None:
    """Though it is before: these are names of their own."""
    old = {"1": operation(tags=["pets"], operationId="types_of_request")}
    (before, _), (after, told) = read(description(old, {})), read(description(others | old, {}))
    assert before.items() <= after.items()
    assert told == []


def test_a_second_success_renames_nothing() -> None:
    """The answer that was alone keeps the name of its class."""
    one = operation(tags=["pets"])
    two = copy.deepcopy(one)
    two["responses"]["202"] = two["responses"]["200"]
    (before, _), (after, _) = read(description({"1": one}, {})), read(description({"1": two}, {}))
    assert before.items() <= after.items()


def test_what_becomes_nullable_keeps_its_name() -> None:
    """The class is named as the place is, with null beside it or without."""
    nullable = copy.deepcopy(THING)
    nullable["properties"]["owner"]["type"] = ["object", "null"]
    (before, _), (after, _) = read(description({}, {"Thing": THING})), read(description({}, {"Thing": nullable}))
    assert {*before.values()} == {*after.values()}


def test_a_place_has_one_class() -> None:
    """Whoever refers to a part of a schema gets the class that is there already."""
    part = {"$ref": "#/components/schemas/Thing/properties/owner"}
    whole = description({}, {"Other": {"type": "object", "properties": {"thing": part}}, "Thing": THING})
    found, told = read(whole)
    assert {str(name) for key, name in found.items() if len(key) == 1} == {"Other", "Thing", "ThingOwner"}
    assert told == []


@pytest.mark.parametrize("title", ["Größe", "名前", "имя API", "…", "  "])
def test_a_distribution_is_ascii(title: str) -> None:
    """It stands in User-Agent, which takes no other characters."""
    assert names.distribution(title).isascii()
    assert not names.distribution(title).startswith("-")


@pytest.mark.parametrize(
    "name", ["ﬁ名", "µ", "Ⅷ", "ª名", "ſ名", "ǅ名", "e\u0301名", "名\u0301", "नमस्ते", "class", "१", "·"]
)
def test_identifiers_are_as_python_reads_them(name: str) -> None:
    """Python normalises them; a keyword argument in a dict, or the name of a module, is not."""
    namespace: dict[str, object] = {}
    exec(f"{names.identifier(name)} = 1", namespace)
    assert names.identifier(name) in namespace
    assert not keyword.iskeyword(names.identifier(name))


def test_classes_of_tags_stay_apart() -> None:
    """Also from the asynchronous ones of another tag, and on systems that do not tell names apart by case."""
    tags = ["pets", "async pets", "pets schema", "a-b", "ab", "x2", "x 2"]
    found = names.prefixes({names.identifier(tag): tag for tag in tags})
    classes = [f"{kind}{prefix}".lower() for prefix in found.values() for kind in ("", "Async")]
    assert len({*classes}) == 2 * len(tags)
    assert (found["pets"], found["async_pets"], found["pets_schema"]) == ("Pets", "AsynchronousPets", "PetsSchema")
