"""Our operations against those that Persona publishes: what differs is told, unless a reason is given for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import upstream
from codegen.document import Document
from tests.support.checkout import ROOT

PUBLISHED = ROOT.parent / "shared" / "upstream" / "persona-2025-12-08.yaml"
HEADER = "Idempotency-Key"
AUTHORIZE = ("paths", "/oauth/authorize", "post")
TOKEN = ("paths", "/oauth/token", "post")
FORM = "application/x-www-form-urlencoded"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def ours() -> Document:
    return Document.load(upstream.SPEC, "spec/openapi.yaml")


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The published description; without it, ours stands in, so that every planted difference is still looked for."""
    whole = Document.load(PUBLISHED if PUBLISHED.exists() else upstream.SPEC, "published")
    paths = {path: item for path, item in whole.data["paths"].items() if path.startswith("/oauth/")}
    return {**whole.data, "paths": paths, "components": reached(whole, paths)}


def reached(document: Document, paths: dict[str, Any]) -> dict[str, Any]:
    """The components that the paths need: the others would only be copied."""
    components: dict[str, Any] = {}
    wanted: list[Any] = [paths]
    while wanted:
        part = wanted.pop()
        if isinstance(part, dict) and isinstance(ref := part.get("$ref"), str):
            _, _, kind, name = ref.split("/")
            if name not in components.setdefault(kind, {}):
                components[kind][name] = document.at(ref)
                wanted.append(components[kind][name])
        elif isinstance(part, dict | list):
            wanted += part.values() if isinstance(part, dict) else part
    return components


@pytest.fixture(scope="module")
def reasons() -> dict[str, str]:
    return upstream.read_reasons(upstream.DIFFERENCES) if PUBLISHED.exists() else {}


def against(ours: Document, data: dict[str, Any], reasons: dict[str, str]) -> upstream.Comparison:
    return upstream.compare(ours, Document("published", "", data), reasons)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published description lies beside the repository, in ../shared")
def test_the_published_description_holds_no_surprise(capsys: pytest.CaptureFixture[str]) -> None:
    """Every difference has its reason, and every reason its difference."""
    assert upstream.main([str(PUBLISHED)]) == 0
    assert "0 differences" in capsys.readouterr().out


def resolved(data: dict[str, Any], part: Any) -> Any:
    """A part with its references followed."""
    while isinstance(part, dict) and "$ref" in part:
        part = at(data, *part["$ref"].removeprefix("#/").split("/"))
    return part


def at(data: dict[str, Any], *keys: str | int) -> Any:
    """A part of a description, references followed."""
    part: Any = data
    for key in keys:
        part = resolved(data, part)[key]
    return resolved(data, part)


def schema_of(data: dict[str, Any], *keys: str | int) -> Any:
    return at(data, *keys, "content", "application/json", "schema")


def body_of(data: dict[str, Any], operation: tuple[str, ...]) -> Any:
    return at(data, *operation, "requestBody", "content", FORM, "schema")


def parameter(data: dict[str, Any], name: str) -> Any:
    found = [at(data, *TOKEN, "parameters", number) for number in range(3)]
    return next(one for one in found if one["name"] == name)


def rename(mapping: dict[str, Any], old: str, new: str) -> None:
    mapping[new] = mapping.pop(old)


