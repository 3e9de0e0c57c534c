"""What an edit of the description does to callers, and which version it asks for."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

import generate
from codegen.description.document import Document
from codegen.maintainer import callers, changes, versions
from codegen.maintainer.annotations import Annotation, tightened, type_changes
from codegen.maintainer.versions import Change, Step
from codegen.naming.versions import VersionError, python_version
from tests.support.checkout import DISTRIBUTION, PACKAGE, ROOT, edit
from tests.support.mutation import Path as Place
from tests.support.repository import Repository
from tests.support.together import Edit, check_together, edited, is_disjoint, rounds, touched

SPEC = Document.load(ROOT / "spec" / "openapi.yaml", "spec/openapi.yaml").data
AUTHORIZE = ("paths", "/oauth/authorize", "post")
TOKEN = ("paths", "/oauth/token", "post")
SCHEMAS = ("components", "schemas")
PARAMETERS = ("components", "parameters")
TOKEN_FIELDS = (*SCHEMAS, "AccessToken", "properties")
REQUEST = (*SCHEMAS, "CreateAuthorizationRequest")
ASSERTION = (*SCHEMAS, "ClientCredentialsGrant")
FORM = ("content", "application/x-www-form-urlencoded", "schema")

del SPEC["x-python"]["rules"]  # or an edit could not break them
SPEC["paths"] = {path: SPEC["paths"][path] for path in (AUTHORIZE[1], TOKEN[1])}  # what the edits are about
for path in (AUTHORIZE, TOKEN):  # or an edit would have to mend the examples as well
    for content in SPEC["paths"][path[1]]["post"]["requestBody"]["content"].values():
        del content["examples"]


def put(*path: str | int, value: object) -> Edit:
    """An edit that sets, or adds, what stands at a path."""

    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        if isinstance(data, list):
            data.insert(int(path[-1]), value)
        else:
            data[path[-1]] = value

    return change


def drop(*path: str | int) -> Edit:
    """An edit that removes what stands at a path."""

    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def both(*edits: Edit) -> Edit:
    """Several edits as one."""
    return lambda data: [change(data) for change in edits]


class Case(NamedTuple):
    """An edit, and what the package's callers are told of it."""

    edit: Edit
    told: list[Change]


def breaks(text: str, *subjects: str) -> list[Change]:
    """That this breaks callers, said of each subject."""
    return [Change(subject, text, breaking=True) for subject in subjects]


def keeps(text: str, *subjects: str) -> list[Change]:
    """That this breaks nobody, said of each subject."""
    return [Change(subject, text, breaking=False) for subject in subjects]


#: Modules that the templates leave out where the description lacks what they build on.
OPTIONAL = ("auth", "scopes", "testing")
CODE, TOKENS = "OAuthApi.create_authorization", "OAuthApi.create_access_token"
VARIANT = "OAuthApi.create_access_token(client_assertion)"
METHODS = (TOKENS, CODE)
INFLECTIONS = "'camel' | 'kebab' | 'snake' | Unset | None"
EXTRA = {"name": "Extra", "in": "header", "description": "More.", "schema": {"type": "string"}}
REVOKE = {"post": {**SPEC["paths"]["/oauth/authorize"]["post"], "operationId": "revoke", "x-python-command": "revoke"}}
NOTE = {"description": "What it is.", "type": "string"}
NUMBER = {"type": "integer"}

