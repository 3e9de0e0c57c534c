"""What an edit of the description does to the requests that servers see, and what it does to nobody."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import shutil
import sys
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.description.document import Document
from codegen.maintainer import callers, members, sender, wire
from codegen.maintainer.samples import Call, samples
from codegen.model.read import read
from codegen.model.texts import matching
from codegen.model.types import FORMATS
from tests.support.mutation import Path as Place
from tests.support.together import Edit, check_together, edited, is_disjoint, rounds, touched

SPEC = Path(__file__).parent / "wire.yaml"
#: Without aliases of YAML: no part of it is shared by two places.
DESCRIPTION = json.loads(json.dumps(Document.load(SPEC, "wire.yaml").data))

LISTS = "/lists/{simple}/{label}/{matrix}"
FIND = ("paths", LISTS, "get")
JSON = ("paths", "/json", "post")
FORM = ("paths", "/form", "post")
PARTS = ("paths", "/multipart", "post")
SCHEMAS = ("components", "schemas")
THING = (*SCHEMAS, "Thing")
ANSWER = (*SCHEMAS, "Answer", "properties")
SCHEME = ("components", "securitySchemes", "key")
NEVER = {"type": "string", "not": {"type": "string"}}
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def put(*path: str, value: object) -> Edit:
    """Set a value."""
    return lambda data: _at(data, path[:-1]).update({path[-1]: value})


def drop(*path: str) -> Edit:
    """Remove a value."""
    return lambda data: _at(data, path[:-1]).pop(path[-1])


def parameter(name: str, /, **fields: object) -> Edit:
    """Set fields of a parameter."""

    def change(data: Any) -> None:
        [raw] = [item for item in _at(data, FIND)["parameters"] if item["name"] == name]
        raw.update(fields)

    return change


def add(**fields: object) -> Edit:
    """Add a parameter."""
    return lambda data: _at(data, FIND)["parameters"].append(fields)


def remove(name: str) -> Edit:
    """Remove a parameter."""

    def change(data: Any) -> None:
        listed = _at(data, FIND)["parameters"]
        listed[:] = [item for item in listed if item["name"] != name]

    return change


def media_type(operation: tuple[str, ...], new: str) -> Edit:
    """Rename the media type of a body."""

    def change(data: Any) -> None:
        content = _at(data, (*operation, "requestBody", "content"))
        content[new] = content.pop(next(iter(content)))

    return change


def move(old: str, new: str) -> Edit:
    """Rename a path."""
    return lambda data: data["paths"].update({new: data["paths"].pop(old)})


def method(path: str, old: str, new: str) -> Edit:
    """Rename a method."""
    return lambda data: data["paths"][path].update({new: data["paths"][path].pop(old)})


def encoding(operation: tuple[str, ...], media: str, member: str, **fields: object) -> Edit:
    """Set how a member of a form is written."""
    path = (*operation, "requestBody", "content", media)
    return lambda data: _at(data, path).setdefault("encoding", {}).update({member: fields})


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


EDITS: dict[str, Edit] = {
    # Styles, explode and escapes of parameters
    "path: simple to label": parameter("simple", style="label"),
    "path: simple to matrix": parameter("simple", style="matrix"),
    "path: label to simple": parameter("label", style="simple"),
    "path: label exploded": parameter("label", explode=True),
    "path: matrix to label": parameter("matrix", style="label"),
    "path: matrix exploded": parameter("matrix", explode=True),
    "query: form not exploded": parameter("form", explode=False),
    "query: form to spaceDelimited": parameter("form", style="spaceDelimited", explode=False),
    "query: form to pipeDelimited": parameter("form", style="pipeDelimited", explode=False),
    "query: spaceDelimited to form": parameter("space", style="form", explode=False),
    "query: pipeDelimited to form": parameter("pipe", style="form", explode=False),
    "query: pipeDelimited exploded": parameter("pipe", style="form", explode=True),
    "query: deepObject to form": parameter("deep", style="form"),
    "query: form to deepObject": parameter("pair", style="deepObject", explode=True),
    "query: an object not exploded": parameter("pair", explode=False),
    "query: allowReserved": parameter("url", allowReserved=True),
    "query: an empty value no longer": parameter("empty", allowEmptyValue=False),
    "query: JSON to a style": lambda data: (
        parameter("filter", schema={"$ref": "#/components/schemas/Pair"})(data)
        or _at(data, FIND)["parameters"][10].pop("content")
    ),
    "query: a default": parameter("page", schema={"type": "integer", "default": 2}),
    "header: exploded": parameter("X-Ids", explode=True),
    "header: a list to a text in JSON": lambda data: (
        parameter("X-Ids", content={"application/json": {"schema": {"$ref": "#/components/schemas/Texts"}}})(data)
        or _at(data, FIND)["parameters"][12].pop("schema")
    ),
    "header: a default": parameter("X-Version", schema={"type": "string", "default": "2026-02-02"}),
    "header: another name with the same argument": parameter("X-Version", name="X_Version"),
    "query to header": parameter("url", **{"in": "header"}),
    "cookie: not exploded": parameter("seen", explode=False),
    "cookie to query": parameter("seen", **{"in": "query"}),
    "a parameter renamed": parameter("url", name="address"),
    "a parameter more": add(name="more", **{"in": "query"}, schema={"type": "string"}),
    "a required parameter more": add(name="more", **{"in": "query"}, required=True, schema={"type": "string"}),
    "a parameter less": remove("url"),
    "a parameter checked as its type does not": parameter(
        "form", schema={"type": "array", "uniqueItems": True, "items": {"type": "string"}}
    ),
    # Bodies
    "JSON to another JSON": media_type(JSON, "application/vnd.things+json"),
    "JSON to a form": media_type(JSON, URLENCODED),
    "JSON to multipart": media_type(JSON, MULTIPART),
    "a form to JSON": media_type(FORM, "application/json"),
    "a form to multipart": lambda data: (
        media_type(FORM, MULTIPART)(data) or _at(data, (*FORM, "requestBody", "content", MULTIPART)).pop("encoding")
    ),
    "text to CSV": media_type(("paths", "/text", "put"), "text/csv"),
    "bytes to an image": media_type(("paths", "/bytes", "put"), "image/png"),
    "a form's list not exploded": encoding(FORM, URLENCODED, "texts", style="form", explode=False),
    "a form's list with pipes": encoding(FORM, URLENCODED, "texts", style="pipeDelimited", explode=False),
    "a form's object as deepObject": encoding(FORM, URLENCODED, "pair", style="deepObject", explode=True),
    "a form's member as JSON": encoding(FORM, URLENCODED, "pair", contentType="application/json"),
    "a part's content type": encoding(PARTS, MULTIPART, "file", contentType="image/png"),
    "a part as text": encoding(PARTS, MULTIPART, "pair", contentType="text/plain"),
    "a member renamed for its casing": lambda data: _at(data, (*THING, "properties")).update(
        {"Texts": _at(data, (*THING, "properties")).pop("texts")}
    ),
    "a member more": put(*THING, "properties", "more", value={"type": "string"}),
    "members in another order": lambda data: _at(data, THING).update(
        properties=dict(reversed(_at(data, (*THING, "properties")).items()))
    ),
    # Where to, and with what
    "another server": put("servers", value=[{"url": "https://api.example.org/v1"}]),
    "another base path": put("servers", value=[{"url": "https://api.example.com/v2"}]),
    "a server of one operation": put(*JSON, "servers", value=[{"url": "https://files.example.com"}]),
    "another path": move("/json", "/things"),
    "another method": method("/text", "put", "patch"),
    "another scheme": put(*SCHEME, "scheme", value="basic"),
    "a key in a header": put(*SCHEME, value={"type": "apiKey", "in": "header", "name": "X-Key"}),
    "a key in the query": put(*SCHEME, value={"type": "apiKey", "in": "query", "name": "key"}),
    "another scheme for one operation": put(*JSON, "security", value=[{"other": []}]),
    "no credentials for one operation": put(*JSON, "security", value=[]),
    # What breaks nobody
    "an answer's new value": put(*ANSWER, "state", "enum", value=["open", "closed", "lost"]),
    "an answer's format: password": put(*ANSWER, "note", "format", value="password"),
    "an answer's optional header less": drop(*JSON, "responses", "200", "headers"),
    "an answer in another media type as well": put(
        *JSON,
        "responses",
        value={
            "200": {
                "description": "Done",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}},
                    "text/plain": {"schema": {"type": "string"}},
                },
            },
            "404": {"description": "Nothing"},
        },
    ),
    "a text": put(*JSON, "description", value="Other words."),
}


#: What the maintainer is told of each edit, signatures first.
TOLD: dict[str, list[str]] = {
    name: [line.strip() for line in lines]
    for name, *lines in (
        block.splitlines() for block in (Path(__file__).parent / "wire.txt").read_text(encoding="utf-8").split("\n\n")
    )
}
#: These run with all other tests, in processes of their own as for a maintainer; all of them once more in this one, as
#: starting two processes for each takes as long as all else.
QUICK = ("query: form not exploded", "JSON to a form", "another server", "another scheme", "an answer's new value")


def package(folder: Path, data: dict[str, Any]) -> tuple[Path, Path]:
    """The package of a description, and the description."""
    folder.mkdir()
    spec, output = folder / "openapi.yaml", folder / "generated"
    spec.write_text(json.dumps(data, indent=1), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as told, contextlib.redirect_stderr(told):
        assert generate.main(["--spec", str(spec), "--output", str(output), "--package", "things"]) == 0, (
            told.getvalue()
        )
    return output, spec


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the description as it is."""
    return package(tmp_path_factory.mktemp("before") / "package", DESCRIPTION)[0]


