"""JSON-Schema-Test-Suite, each schema as the type of an answer and of a request: `python -m tests.suites.json_schema`.

All schemas are components of one description, so one package is enough for all. Writes results.md.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

import generate
from tests.support.described import methods

HERE = Path(__file__).parent
#: Beside the repository: the suite has a licence of its own, and nothing of it is kept here.
SUITE = HERE.parents[2] / "shared" / "suites" / "json-schema-2020-12"
RESULTS = HERE / "results.md"
PACKAGE = "suite_json_schema"
#: The codes of what has no effect on the client.
TOLD = ("not-rendered", "bad-pattern", "enum-mismatch")
#: What can happen to a value that should not, in the order of the table.
COLUMNS = ("answer refused", "answer changed", "request refused", "request changed", "request unchecked")
#: Why a keyword's values fare otherwise than its schemas say.
_OBJECT = "Members without `type` are those of an object: a type that may be anything would be of no use."
REASONS: dict[str, str] = {
    **dict.fromkeys(("additionalProperties", "patternProperties", "properties", "ref", "required"), _OBJECT),
    "enum": "An empty `enum` excludes every value, so that nothing could be sent; a warning tells of it.",
}
_SCHEMAS = "#/components/schemas/"
#: What makes a schema a resource of its own, whose references mean nothing within a description.
_OF_RESOURCES = {"$id", "$anchor", "$dynamicAnchor"}


class Schema(NamedTuple):
    """A schema of the suite; `name` is that of its component."""

    keyword: str
    name: str
    schema: Any
    tests: list[dict[str, Any]]


@dataclass
class Row:
    """How the values of a keyword's schemas fared: those that disagree, by column."""

    keyword: str
    values: int = 0
    told: int = 0
    """Invalid requests that go out, where a part of the schema is told to have no effect."""
    disagreements: dict[str, list[str]] = field(default_factory=lambda: {column: [] for column in COLUMNS})

    @property
    def is_listed(self) -> bool:
        """Whether any value fares otherwise than it should, or is told to."""
        return self.told > 0 or any(self.disagreements.values())

    @property
    def cells(self) -> list[str]:
        """The line of the table."""
        counts = [len(self.disagreements[column]) for column in COLUMNS]
        return [self.keyword, *map(str, (self.values, *counts, self.told)), REASONS.get(self.keyword, "")]


def schemas() -> Iterator[Schema]:
    """The schemas of the suite that a description can hold."""
    for file in sorted(SUITE.glob("*.json")):
        for number, group in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            if not any(_is_of_resources(*pair) for pair in _pairs(group["schema"])):
                name = "".join(filter(str.isalnum, file.stem)) + f"_{number}"
                yield Schema(file.stem, name[0].upper() + name[1:], group["schema"], group["tests"])


def _is_of_resources(key: str, value: Any) -> bool:
    """Whether a keyword names a resource, or refers to one beyond the schema."""
    return key in _OF_RESOURCES or (key == "$ref" and isinstance(value, str) and not value.startswith("#"))


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """The items of a value's mappings, at every depth."""
    if isinstance(value, dict):
        yield from value.items()
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _pairs(inner)