CASES = {
    "a text is reworded": Case(put(*AUTHORIZE, "description", value="Other words."), []),
    "a field is kept secret": Case(
        put(*TOKEN_FIELDS, "scope", "format", value="password"),
        keeps("is secret now: repr and error messages hide it", "AccessToken.scope"),
    ),
    "a field is kept secret no longer": Case(
        drop(*TOKEN_FIELDS, "access-token", "format"),
        breaks("is no longer secret: repr and error messages show it", "AccessToken.access_token")
        + keeps("`min_length=1` no longer applies", "AccessToken.access_token"),
    ),
    "a parameter is kept secret": Case(
        put(*PARAMETERS, "IdempotencyKey", "schema", "format", value="password"),
        keeps("its argument `idempotency_key` is secret now: repr and error messages hide it", *METHODS),
    ),
    "an operation is added": Case(put("paths", "/oauth/revoke", value=REVOKE), keeps("new method", "OAuthApi.revoke")),
    "an operation is removed": Case(
        both(drop("paths", "/oauth/authorize"), drop(*REQUEST), drop(*SCHEMAS, "Authorization")),
        breaks("was removed", "Authorization", "CreateAuthorizationRequest", CODE),
    ),
    "an operation is renamed": Case(
        put(*AUTHORIZE, "operationId", value="authorize"),
        [*breaks("was removed", CODE), *keeps("new method", "OAuthApi.authorize")],
    ),
    "an operation is deprecated": Case(
        put(*AUTHORIZE, "deprecated", value=True), keeps("is deprecated now: each call warns", CODE)
    ),
    # test_wire.py has what the requests show.
    "an operation moves": Case(
        lambda data: data["paths"].update({"/oauth/grant": data["paths"].pop("/oauth/authorize")}),
        [],
    ),
    "an optional parameter is added": Case(
        put(*AUTHORIZE, "parameters", 0, value=EXTRA), keeps("new optional argument `extra`", CODE)
    ),
    "a required parameter is added": Case(
        put(*AUTHORIZE, "parameters", 0, value={**EXTRA, "required": True}),
        breaks("new required argument `extra`", CODE),
    ),
    "a parameter is removed": Case(
        drop(*AUTHORIZE, "parameters", 0), breaks("its argument `key_inflection` was removed", CODE)
    ),
    "a parameter becomes required": Case(
        put(*PARAMETERS, "KeyInflection", "required", value=True),
        breaks("its argument `key_inflection` is required now", *METHODS),
    ),
    "a parameter takes another value": Case(
        put(*PARAMETERS, "KeyInflection", "schema", "enum", 0, value="as-is"),
        keeps(f"its argument `key_inflection` is now 'as-is' | {INFLECTIONS}, was {INFLECTIONS}", *METHODS),
    ),
    "a parameter takes a value less": Case(
        drop(*PARAMETERS, "KeyInflection", "schema", "enum", 0),
        breaks(f"its argument `key_inflection` is now 'kebab' | 'snake' | Unset | None, was {INFLECTIONS}", *METHODS),
    ),
    "a parameter takes any text": Case(
        drop(*PARAMETERS, "KeyInflection", "schema", "enum"),
        keeps(f"its argument `key_inflection` is now Unset | str | None, was {INFLECTIONS}", *METHODS),
    ),
    "a default changes": Case(
        put(*PARAMETERS, "PersonaVersion", "schema", "default", value="2025-12-08"),
        [],
    ),
    "a parameter is bounded": Case(
        put(*PARAMETERS, "IdempotencyKey", "schema", "maxLength", value=36),
        breaks("for its argument `idempotency_key`, `max_length=36` applies now", *METHODS),
    ),
    "a parameter's bound goes": Case(
        drop(*PARAMETERS, "IdempotencyKey", "schema", "minLength"),
        keeps("for its argument `idempotency_key`, `min_length=1` no longer applies", *METHODS),
    ),
    "a field's bound moves": Case(
        put(*REQUEST, "properties", "scope", "minLength", value=2),
        breaks("`min_length` is now 2, was 1", "CreateAuthorizationRequest.scope"),
    ),
    "an optional field is added to a request": Case(
        put(*REQUEST, "properties", "note", value=NOTE),
        [
            *keeps("new field", "CreateAuthorizationRequest.note"),
            *keeps("new optional argument `note`", CODE),
        ],
    ),
    "a required field is added to a request": Case(
        both(put(*REQUEST, "properties", "note", value=NOTE), put(*REQUEST, "required", 0, value="note")),
        [
            *breaks("new required field", "CreateAuthorizationRequest.note"),
            *breaks("new required argument `note`", CODE),
        ],
    ),
    "a field is removed from one variant": Case(
        drop(*ASSERTION, "properties", "scope"),
        [
            *breaks("was removed", "ClientCredentialsGrant.scope"),
            *breaks("its argument `scope` was removed", VARIANT),
        ],
    ),
    "a field of one variant becomes required": Case(
        put(*ASSERTION, "required", 0, value="scope"),
        [
            *breaks("is required now", "ClientCredentialsGrant.scope"),
            *breaks("its argument `scope` is required now", VARIANT),
        ],
    ),
    "a field of a request becomes optional": Case(
        put(*REQUEST, "required", value=["client-id", "response-type"]),
        [
            *keeps("is optional now, with the default None", "CreateAuthorizationRequest.scope"),
            *keeps("its argument `scope` is optional now", CODE),
        ],
    ),
    "a variant is removed": Case(
        both(drop(*TOKEN, "requestBody", *FORM, "oneOf", 1), drop(*ASSERTION)),
        breaks("was removed", "ClientCredentialsGrant", VARIANT),
    ),
    "a field is added to an answer": Case(
        put(*TOKEN_FIELDS, "note", value=NOTE), keeps("new field", "AccessToken.note")
    ),
    "a field is removed from an answer": Case(
        drop(*SCHEMAS, "ErrorItem", "properties", "details"), breaks("was removed", "ErrorItem.details")
    ),
    "a field of an answer changes its type": Case(
        put(*TOKEN_FIELDS, "expires-in", "type", value="number"),
        breaks("is now float, was int", "AccessToken.expires_in"),
    ),
    "a field of an answer may be missing": Case(
        put(*SCHEMAS, "AccessToken", "required", value=[]),
        breaks("is optional now, with the default None", "AccessToken.access_token")
        + keeps("`min_length=1` no longer applies", "AccessToken.access_token"),
    ),
    "a field of an answer may be null": Case(
        put(*SCHEMAS, "Authorization", "properties", "code", "type", value=["string", "null"]),
        breaks("is now str | None, was str", "Authorization.code"),
    ),
    "an error is declared": Case(
        put(*AUTHORIZE, "responses", "402", value={"$ref": "#/components/responses/Conflict"}),
        keeps("declares the error 402 now", CODE),
    ),
    "an error is no longer declared": Case(
        drop(*AUTHORIZE, "responses", "409"),
        breaks("no longer declares the error 409, so its `.errors` is empty", CODE),
    ),
    "the server moves": Case(
        put("servers", 0, "url", value="https://api.example.com"),
        [],
    ),
    "an operation gets a server of its own": Case(
        put(*AUTHORIZE, "servers", value=[{"url": "https://api.example.com"}]),
        [],
    ),
    "the key is looked for elsewhere": Case(
        put("components", "securitySchemes", "bearerAuth", "x-environment-variable", value="OTHER_KEY"),
        breaks("reads the key from 'OTHER_KEY' in the environment now, was 'PERSONA_API_KEY'", "Client"),
    ),
    "the key is sent otherwise": Case(
        put("components", "securitySchemes", "bearerAuth", "scheme", value="basic"),
        [],
    ),
    "the distribution is renamed": Case(
        put("x-python", "distribution", value="other-name"),
        breaks(f"is installed as other-name now, was {DISTRIBUTION}", "other-name"),
    ),
    "a call may go without a key": Case(
        put(*AUTHORIZE, "security", value=[{"bearerAuth": []}, {}]),
        keeps("is called with bearerAuth or no credentials now, was with bearerAuth", CODE),
    ),
    "a call needs no key, and then none may be sent": Case(
        put(*AUTHORIZE, "security", value=[]),
        breaks("is called with no credentials now, was with bearerAuth", CODE),
    ),
    "one of several bodies needs a key": Case(
        put(*ASSERTION, "x-security", value=[{"bearerAuth": []}]),
        breaks("with a `ClientCredentialsGrant`, is called with bearerAuth now, was with no credentials", TOKENS),
    ),
    "one of several bodies has the operation's security again": Case(
        drop(*ASSERTION, "x-security"),
        keeps(
            "with a `ClientCredentialsGrant`, is called with bearerAuth or no credentials now, was with no credentials",
            TOKENS,
        ),
    ),
}


