"""Our operations against those that Persona publishes: what differs is told, unless a reason is given for it."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from codegen.description.document import Document
from codegen.maintainer import upstream
from codegen.maintainer.repository import DIFFERENCES, SPEC
from tests.support.checkout import ROOT

#: What Persona publishes: the whole lies beside the repository only; the two operations that we have lie here, too.
PUBLISHED = ROOT.parent / "shared" / "upstream" / "persona-2025-12-08.yaml"
EXCERPT = ROOT / "tests" / "maintainer" / "upstream" / "persona-2025-12-08-oauth.yaml"
HEADER = "Idempotency-Key"
AUTHORIZE = ("paths", "/oauth/authorize", "post")
TOKEN = ("paths", "/oauth/token", "post")
FORM = "application/x-www-form-urlencoded"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def ours() -> Document:
    return Document.load(ROOT / SPEC, "spec/openapi.yaml")


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return Document.load(EXCERPT, "published").data


@pytest.fixture(scope="module")
def reasons() -> dict[str, str]:
    return upstream.read_reasons(Document.load(ROOT / DIFFERENCES, "differences"))


def against(ours: Document, data: dict[str, Any], reasons: dict[str, str]) -> upstream.Comparison:
    return upstream.compare(ours, Document.parse(json.dumps(data, indent=1), "published"), reasons)


@pytest.mark.sweep
def test_the_excerpt_holds_no_surprise(ours: Document, published: dict[str, Any], reasons: dict[str, str]) -> None:
    """Every difference has its reason, and every reason its difference; operations that it lacks are none of its."""
    found = against(ours, published, reasons)
    assert of_both(one.text for one in found.unexplained) == []
    assert (found.stale, found.uncovered) == ((), ())


@pytest.mark.sweep
@pytest.mark.skipif(not PUBLISHED.exists(), reason="it lies beside the repository, in ../shared")
def test_the_published_description_holds_no_surprise(capsys: pytest.CaptureFixture[str]) -> None:
    """The same of all that Persona publishes; the command says what it does not compare."""
    assert upstream.main([str(PUBLISHED)]) == 0
    told = capsys.readouterr().out
    assert re.fullmatch(
        r"0 differences without a reason, \d+ with one; \d+ operations of theirs are not covered\n"
        r"not compared: texts \(titles, summaries, descriptions\), examples, .*\n",
        told,
    ), told


def of_both(lines: Iterable[str]) -> list[str]:
    """The lines but for those about operations that the excerpt lacks."""
    return [line for line in lines if not re.search(r"(^|: )[A-Z]+ \S+: ours is there, theirs nothing$", line)]


def complaint_of(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error, without the progress."""
    lines = capsys.readouterr().err.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("reading "))


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
        "POST /oauth/authorize / body / application/",  # one is gone, the other new
    ),
    "a third grant": (
        lambda d: body_of(d, TOKEN)["oneOf"].append({"type": "object", "required": ["refresh_token"]}),
        "variant requiring refresh_token: ours nothing",
    ),
    "a new field of an answer": (
        lambda d: schema_of(d, *TOKEN, "responses", "201")["properties"].update(refresh_token={"type": "string"}),
        "answer 201 / application/json / field refresh_token: ours nothing, theirs is there",
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
    "another authentication": (
        lambda d: at(d, *AUTHORIZE).update(security=[{"mutual": []}]),
        "POST /oauth/authorize / security",
    ),
    "a scheme that has changed under its name": (
        lambda d: d["components"]["securitySchemes"].update(bearerAuth={"type": "apiKey", "in": "header", "name": "X"}),
        "security / bearerAuth: ours http bearer, theirs apiKey header X",
    ),
    "a call deprecated": (
        lambda d: at(d, *AUTHORIZE).update(deprecated=True),
        "POST /oauth/authorize / deprecated: ours False, theirs True",
    ),
    "a parameter of the whole path": (
        lambda d: (
            d["paths"]["/oauth/token"].update(parameters=[{"$ref": "#/components/parameters/dry"}])
            or d["components"]["parameters"].update(dry={"in": "query", "name": "dry", "schema": {"type": "boolean"}})
        ),
        "POST /oauth/token / parameter query dry: ours nothing, theirs is there",
    ),
    "a parameter in another style": (
        lambda d: parameter(d, HEADER).update(explode=True),
        "parameter header Idempotency-Key / explode: ours False, theirs True",
    ),
    "a response header promised": (
        lambda d: d["components"]["headers"]["request-id"].update(required=True),
        "header Request-Id / required: ours False, theirs True",
    ),
    "a field that is added by allOf": (
        lambda d: at(d, *TOKEN, "responses", "201", "content", "application/json").update(
            schema={"allOf": [schema_of(d, *TOKEN, "responses", "201"), {"properties": {"refresh": {}}}]}
        ),
        "answer 201 / application/json / field refresh: ours nothing, theirs is there",
    ),
    "a field named as a keyword": (
        lambda d: schema_of(d, *TOKEN, "responses", "201")["properties"].update(type={"type": "integer"}),
        "answer 201 / application/json / field type: ours nothing, theirs is there",
    ),
    "a keyword that we have never met": (
        lambda d: body_of(d, AUTHORIZE)["properties"]["scope"].update(contentEncoding="base64"),
        "field scope / contentEncoding: ours nothing, theirs base64",
    ),
    "another server": (
        lambda d: d.update(servers=[{"url": "https://eu.withpersona.com/api/v1"}]),
        "all operations / servers: ours ['https://api.withpersona.com/api/v1', 'https://withpersona.com/api/v1'], "
        "theirs ['https://eu.withpersona.com/api/v1']",
    ),
    "another default of a server's variable": (
        lambda d: d.update(
            servers=[{"url": "https://{r}.withpersona.com/api/v1", "variables": {"r": {"default": "us"}}}]
        ),
        "theirs ['https://us.withpersona.com/api/v1']",
    ),
    "no server": (lambda d: d.pop("servers"), "all operations / servers: ours ["),
    "a server of one operation": (
        lambda d: at(d, *TOKEN).update(servers=[{"url": "https://token.example.com"}]),
        "POST /oauth/token / servers: ours nothing, theirs ['https://token.example.com']",
    ),
    "a server of one path": (
        lambda d: d["paths"]["/oauth/token"].update(servers=[{"url": "https://token.example.com"}]),
        "POST /oauth/token / servers: ours nothing, theirs ['https://token.example.com']",
    ),
    "another operationId": (
        lambda d: at(d, *TOKEN).update(operationId="issue-token"),
        "POST /oauth/token / operationId: ours create-access-token, theirs issue-token",
    ),
    "another tag": (
        lambda d: at(d, *TOKEN).update(tags=["Tokens"]),
        "POST /oauth/token / tags: ours ['OAuth'], theirs ['Tokens']",
    ),
    "a second tag": (
        lambda d: at(d, *TOKEN)["tags"].append("Beta"),
        "POST /oauth/token / tags: ours ['OAuth'], theirs ['OAuth', 'Beta']",
    ),
    "an operation at another path": (
        lambda d: rename(d["paths"], "/oauth/token", "/oauth/tokens"),
        "is there",  # ours is gone, theirs is new
    ),
    "an operation by another method": (lambda d: rename(d["paths"]["/oauth/token"], "post", "put"), "is there"),
    "a parameter deprecated": (
        lambda d: parameter(d, HEADER).update(deprecated=True),
        "parameter header Idempotency-Key / deprecated: ours False, theirs True",
    ),
    "a parameter in another place": (
        lambda d: parameter(d, HEADER).update({"in": "query"}),
        "Idempotency-Key: ours ",
    ),
    "a parameter that keeps reserved characters": (
        lambda d: parameter(d, HEADER).update(allowReserved=True),
        "parameter header Idempotency-Key / allowReserved: ours False, theirs True",
    ),
    "a parameter as JSON": (
        lambda d: parameter(d, HEADER).update(
            content={"application/json": {"schema": parameter(d, HEADER).pop("schema")}}
        ),
        "parameter header Idempotency-Key / ",
    ),
    "a bound of a parameter": (
        lambda d: parameter(d, HEADER)["schema"].update(maxLength=36),
        "parameter header Idempotency-Key / maxLength: ours nothing, theirs 36",
    ),
    "a value of a parameter gone": (
        lambda d: parameter(d, "Key-Inflection")["schema"]["enum"].remove("snake"),
        "parameter header Key-Inflection / enum",
    ),
    "how a member of a form is written": (
        lambda d: at(d, *AUTHORIZE, "requestBody", "content", FORM).update(
            encoding={"scope": {"style": "spaceDelimited"}}
        ),
        "encoding scope: ours nothing, theirs {'style': 'spaceDelimited'}",
    ),
    "a field of a body deprecated": (
        lambda d: body_of(d, AUTHORIZE)["properties"]["scope"].update(deprecated=True),
        "field scope / deprecated: ours nothing, theirs True",
    ),
    "an answer in another media type": (
        lambda d: rename(at(d, *TOKEN, "responses", "201")["content"], "application/json", "application/jwt"),
        "answer 201 / application/j",
    ),
    "a success of another status": (
        lambda d: rename(at(d, *TOKEN)["responses"], "201", "200"),
        "POST /oauth/token / answer 20",
    ),
    "a field of an answer gone": (
        lambda d: schema_of(d, *TOKEN, "responses", "201")["properties"].pop("scope"),
        "answer 201 / application/json / field scope: ours is there, theirs nothing",
    ),
    "a response header of another type": (
        lambda d: resolved(d, d["components"]["headers"]["rate-limit-reset"])["schema"].update(type="string"),
        "header RateLimit-Reset / type: ours integer, theirs string",
    ),
    "a scheme with other flows": (
        lambda d: d["components"]["securitySchemes"].update(
            bearerAuth={
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "https://x.example", "scopes": {}}},
            }
        ),
        "security / bearerAuth: ours http bearer, theirs oauth2 {'clientCredentials'",
    ),
    "a call without authentication": (lambda d: at(d, *AUTHORIZE).update(security=[]), "/ security"),
    "a body that may hold more": (
        lambda d: body_of(d, AUTHORIZE).update(additionalProperties={"type": "string"}),
        "POST /oauth/authorize / body / application/x-www-form-urlencoded / ",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_difference_is_found(
    name: str, ours: Document, published: dict[str, Any], reasons: dict[str, str]
) -> None:
    """A change on their side is told, at a line of ours, and nothing else is."""
    change, expected = PLANTED[name]
    data = copy.deepcopy(published)
    known = {one.text for one in against(ours, data, reasons).unexplained}  # operations that the excerpt lacks
    change(data)
    found = [one for one in against(ours, data, reasons).unexplained if one.text not in known]
    assert found
    assert [one.text for one in found if expected not in one.text] == []
    assert all(one.position.line > 1 for one in found)


def test_a_difference_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1; the place is where ours says it, and a reason for nothing has one, too."""
    data = Document.load(EXCERPT, "published").data
    at(data, *AUTHORIZE)["responses"].pop("409")
    at(data, *AUTHORIZE, "requestBody")["required"] = True
    at(data, *TOKEN, "requestBody")["required"] = True
    file = tmp_path / "published.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert upstream.main([str(file)]) == 1
    difference, stale, _, _ = of_both(capsys.readouterr().out.splitlines())
    assert re.fullmatch(
        r"spec/openapi\.yaml:\d+:\d+: POST /oauth/authorize / answer 409: ours is there, theirs nothing", difference
    )
    path, line, column, _ = stale.split(":", 3)
    assert stale.endswith(": * / body / required: ours True, theirs False: no such difference; delete the entry")
    assert (
        (ROOT / path)
        .read_text(encoding="utf-8")
        .splitlines()[int(line) - 1]
        .startswith("'* / body / required: ", int(column) - 1)
    )


def test_a_reason_for_nothing_is_an_error(ours: Document, published: dict[str, Any], reasons: dict[str, str]) -> None:
    """A difference that is gone leaves an entry to delete."""
    found = against(ours, published, {**reasons, "* / gone: ours 1, theirs 2": "It was so once."})
    assert found.stale == ("* / gone: ours 1, theirs 2",)


def test_operations_under_tags_that_we_do_not_cover_are_counted(
    ours: Document, published: dict[str, Any], reasons: dict[str, str]
) -> None:
    """They are no difference."""
    data = copy.deepcopy(published)
    before = against(ours, data, reasons)
    data["paths"]["/new"] = {"get": {"responses": {}}, "put": {"tags": ["Unheard of"], "responses": {}}}
    after = against(ours, data, reasons)
    assert after.uncovered == ("GET /new", "PUT /new")
    assert after.differences == before.differences


def test_an_operation_under_a_tag_that_we_cover_is_told_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In their file, since ours has no place for it; `--all` names the others, too."""
    text = EXCERPT.read_text(encoding="utf-8")
    new = "paths:\n  /oauth/revoke:\n    post: {tags: [OAuth], responses: {}}\n  /x:\n    get: {responses: {}}\n"
    file = tmp_path / "published.yaml"
    file.write_text(text.replace("paths:\n", new, 1), encoding="utf-8")
    line = text.splitlines().index("paths:") + 3
    assert upstream.main([str(file), "--all"]) == 1
    first, second, *_ = of_both(capsys.readouterr().out.splitlines())
    assert first == f"{file}:{line}:5: POST /oauth/revoke: ours nothing, theirs is there"
    assert second == "not covered: GET /x"


def test_a_provider_s_text_is_printed_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An escape sequence would clear the screen, and a line break forge a line of the report."""
    data = Document.load(EXCERPT, "published").data
    at(data, *TOKEN)["operationId"] = "\x1b[2J\n0 differences without a reason"
    file = tmp_path / "published.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert upstream.main([str(file)]) == 1
    first, *_ = of_both(capsys.readouterr().out.splitlines())
    assert first.endswith(r"operationId: ours create-access-token, theirs \x1b[2J\n0 differences without a reason")


def test_it_says_what_it_reads_while_it_works(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error: standard output has the result only."""
    upstream.main([str(EXCERPT)])
    assert f"reading {EXCERPT}\n" in capsys.readouterr().err


UNREADABLE = {
    "no YAML": ("paths: [", "error[yaml-syntax]"),
    "no file": (None, "error[read]"),
    "no description": ("swagger: '2.0'\n", "error[no-openapi]"),
}
READABLE_IN_PART = {
    "a list of paths": ("openapi: 3.1.0\ninfo: {title: t, version: v}\npaths: [1]\n", "warning[not-openapi]"),
    "a reference to nothing": (
        "openapi: 3.1.0\ninfo: {title: t, version: v}\npaths: {/a: {$ref: '#/paths/~1b'}}\n",
        "warning[unresolved-ref]",
    ),
    "references in a circle": (
        "openapi: 3.1.0\ninfo: {title: t, version: v}\ncomponents:\n  headers: "
        "{a: {$ref: '#/components/headers/b'}, b: {$ref: '#/components/headers/a'}}\n",
        "warning[ref-cycle]",
    ),
}


@pytest.mark.parametrize(("content", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_compared_is_told(
    content: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, and the place in the file."""
    file = tmp_path / "published.yaml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert upstream.main([str(file)]) == 2
    complaint = complaint_of(capsys)
    assert complaint.startswith(f"{file}:")
    assert told in complaint


@pytest.mark.parametrize(("content", "told"), READABLE_IN_PART.values(), ids=READABLE_IN_PART)
def test_what_cannot_be_read_is_told(
    content: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its place; the rest is compared."""
    file = tmp_path / "published.yaml"
    file.write_text(content, encoding="utf-8")
    assert upstream.main([str(file)]) == 1
    complaint = complaint_of(capsys)
    assert complaint.startswith(f"{file}:")
    assert told in complaint


NAMES = [
    "my file.yaml",
    'it\'s "quoted".yaml',
    "-a$b.yaml",
    "--help",
    "# no comment",
    "x'; touch PWN; '",
    'x"; touch PWN; "',
    "$(shell touch PWN)",
    "$(touch PWN)`touch PWN`",
    "$(error stopped)",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("from_environment", [False, True])
@pytest.mark.parametrize(
    ("target", "variables", "arguments"),
    [
        ("upstream", ["FILE"], ["--", "{}"]),
        ("adopt", ["FILE", "OPERATION"], ["--", "{}", "{}"]),
        ("changes", ["AGAINST"], ["--against={}"]),
    ],
)
def test_make_hands_a_name_on_as_it_is(
    target: str, variables: list[str], arguments: list[str], from_environment: bool, name: str, tmp_path: Path
) -> None:
    """Whatever is in it is one argument: neither make nor the shell reads it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n", encoding="utf-8")
    python.chmod(0o755)
    command = ["make", "READY=", "PY=./python", target]
    names = dict.fromkeys(variables, name)
    command += [] if from_environment else [f"{variable}={name}" for variable in variables]
    environment = {**os.environ, **(names if from_environment else {})}
    made = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert json.loads(made.stdout)[2:] == [argument.replace("{}", name) for argument in arguments]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "python"]


def test_make_says_where_the_file_lacks() -> None:
    """And how it is named."""
    forgot = subprocess.run(["make", "upstream"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert forgot.returncode == 2
    assert "say which description: make upstream FILE=…" in forgot.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("'*': ''\n", "each difference needs a reason"),
        ("'*': Once.\n'*': Twice.\n", "error[duplicate-key]"),
        ("- '*'\n", "error[yaml-syntax]"),
    ],
    ids=["no reason", "two reasons", "a list"],
)
def test_reasons_that_are_none_are_refused(
    content: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or one of two reasons for a difference would be lost in silence."""
    file = tmp_path / "differences.yaml"
    file.write_text(content, encoding="utf-8")
    assert upstream.main([str(EXCERPT), "--differences", str(file)]) == 2
    complaint = complaint_of(capsys)
    assert complaint.startswith(f"{file}:")
    assert told in complaint


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "", True),
        ("a*", "ab", True),
        ("a*b", "acbcb", True),
        ("a*b", "ab", True),
        ("ab*ab", "ab", False),
        ("*a*b*", "xaxbx", True),
        ("*a*b*", "xbxax", False),
        ("*aa*aa", "aaa", False),
        ("(a*.", "(ab.", True),
        ("*a*a*a*a*b", "a" * 10_000, False),
    ],
)
def test_a_star_stands_for_anything(pattern: str, text: str, is_match: bool) -> None:
    """In linear time, or the last would not end: the text is the provider's."""
    assert upstream._matches(text, pattern) is is_match