def description(suite: list[Schema]) -> dict[str, Any]:
    """Each schema as the member `value` of an answer and of a request body."""
    components = {schema.name: _moved(schema.schema, _SCHEMAS + schema.name) for schema in suite}
    paths = {}
    for schema in suite:
        member = {"value": {"$ref": _SCHEMAS + schema.name}}
        content = {"application/json": {"schema": {"type": "object", "required": ["value"], "properties": member}}}
        answer = {"200": {"description": "ok", "content": content}}
        paths[f"/{schema.name}"] = {
            "get": {"operationId": f"get_{schema.name}", "responses": answer},
            "put": {
                "operationId": f"put_{schema.name}",
                "requestBody": {"required": True, "content": content},
                "responses": {"204": {"description": "ok"}},
            },
        }
    info = {"title": "Suite", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": components}}


def _moved(schema: Any, root: str) -> Any:
    """The schema with its references to itself as they have to be below `root`."""
    if isinstance(schema, list):
        return [_moved(item, root) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {
        key: value if key in ("const", "enum") else _moved(value, root)
        for key, value in schema.items()
        if key != "$schema"
    }
    if isinstance(ref := schema.get("$ref"), str) and ref.startswith("#"):
        moved["$ref"] = root + ref.removeprefix("#")
    return moved


def generated(suite: list[Schema], folder: Path) -> set[str]:
    """Generate the package into a folder; return the components that are told to have no effect in part.

    Raises:
        AssertionError: with the diagnostics, since the description was refused.
    """
    spec, printed = folder / "spec.json", io.StringIO()
    spec.write_text(json.dumps(description(suite), indent=1), encoding="utf-8")
    options = ["--output", str(folder / "package"), "--package", PACKAGE, "--format", "json"]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        status = generate.main(["--spec", str(spec), *options])
    report = json.loads(printed.getvalue())
    assert status == 0, [str(each) for each in report["diagnostics"] if each["severity"] == "error"]
    sys.path.insert(0, str(folder / "package"))
    importlib.invalidate_caches()
    pointers = (each["pointer"] for each in report["diagnostics"] if each["code"] in TOLD)
    return {pointer.removeprefix(_SCHEMAS).partition("/")[0] for pointer in pointers}


class Probe:
    """Sends and receives values with the package, which has to be importable."""

    def __init__(self) -> None:
        """The package's client, on a transport that keeps what is sent."""
        package = importlib.import_module(PACKAGE)
        self.error = package.ApiError
        self.plain = importlib.import_module(f"{PACKAGE}._styles").plain
        self.answer, self.sent = b"", b""
        http_client = httpx2.Client(transport=httpx2.MockTransport(self._serve))
        self.api = package.Client(base_url="https://api.example", http_client=http_client, max_retries=0).default
        self.names = {(verb, path): method.operation.name for (verb, path), method in methods(PACKAGE).items()}

    def _serve(self, request: httpx2.Request) -> httpx2.Response:
        self.sent = request.content
        status = 200 if request.method == "GET" else 204
        return httpx2.Response(status, content=self.answer, headers={"Content-Type": "application/json"})

    def received(self, schema: Schema, value: Any) -> str:
        """The column of a valid value of an answer; empty: it is as it should be."""
        self.answer = json.dumps({"value": value}).encode()
        try:
            result = getattr(self.api, self.names["GET", f"/{schema.name}"])()
        except self.error:
            return "answer refused"
        return "" if _is_same(self.plain(result.value), value) else "answer changed"

    def sends(self, schema: Schema, value: Any, *, is_valid: bool) -> str:
        """The column of a value of a request; empty: it is sent if it is valid, else refused."""
        self.answer = b""
        try:
            getattr(self.api, self.names["PUT", f"/{schema.name}"])(value=value)
        except self.error:
            return "request refused" if is_valid else ""
        if not is_valid:
            return "request unchecked"
        return "" if _is_same(json.loads(self.sent).get("value", ...), value) else "request changed"


def _is_same(value: Any, other: Any) -> bool:
    """Whether two values are one in JSON, where 1.0 is 1, and true is not."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_is_same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_is_same, value, other))
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def measured(folder: Path) -> list[Row]:
    """A row for each keyword; the package is generated into the folder."""
    suite = list(schemas())
    told, rows = generated(suite, folder), dict[str, Row]()
    probe = Probe()
    for schema in suite:
        row = rows.setdefault(schema.keyword, Row(schema.keyword))
        for test in schema.tests:
            row.values += 1
            columns = [probe.sends(schema, test["data"], is_valid=test["valid"])]
            columns += [probe.received(schema, test["data"])] if test["valid"] else []
            if schema.name in told and columns == ["request unchecked"]:
                columns, row.told = [], row.told + 1
            for column in filter(None, columns):
                row.disagreements[column].append(
                    f"{schema.name} {json.dumps(schema.schema)} {test['description']}: {json.dumps(test['data'])}"
                )
    return [*rows.values()]


def text(rows: list[Row]) -> str:
    """The table."""
    heads = ["keyword", "values", *COLUMNS, "request unchecked, told", "reason"]
    total = ["all", *(str(sum(int(row.cells[column]) for row in rows)) for column in range(1, len(heads) - 1)), ""]
    lines = [heads, ["---"] * len(heads), *(row.cells for row in rows if row.is_listed), total]
    return _HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)


_HEAD = """\
# JSON-Schema-Test-Suite

Written by `python -m tests.suites.json_schema`: each schema of the suite (2020-12) as the type of an answer and of a
request, but for those with `$id` or `$anchor`, which a description cannot hold. Counted are values: valid ones of
answers that are refused or come out as another value; valid ones of requests that are refused or sent as another
value; invalid ones of requests that go out, apart from those that a warning tells of. Keywords are left out whose
values all fare as they should.

"""


def main() -> None:
    """Write the table, and tell each value that disagrees."""
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(Path(folder))
    RESULTS.write_text(text(rows), encoding="utf-8")
    for row in rows:
        for column, values in row.disagreements.items():
            print(*(f"{column}: {value}" for value in values), sep="\n", end="\n" if values else "")


if __name__ == "__main__":
    main()