def package(folder: Path, data: dict[str, Any]) -> Path:
    """The folder with the package of a description."""
    folder.mkdir()
    spec, output = folder / "openapi.yaml", folder / "generated"
    spec.write_text(json.dumps(data, indent=1), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as told, contextlib.redirect_stderr(told):
        assert generate.main(["--spec", str(spec), "--output", str(output)]) == 0, told.getvalue()
    return output


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the description as it is."""
    return package(tmp_path_factory.mktemp("before") / "package", SPEC)


# --- what callers see


@cache
def places_of(name: str) -> set[Place]:
    """The places that an edit changes."""
    return touched(SPEC, CASES[name].edit)


def is_apart(name: str, other: str) -> bool:
    """Whether two edits can be told of one package: they have places, and members or arguments, of their own."""
    own, others = told_of(name), told_of(other)
    removed = {key[0] for key in (*own, *others) if key[1] == "was removed"}
    shared = {key[0] for key in own} & {key[0] for key in others}
    return is_disjoint(places_of(name), places_of(other)) and own.isdisjoint(others) and removed.isdisjoint(shared)


def told_of(name: str) -> set[tuple[str, str]]:
    """Each member with the argument that something is told of; of one that is removed, that it is."""
    found = set()
    for change in CASES[name].told:
        argument = re.search("argument `.*?`", change.text)
        aspect = "was removed" if change.text == "was removed" else argument[0] if argument else ""
        found.add((change.subject.partition("(")[0], aspect))
    return found


@pytest.mark.sweep
def test_callers_are_told_what_an_edit_does_to_them(before: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each change once: not for the asynchronous client, the twin with HTTP's details and each overload again.

    To compare two packages takes as long as all else, so each comparison has all edits that are apart.
    """

    def check(names: Sequence[str]) -> None:
        data = edited(SPEC, [CASES[name].edit for name in names])
        changes = callers.compare(before, package(tmp_path_factory.mktemp("after") / "package", data))
        told = [change for change in changes if change.subject not in OPTIONAL]
        expected = [change for name in names for change in CASES[name].told]
        assert told == sorted(expected, key=lambda change: (not change.breaking, change.subject, change.text))

    for names in rounds(CASES, is_apart):
        check_together(names, check)


def test_what_is_done_to_the_asynchronous_client_only_is_said_of_it(before: Path, tmp_path: Path) -> None:
    """A change of one client is told under that client's name; the twin changes with its method."""
    after = tmp_path / "after"
    shutil.copytree(before, after)
    module = after / PACKAGE / "api" / "oauth.py"
    sync, name, tasks = module.read_text(encoding="utf-8").partition("class AsyncOAuthApi")
    module.write_text(sync + name + tasks.replace("create_authorization", "go"), encoding="utf-8")
    old, new = (f"AsyncOAuthApi.{method}" for method in ("create_authorization", "go"))
    assert callers.compare(before, after) == [
        *breaks("was removed", old, f"{old}_with_http_info"),
        *keeps("new method", new, f"{new}_with_http_info"),
    ]


#: A module of an earlier release: each twin, each parameter and each answer is written out.
WRITTEN_OUT = """
from typing import overload
_GET: Operation[Thing] = Operation(
    name="get",
    parameters=(Parameter("key", "Key", "header", Annotated[str, Field(min_length=1)], secret=True),),
    answers=(Answer("200", "json", Thing), Answer("400", "json", Fault), Answer("404", "empty")),
)
_DROP: Operation[None] = Operation(
    name="drop",
    parameters=(Parameter("key", "Key", "header", Annotated[str, Field(min_length=1)], secret=True),),
    answers=(Answer("400", "json", Fault), Answer("404", "empty")),
)
class Api:
    @overload
    def get(self, *, key: str, a: int) -> Thing: ...
    @overload
    def get(self, *, key: str, b: str) -> Thing: ...
    def get(self, *, key: str, a: int | None = None, b: str | None = None) -> Thing: ...
    @overload
    def get_with_http_info(self, *, key: str, a: int) -> ApiResponse[Thing]: ...
    @overload
    def get_with_http_info(self, *, key: str, b: str) -> ApiResponse[Thing]: ...
    def get_with_http_info(self, *, key: str, a: int | None = None, b: str | None = None) -> ApiResponse[Thing]: ...
    def drop(self, *, key: str) -> None: ...
    def drop_with_http_info(self, *, key: str) -> ApiResponse[None]: ...
class AsyncApi:
    async def drop(self, *, key: str) -> None: ...
    async def drop_with_http_info(self, *, key: str) -> ApiResponse[None]: ...
"""
#: The same as it is generated now.
WRAPPED = """
from typing import overload
_KEY = Parameter("key", "Key", "header", Annotated[str, Field(min_length=1)], secret=True)
_ERRORS = (Answer("400", "json", Fault), Answer("404", "empty"))
_GET: Operation[Thing] = Operation(
    name="get", parameters=(_KEY,), answers=(Answer("200", "json", Thing), *_ERRORS)
)
_DROP: Operation[None] = Operation(name="drop", parameters=(_KEY,), answers=_ERRORS)
class Api:
    @overload
    def get(self, *, key: str, a: int) -> Thing: ...
    @overload
    def get(self, *, key: str, b: str) -> Thing: ...
    def get(self, *, key: str, a: int | None = None, b: str | None = None) -> Thing: ...
    get_with_http_info: Final = with_http_info(get)
    def drop(self, *, key: str) -> None: ...
    drop_with_http_info: Final = with_http_info(drop)
class AsyncApi:
    async def drop(self, *, key: str) -> None: ...
    drop_with_http_info: Final = async_with_http_info(drop)
"""
SHARING = ("Api.drop", "Api.get")
OPEN = "is no longer secret: repr and error messages show it"


def module(folder: Path, text: str) -> Path:
    """A folder with a package of one module of operations."""
    (folder / "some" / "api").mkdir(parents=True)
    for name, content in (("__init__.py", ""), ("api/__init__.py", ""), ("api/things.py", text)):
        (folder / "some" / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", []),
        ("min_length=1", "min_length=2", breaks("for its argument `key`, `min_length` is now 2, was 1", *SHARING)),
        (", secret=True", "", breaks(f"its argument `key` {OPEN}", *SHARING)),
        ('"404", "empty"', '"404", "json", Fault', breaks("the error 404 is now Fault, was without content", *SHARING)),
        ("*, key: str) -> None", "*, key: int) -> None", breaks("its argument `key` is now int, was str", "Api.drop")),
        ("key: str, a: int)", "key: str, a: str)", breaks("its argument `a` is now str, was int", "Api.get(a, key)")),
    ],
    ids=["nothing", "bound", "secret", "error", "argument", "overload"],
)
def test_a_package_in_another_form(old: str, new: str, told: list[Change], tmp_path: Path) -> None:
    """Twins made by a wrapper, and constants that operations share, say what was written out in an earlier release."""
    before = module(tmp_path / "before", WRITTEN_OUT)
    after = module(tmp_path / "after", WRAPPED.replace(old, new) if old else WRAPPED)
    assert callers.compare(before, after) == told