def outcomes_in_this_process(folder: Path, calls: Sequence[Call]) -> list[dict[str, Any]]:
    """What a package sends for each call. It is forgotten afterwards: the next has the same name."""
    if not calls:
        return []
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.syspath_prepend(folder)
        try:
            own = sender.Sender(importlib.import_module("things"))
            return [own.outcome(call.attribute, call.method, call.arguments) for call in calls]
        finally:
            for module in [name for name in sys.modules if name.partition(".")[0] == "things"]:
                del sys.modules[module]


def told_of(before: Path, folder: Path, *names: str) -> list[str]:
    """What the maintainer is told of some edits."""
    after, spec = package(folder, edited(DESCRIPTION, [EDITS[name] for name in names]))
    signatures = callers.compare(before, after)
    requests, missed = wire.compare(before, after, spec, signatures)
    assert missed == []
    return [str(change) for change in (*signatures, *requests)]


@pytest.mark.parametrize("name", QUICK)
def test_an_edit_is_told_by_what_servers_and_callers_see_of_it(name: str, before: Path, tmp_path: Path) -> None:
    """Each change in one line: what the signature says is not said of the request once more."""
    assert (told_of(before, tmp_path / "after", name) or ["nothing"]) == TOLD[name]


@cache
def places_of(name: str) -> set[Place]:
    """The places that an edit changes."""
    return touched(DESCRIPTION, EDITS[name])