PLANTED: dict[str, tuple[Change, str]] = {
    "an operation gone": (lambda d: d["paths"].pop("/oauth/token"), "POST /oauth/token: ours is there"),
    "a new parameter": (
        lambda d: at(d, *TOKEN)["parameters"].append({"in": "query", "name": "dry", "schema": {"type": "boolean"}}),
        "parameter query dry: ours nothing, theirs is there",
    ),
    "a parameter gone": (
        lambda d: at(d, *TOKEN)["parameters"].remove(at(d, *TOKEN)["parameters"][0]),
        "/oauth/token / parameter header",
    ),
    "a parameter required": (
        lambda d: parameter(d, HEADER).update(required=True),
        "parameter header Idempotency-Key / required: ours False, theirs True",
    ),
    "a parameter of another type": (
        lambda d: parameter(d, HEADER)["schema"].update(type="integer"),
        "parameter header Idempotency-Key / type: ours string, theirs integer",
    ),
    "a new value of a parameter": (
        lambda d: parameter(d, "Key-Inflection")["schema"]["enum"].append("pascal"),
        "parameter header Key-Inflection / enum",
    ),
    "a new version": (
        lambda d: resolved(d, parameter(d, "Persona-Version")["schema"]).update(enum=["2027-01-01"]),
        "parameter header Persona-Version / enum",
    ),
    "a new field of a body": (
        lambda d: body_of(d, AUTHORIZE)["properties"].update(state={"type": "string"}),
        "state: ours nothing, theirs is there",
    ),
    "a field of a body gone": (lambda d: body_of(d, AUTHORIZE)["properties"].pop("scope"), "scope: ours is there"),
    "a field of a body optional": (
        lambda d: body_of(d, AUTHORIZE)["required"].remove("scope"),
        "scope / required: ours True, theirs False",
    ),
    "another media type": (
        lambda d: rename(at(d, *AUTHORIZE, "requestBody")["content"], FORM, "application/json"),
        "body / application/json: ours nothing, theirs is there",
    ),
    "a third grant": (
        lambda d: body_of(d, TOKEN)["oneOf"].append({"type": "object", "required": ["refresh_token"]}),
        "variant requiring refresh_token: ours nothing",
    ),
    "a new field of an answer": (
        lambda d: schema_of(d, *TOKEN, "responses", "201")["properties"].update(refresh_token={"type": "string"}),
        "answer 201 / application/json / refresh_token: ours nothing, theirs is there",
    ),
    "a field of an answer of another type": (
        lambda d: schema_of(d, *TOKEN, "responses", "201")["properties"]["expires-in"].update(type="string"),
        "expires-in / type: ours integer, theirs string",
    ),
    "a new status": (
        lambda d: at(d, *TOKEN)["responses"].update({"410": {"description": "Gone."}}),
        "answer 410: ours nothing, theirs is there",
    ),
    "a status gone": (lambda d: at(d, *TOKEN)["responses"].pop("409"), "answer 409: ours is there, theirs nothing"),
    "a response header gone": (
        lambda d: at(d, *TOKEN, "responses", "201")["headers"].pop("Request-Id"),
        "answer 201 / header Request-Id: ours is there",
    ),
    "another authentication": (lambda d: at(d, *AUTHORIZE).update(security=[{"mutual": []}]), "security: ours"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_difference_is_found(
    name: str, ours: Document, published: dict[str, Any], reasons: dict[str, str]
) -> None:
    """A change on their side is told, at a line of ours."""
    change, expected = PLANTED[name]
    data = copy.deepcopy(published)
    before = {one.text for one in against(ours, data, reasons).unknown}
    change(data)
    found = [one for one in against(ours, data, reasons).unknown if one.text not in before]
    assert any(expected in one.text for one in found), [one.text for one in found]
    assert all(one.position.line > 1 for one in found)


def test_a_reason_for_nothing_is_an_error(ours: Document, published: dict[str, Any], reasons: dict[str, str]) -> None:
    """A difference that is gone leaves an entry to delete."""
    found = against(ours, published, {**reasons, "* / gone: ours 1, theirs 2": "It was so once."})
    assert found.stale == ("* / gone: ours 1, theirs 2",)


def test_uncovered_operations_are_counted(ours: Document, published: dict[str, Any], reasons: dict[str, str]) -> None:
    """What we do not have is no difference."""
    data = copy.deepcopy(published)
    before = against(ours, data, reasons)
    data["paths"]["/new"] = {"get": {"responses": {}}, "put": {"responses": {}}}
    after = against(ours, data, reasons)
    assert after.uncovered == before.uncovered + 2
    assert after.differences == before.differences


@pytest.mark.parametrize("content", ["paths: [", None, "'*': ''"], ids=["no YAML", "no file", "no reason"])
def test_what_cannot_be_read_is_told(content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, with the file's name and without a traceback."""
    file = tmp_path / "read.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    reason = content is not None and content.startswith("'")
    arguments = [str(upstream.SPEC), "--differences", str(file)] if reason else [str(file)]
    assert upstream.main(arguments) == 2
    assert "read.yaml" in capsys.readouterr().err