def test_what_a_class_inherits_is_told_of_that_class(tmp_path: Path) -> None:
    """The base, in a private module with a name of another length, is nothing that callers know."""
    text = "from .._much_longer_than_things import Base\nclass Thing(Base):\n    pass\n"
    folders = [module(tmp_path / name, text) for name in ("before", "after")]
    for folder, body in zip(folders, ("def old(self) -> None: ...", "pass"), strict=True):
        base = folder / "some" / "_much_longer_than_things.py"
        base.write_text(f"class Base:\n    {body}\n", encoding="utf-8")
    assert callers.compare(*folders) == breaks("was removed", "Thing.old")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pass", "def new(self) -> None: ...", keeps("new method", "new")),
        ("pass", "new: int = 3", keeps("new field", "new")),
        ("def a(self) -> int: ...", "def a(self) -> str: ...", breaks("what it returns is now str, was int", "a")),
        ("def a(self): ...", "def a(self, now: bool): ...", breaks("new required argument `now`", "a")),
        ("def a(self, b=1): ...", "def a(self, b=2): ...", breaks("the default of `b` is now 2, was 1", "a")),
        ("def a(self, b=1): ...", "def a(self): ...", breaks("its argument `b` was removed", "a")),
        ("def a(self): ...", "def a(self, b=1): ...", keeps("new optional argument `b`", "a")),
        ("a: int = 1", "a: int = 2", breaks("its default is now 2, was 1", "a")),
        ("a: int = 1", "a: str = 1", breaks("is now str, was int", "a")),
        ("def __init__(self): ...", "def __init__(self, a): ...", breaks("new required argument `a`", "__init__")),
    ],
)
def test_what_changes_in_a_private_base_is_told_of_its_heirs(
    old: str, new: str, told: list[Change], tmp_path: Path
) -> None:
    """Under the names that callers know, also through several bases."""
    text = "from .._base import Base\nclass Thing(Base): ...\nclass AsyncThing(Base): ...\nclass Other(Thing): ...\n"
    folders = [module(tmp_path / name, text) for name in ("before", "after")]
    for folder, body in zip(folders, (old, new), strict=True):
        base = folder / "some" / "_base.py"
        base.write_text(f"class Root:\n    {body}\nclass Base(Root): ...\n", encoding="utf-8")
    expected = [replace(change, subject=f"{owner}.{change.subject}") for owner in ("Other", "Thing") for change in told]
    assert callers.compare(*folders) == expected