def is_apart(name: str, other: str) -> bool:
    """Whether two edits can be told of one package: at places of their own, of operations of their own.

    What is told of the client is told of no operation, and what comes after it may be left out there.
    """
    told = subjects(name), subjects(other)
    is_of_all = "Client" in told[0] | told[1] and all(told)
    return is_disjoint(places_of(name), places_of(other)) and told[0].isdisjoint(told[1]) and not is_of_all


def subjects(name: str) -> set[str]:
    """The operations and models that something is told of."""
    return {line.split()[1].rstrip(":") for line in TOLD[name] if line != "nothing"}


@pytest.mark.sweep
def test_all_edits_are_told_so(
    before: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To compare two packages takes as long as all else, so each comparison has all edits that are apart.

    The package of before is read once, and makes each call once.
    """
    old, sent = members.load(before), dict[str, dict[str, Any]]()

    def outcomes(folder: Path, calls: Sequence[Call]) -> list[dict[str, Any]]:
        if folder != before:
            return outcomes_in_this_process(folder, calls)
        new = [call for call in calls if repr(call) not in sent]
        sent.update(zip(map(repr, new), outcomes_in_this_process(folder, new), strict=True))
        return [sent[repr(call)] for call in calls]

    monkeypatch.setattr(wire, "_outcomes", outcomes)
    monkeypatch.setattr(callers, "load", lambda folder: old if folder == before else members.load(folder))

    def check(names: Sequence[str]) -> None:
        told = told_of(before, tmp_path_factory.mktemp("after") / "package", *names)
        assert sorted(told) == sorted(line for name in names for line in TOLD[name] if line != "nothing")

    for names in rounds(EDITS, is_apart):
        check_together(names, check)


def test_every_edit_has_its_verdict() -> None:
    assert EDITS.keys() == TOLD.keys()
    assert len(EDITS) >= 60
    styles = "simple label matrix form spaceDelimited pipeDelimited deepObject".split()
    kinds = "JSON form multipart text bytes".split()
    assert [word for word in (*styles, *kinds) if not any(word in name for name in EDITS)] == []


def test_an_operation_that_no_sample_fits_is_named(before: Path, tmp_path: Path) -> None:
    """Nothing is taken for equal that was not compared."""
    edit = put("paths", "/text", "put", "requestBody", "content", "text/plain", "schema", value=NEVER)
    after, spec = package(tmp_path / "after", edited(DESCRIPTION, [edit]))
    changes, missed = wire.compare(after, after, spec, [])
    assert changes == []
    assert [text.partition(": ")[0] for text in missed] == ["ThingsApi.send_text"]


def test_what_is_new_is_said_by_the_signatures_alone(before: Path, tmp_path: Path) -> None:
    """An operation under a tag of its own; what changes for all the others is still said of the client."""
    data = edited(DESCRIPTION, [put("servers", value=[{"url": "https://api.example.org/v1"}])])
    data["paths"]["/new"] = {"get": {"operationId": "get-new", "tags": ["fresh"], "responses": {}}}
    after, spec = package(tmp_path / "after", data)
    changes, missed = wire.compare(before, after, spec, callers.compare(before, after))
    assert missed == []
    assert [change.subject for change in changes] == ["Client"]


def test_a_file_of_several_types_is_sent_as_one_of_them(before: Path, tmp_path: Path) -> None:
    """The description leaves the choice to callers, so a sample makes it."""
    several = encoding(PARTS, MULTIPART, "file", contentType="image/png, image/*")
    after, spec = package(tmp_path / "after", edited(DESCRIPTION, [several]))
    changes, missed = wire.compare(after, after, spec, [])
    assert (changes, missed) == ([], [])


def test_a_package_that_cannot_be_run_is_an_error(before: Path, tmp_path: Path) -> None:
    """It is not taken for one that sends the same."""
    broken = tmp_path / "broken"
    shutil.copytree(before, broken)
    (broken / "things" / "client.py").write_text("raise RuntimeError('broken')\n", encoding="utf-8")
    with pytest.raises(wire.SendingError, match="the requests of things cannot be compared: RuntimeError: broken"):
        wire.compare(before, broken, SPEC, [])


@pytest.mark.parametrize(
    "pattern",
    ["^[0-9]{4}-[0-9]{2}$", "^(inq|acct)_[A-Za-z0-9]+$", "^[^a]b?c+$", r"^\d+\s\w*$", "a|b", "^.{3}$", "(?i:x)"],
)
def test_a_text_is_made_that_a_pattern_takes(pattern: str) -> None:
    assert re.search(pattern, matching(pattern))


def test_a_pattern_that_cannot_be_read_is_answered_with_any_text() -> None:
    assert matching("[") == "text"


def test_each_format_with_a_type_has_a_sample(tmp_path: Path) -> None:
    """A new one needs some values in `codegen.maintainer.samples`."""
    formats = {name: {"type": "string", "format": name} for name in FORMATS}
    body = {"type": "object", "properties": formats, "required": [*FORMATS]}
    operation = {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}, "responses": {}}
    data = {"openapi": "3.1.0", "info": {"title": "Formats", "version": "1"}, "paths": {"/a": {"post": operation}}}
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(data), encoding="utf-8")
    [operation_samples] = samples(read(spec, "spec.json").api)
    assert len(operation_samples.calls[0].arguments) == len(FORMATS)