def test_a_variant_that_is_added_is_an_overload_more(before: Path, tmp_path: Path) -> None:
    """Told once again: not for the overload that there was, whose arguments are the same."""
    data = copy.deepcopy(SPEC)
    CASES["a variant is removed"].edit(data)
    found = callers.compare(package(tmp_path / "fewer", data), before)
    assert [change for change in found if change.subject not in OPTIONAL] == [
        *keeps("new class", "ClientCredentialsGrant"),
        *keeps("new overload", VARIANT),
    ]


#: Owners of pets: so many that the union of pets has a name in the package, which no caller writes.
OWNERS = sorted(f"owner{number}" for number in range(20))
PETS_OF_OWNERS = [f"Owners.{name}" for name in OWNERS]
PETS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://api.example.com"}],
    "paths": {
        "/owners": {
            "get": {
                "operationId": "owners",
                "responses": {
                    "200": {
                        "description": "All.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Owners"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Owners": {"type": "object", "properties": {name: {"$ref": "#/components/schemas/Pet"} for name in OWNERS}},
            "Pet": {
                "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")],
                "discriminator": {"propertyName": "kind"},
            },
            **{
                name: {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string"}, "age": NUMBER},
                }
                for name in ("Cat", "Dog")
            },
        }
    },
}
FEWER = "is now Cat | _unknown.UnknownKind | None, was Cat | Dog | _unknown.UnknownKind | None"
MORE = "is now Bird | Cat | Dog | _unknown.UnknownKind | None, was Cat | Dog | _unknown.UnknownKind | None"
NAMED = {
    "nothing": Case(both(), []),
    "a variant has another value": Case(
        put(*SCHEMAS, "Pet", "discriminator", "mapping", value={"kitty": "#/components/schemas/Cat"}),
        [
            *breaks("is now 'kitty', was 'Cat'", "Cat.kind"),
            *breaks("is a Cat with kind 'kitty' now, was with kind 'Cat'", *PETS_OF_OWNERS),
        ],
    ),
    "a variant's member has another type": Case(
        put(*SCHEMAS, "Cat", "properties", "age", value=NOTE), breaks("is now str | None, was int | None", "Cat.age")
    ),
    "a variant is removed": Case(
        both(drop(*SCHEMAS, "Pet", "oneOf", 1), drop(*SCHEMAS, "Dog")),
        [*breaks("was removed", "Dog"), *keeps(FEWER, *PETS_OF_OWNERS)],
    ),
    "a variant is added": Case(
        both(
            put(*SCHEMAS, "Pet", "oneOf", 2, value={"$ref": "#/components/schemas/Bird"}),
            put(*SCHEMAS, "Bird", value={"type": "object", "properties": {"kind": {"const": "Bird"}}}),
        ),
        [*keeps("new class", "Bird"), *keeps(MORE, *PETS_OF_OWNERS)],
    ),
}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the owners and their pets."""
    output = package(tmp_path_factory.mktemp("pets") / "package", PETS)
    (models,) = output.glob("*/models.py")
    assert "TypeAliasType" in models.read_text(encoding="utf-8")
    return output


@pytest.mark.parametrize("name", NAMED)
def test_the_variants_of_a_union_that_has_a_name_are_compared(name: str, pets: Path, tmp_path: Path) -> None:
    """The package names a union that stands in many places; callers know its variants."""
    data = copy.deepcopy(PETS)
    NAMED[name].edit(data)
    assert callers.compare(pets, package(tmp_path / "after", data)) == NAMED[name].told


def test_the_sandbox_is_public(before: Path, tmp_path: Path) -> None:
    """Tests of callers rely on it as programs do on clients."""
    after = tmp_path / "after"
    shutil.copytree(before, after)
    edit(after / PACKAGE / "testing" / "_sandbox.py", "def serve(self, port: int = 0,", "def serve(self, port: int,")
    assert callers.compare(before, after) == breaks("its argument `port` is required now", "Sandbox.serve")


def test_private_modules_are_nobodys_business(before: Path, tmp_path: Path) -> None:
    """What begins with an underscore may go without a word, and so may what only pydantic reads."""
    after = tmp_path / "after"
    shutil.copytree(before, after)
    edit(after / PACKAGE / "_model.py", "hide_input_in_errors=True", "hide_input_in_errors=False")
    module = after / PACKAGE / "_styles.py"
    module.write_text("", encoding="utf-8")
    assert callers.compare(before, after) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("int", "float"),
        ("Literal['a', 'b']", "str"),
        ("Literal[1]", "int | None"),
        ("list[int]", "Any"),
        ("list[int]", "Sequence[float]"),
        ("dict[str, list[int]] | None", "Mapping[str, Sequence[int | str]] | None"),
        ("Literal['a'] | UnknownString", "Literal['a'] | str"),
        ("Annotated[str, wire('x')]", "Annotated[str | None, wire('x')]"),
    ],
)
def test_a_wider_type_covers_a_narrower_one(narrow: str, wide: str) -> None:
    """And never the other way round."""
    assert Annotation.read(wide).covers(Annotation.read(narrow))
    assert not Annotation.read(narrow).covers(Annotation.read(wide))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Literal['a'] | UnknownString", "Literal['a', 'b'] | UnknownString"),
        ("models.Cat | _unknown.UnknownKind", "models.Cat | models.Dog | _unknown.UnknownKind"),
        ("list[Cat | _unknown.UnknownKind] | None", "list[Cat | Dog | _unknown.UnknownKind] | None"),
        ("dict[str, Literal['a'] | UnknownString]", "dict[str, Literal['a', 'b'] | UnknownString]"),
        ("Annotated[Cat | UnknownVariant, wire('x')]", "Annotated[Cat | Dog | UnknownVariant, wire('x')]"),
    ],
)
def test_what_an_answer_may_be_from_now_on_has_been_unknown(before: str, after: str) -> None:
    """Values and variants that callers had to expect break none of them, also in lists and maps."""
    (change,) = type_changes("X", "", before, after, accepts=False)
    assert not change.breaking


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Cat | Dog", "Cat | Dog | Bird"),
        ("Cat | _unknown.UnknownKind", "Cat | str | _unknown.UnknownKind"),
        ("Cat | _unknown.UnknownKind", "Cat | None | _unknown.UnknownKind"),
        ("Cat | _unknown.UnknownKind", "Cat | list[Dog] | _unknown.UnknownKind"),
        ("Cat | _unknown.UnknownKind", "Cat | Any | _unknown.UnknownKind"),
        ("Cat | _unknown.UnknownKind", "Cat | Dog | _unknown.UnknownType"),
        ("list[int]", "list[str]"),
    ],
)
def test_what_no_caller_expects_breaks(before: str, after: str) -> None:
    """A variant of a closed union, or something that is no object."""
    (change,) = type_changes("X", "", before, after, accepts=False)
    assert change.breaking


@pytest.mark.parametrize(
    ("before", "after", "tighter"),
    [
        ("min_length=2", "min_length=1", False),
        ("min_length=1", "min_length=2", True),
        ("le=9", "le=10", False),
        ("le=10", "le=9.5", True),
        ("pattern='a'", "pattern='b'", True),
        ("", "pattern='b'", True),
        ("pattern='a'", "", False),
        ("sent={'min_length': 1}", "sent={'min_length': 2}", True),
        ("sent={'min_length': 2}", "min_length=1, required=True", False),
    ],
)
def test_a_bound_is_tighter_when_fewer_values_pass(before: str, after: str, tighter: bool) -> None:
    """A lower bound that falls and an upper one that rises let more through."""
    old, new = (Annotation.read(f"Annotated[str, Field({bound})]") for bound in (before, after))
    assert [found for _, found in tightened(old, new)] == [tighter]


# --- the version


@pytest.mark.parametrize(
    ("before", "breaking", "step"),
    [
        ("0.1.0", True, Step.MINOR),
        ("0.1.0", False, Step.PATCH),
        ("1.2.3", True, Step.MAJOR),
        ("1.2.3", False, Step.MINOR),
    ],
)
def test_the_step_follows_semantic_versioning(before: str, breaking: bool, step: Step) -> None:
    """Before 1.0.0 each step is one smaller."""
    assert versions.needed_step(before, [Change("x", "y", breaking)], touched=True) is step


@pytest.mark.parametrize("before", ["0.1.0", "1.2.3"])
def test_a_package_that_differs_in_texts_only_needs_a_patch(before: str) -> None:
    """And one that is the same needs nothing."""
    assert versions.needed_step(before, [], touched=True) is Step.PATCH
    assert versions.needed_step(before, [], touched=False) is Step.NONE


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("0.1.0", "0.1.1", Step.PATCH),
        ("0.1.9", "0.2.0", Step.MINOR),
        ("0.9.0", "1.0.0-rc.1", Step.MAJOR),
        ("0.9.0", "0.10.0", Step.MINOR),
        ("1.2.3", "1.2.3", Step.NONE),
        ("1.2.3", "1.1.9", Step.NONE),
        ("1.2.3", "1.2.3+build.5", Step.NONE),
        ("1.0.0-rc.1", "1.0.0", Step.MAJOR),
        ("1.0.0-rc.9", "1.0.0-rc.10", Step.MAJOR),
        ("1.0.0-alpha", "1.0.0-alpha.1", Step.MAJOR),
        ("1.1.0-rc.1", "1.1.0", Step.MINOR),
        ("1.1.1-rc.1", "1.1.1", Step.PATCH),
        ("1.0.0", "1.0.0-rc.1", Step.NONE),
        ("1.0.0-rc.2", "1.0.0-rc.1", Step.NONE),
        ("1.0.0rc1", "1.0.0-rc.1", Step.NONE),
        ("1.0.0-rc.1", "1.0.0rc2", Step.MAJOR),
        ("1.0.0-dev.1", "1.0.0-alpha.1", Step.MAJOR),
        ("1.0.0", "1.0.0.post1", Step.NONE),
        ("1.2", "1.2.1", Step.PATCH),
        ("1.2.3.4", "1.2.3.5", Step.PATCH),
        ("1.9", "1!0.1", Step.MAJOR),
    ],
)
def test_a_step_is_named_by_the_first_number_that_rises(before: str, after: str, step: Step) -> None:
    """A version that goes back is no step."""
    assert versions.step_between(before, after) is step


@pytest.mark.parametrize(
    ("before", "step", "version"),
    [
        ("1.2.3", Step.MAJOR, "2.0.0"),
        ("1.2.3", Step.MINOR, "1.3.0"),
        ("1.0.0-rc.1", Step.MAJOR, "1.0.0"),
        ("1.1.0-rc.1", Step.PATCH, "1.1.0"),
        ("1.1.0-rc.1", Step.MAJOR, "2.0.0"),
        ("1.0.0rc1", Step.MAJOR, "1.0.0"),
        ("1!1.2", Step.PATCH, "1!1.2.1"),
    ],
)
def test_the_next_version_is_the_lowest_that_will_do(before: str, step: Step, version: str) -> None:
    """After a candidate that is its release, unless more has changed than the release may change."""
    assert versions.next_version(before, step) == version
    assert versions.step_between(before, version) >= step


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.2.3", "1.2.3"),
        ("1.0.0-rc.1", "1.0.0rc1"),
        ("1.0.0-alpha", "1.0.0a0"),
        ("1.0.0-beta.2+build.5", "1.0.0b2+build.5"),
        ("1.0.0-dev.3", "1.0.0.dev3"),
        ("1.0.0.post2", "1.0.0.post2"),
        ("v01.2", "1.2"),
    ],
)
def test_a_version_of_semver_has_one_form_in_python(text: str, version: str) -> None:
    assert str(python_version(text)) == version


@pytest.mark.parametrize(
    "text",
    [
        *("latest", "", "1.0.0-1", "1.0.0-post.1", "1.0.0-rc.1.2", "1.0.0-rc.1.dev2", "1.0.0-alpha.beta", "1.0.0-x.1"),
        *("2026-11", "2026-11-27", "1." + "9" * 5000, "\N{ARABIC-INDIC DIGIT ONE}.0"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_version_is_refused(text: str) -> None:
    """Nor what SemVer and PEP 440 read in two ways, as pre-release and as post-release."""
    with pytest.raises(VersionError, match="is no version of PEP 440 or SemVer that both read alike"):
        python_version(text)


# --- make changes


Told: TypeAlias = Callable[..., tuple[int, str]]


@pytest.fixture
def told(released: Repository, capsys: pytest.CaptureFixture[str]) -> Told:
    """Exit status and words of `make changes` in this process: it starts twice as fast."""

    def run(*arguments: str, root: Path = released.root) -> tuple[int, str]:
        status = changes.main([*arguments], root)
        return status, "".join(capsys.readouterr())

    return run


@pytest.mark.sweep
def test_a_breaking_change_needs_its_step(released: Repository, told: Told) -> None:
    """Against the last release, whatever was committed since; the version decides the exit status."""
    edit(released.spec, "enum: [camel, kebab, snake]", "enum: [camel, kebab]")
    released.commit()
    status, text = told()
    assert status == 1
    assert "Changes for callers from v0.1.0 to the working tree (griffe):\n  breaking    OAuthApi.create_acc" in text
    assert "info.version is 0.1.0, was 0.1.0; set it to 0.2.0 or higher" in text
    edit(released.spec, "version: 0.1.0", "version: 0.2.0")
    status, text = told()
    assert status == 0
    assert "minor step needed (before 1.0.0, a breaking change asks for a minor step" in text
    assert text.endswith("0.1.0 -> 0.2.0 is one\n")


@pytest.mark.sweep
def test_another_commit_can_be_compared_with(released: Repository, told: Told) -> None:
    """HEAD, here: what is not committed yet."""
    edit(released.spec, "enum: [camel, kebab, snake]", "enum: [camel, kebab]")
    released.generate()
    released.commit()
    status, text = told("--against=HEAD")
    assert status == 0
    assert "Changes for callers from HEAD to the working tree (griffe):\n  nothing\n" in text


def test_a_request_that_differs_asks_for_a_step(released: Repository) -> None:
    """Though the signatures are the same; a line has all that it is a change of."""
    edit(released.spec, "url: https://api.withpersona.com/api/v1", "url: https://api.example.com")
    status, told = released.make("changes")
    assert status != 0
    assert (
        "(griffe):\n  nothing\nChanges of the requests (sent by both packages for samples):\n  breaking    Client: "
        in told
    )
    assert "is sent to https://api.example.com now, was https://api.withpersona.com/api/v1\n" in told
    assert "info.version is 0.1.0, was 0.1.0; set it to 0.2.0 or higher" in told


@pytest.mark.sweep
def test_before_the_first_release_no_step_is_asked_for(released: Repository, told: Told) -> None:
    """What changed since the last commit is told nevertheless."""
    released.git("tag", "--delete", "v0.1.0")
    edit(released.spec, "enum: [camel, kebab, snake]", "enum: [camel, kebab]")
    for arguments in ((), ("--against=HEAD",)):
        status, text = told(*arguments)
        assert status == 0
        assert "from HEAD to the working tree (griffe):\n  breaking    OAuthApi.create_access_token, OAuthApi.c" in text
        assert text.endswith("no step needed: nothing has been released yet, info.version is 0.1.0\n")


def test_a_commit_without_a_package_has_no_callers(released: Repository) -> None:
    released.git("tag", "--delete", "v0.1.0")
    released.git("rm", "-r", "--quiet", "--cached", "generated")
    released.git("commit", "--quiet", "--message", "No package yet")
    status, told = released.make("changes")
    text = "HEAD has no spec/openapi.yaml or no generated/: this is the first release, which breaks nobody\n"
    assert (status, told) == (0, text)


def clone(released: Repository, folder: Path, *options: str) -> Repository:
    """A clone with these options."""
    released.git("clone", "--quiet", *options, released.root.as_uri(), str(folder))
    return Repository(folder)


def test_a_clone_without_its_history_is_not_taken_for_one_before_the_first_release(
    released: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As continuous integration makes them: shallow, without tags, or both; exit status 2 says what to fetch."""
    edit(released.spec, "summary: Create an access token", "summary: Create a token")
    released.commit()
    changelog = released.root / "CHANGELOG.md"
    shallow = clone(released, tmp_path / "shallow", "--depth=1", "--no-tags")
    tagless = clone(released, tmp_path / "tagless", "--no-tags")
    for repository, command in ((shallow, "git fetch --unshallow --tags"), (tagless, "git fetch --tags")):
        assert changes.main([], repository.root) == 2
        assert capsys.readouterr().err.endswith(f": {command}\n")
    released.git("tag", "--delete", "v0.1.0")
    changelog.write_text("# Changelog\n\n## [0.1.0] - 2026-11-24\n", encoding="utf-8")
    assert changes.main([], released.root) == 2


@pytest.mark.sweep
def test_a_clone_that_has_what_is_asked_for_is_enough(released: Repository, told: Told, tmp_path: Path) -> None:
    """Also where nothing changed, so that the version may stay."""
    shallow = clone(released, tmp_path / "shallow", "--depth=1")
    status, text = told(root=shallow.root)  # the tag is at its only commit
    assert (status, text.splitlines()[-1]) == (0, "info.version 0.1.0 may stay: the package is the same")
    tagless = clone(released, tmp_path / "other", "--depth=1", "--no-tags")
    status, text = told("--against=HEAD", root=tagless.root)
    assert status == 0, text


@pytest.mark.parametrize("lacks", ["git", "a repository"])
def test_without_git_nothing_is_compared(
    lacks: str, released: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An archive of the sources, or a machine without git: exit status 2, and why."""
    if lacks == "git":
        monkeypatch.setenv("PATH", str(released.root / "nowhere"))
        expected = "git cannot be run: No such file or directory"
    else:
        shutil.rmtree(released.root / ".git")
        expected = "git knows no repository here: fatal: not a git repository"
    for arguments in ([], ["--against", "HEAD"]):
        assert changes.main(arguments, released.root) == 2
        assert capsys.readouterr().err.startswith(expected)


@pytest.mark.parametrize(
    ("old", "new", "arguments", "told"),
    [
        ("version: 0.1.0", "version: soon", (), "info.version 'soon' is no version of PEP 440 or SemVer"),
        ("operationId: create-authorization", "operationId: create-access-token", (), "error[duplicate-operation-id]"),
        ("version: 0.1.0", "version: 0.1.1", ("AGAINST=v9",), "git knows no commit v9 here"),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    released: Repository, old: str, new: str, arguments: tuple[str, ...], told: str
) -> None:
    """It says why, and never passes for "nothing changed"."""
    edit(released.spec, old, new)
    status, text = released.make("changes", *arguments)
    assert status != 0
    assert told in text
