"""Texts planted in each place of many descriptions: none becomes code, none ends a line of a request.

The modules are compared as the templates print them: what ruff would refuse or rewrite is seen, too.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import unified_diff
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.description.document import Document
from codegen.description.http import is_name, is_value
from codegen.description.objects import OBJECTS, nodes
from codegen.description.pointers import join
from codegen.model.read import read
from codegen.render.environment import FILTERS
from codegen.render.templates import render
from codegen.report.diagnostics import GenerationError
from tests.support.checkout import ROOT
from tests.support.mutation import HOSTILE, Path as Place, at, places
from tests.support.own_names import names_in
from tests.support.planting import Planted, plant, with_keys, with_values

FILES = [
    ROOT / "spec" / "openapi.yaml",
    ROOT / "tests" / "checks" / "sound.yaml",
    *sorted(ROOT.glob("tests/cases/*/spec.yaml")),
]
#: What a header or a request line must not have.
LINES = ("application/json\r\nX-Planted: 1", "a\r\n\r\nGET / HTTP/1.1", "a\x00b", "a\nb: c")
TEXTS = (*HOSTILE, *LINES)
#: Words that OpenAPI gives a meaning: where one of them stands, another text makes it another description.
WORDS = set(
    "type in $ref style format openapi name operationId tags required enum const default pattern propertyName scheme "
    "contentType contentMediaType contentEncoding version identifier package distribution x-python-attribute "
    "x-lifetime x-environment-variable x-base-url-variable x-log-variable x-space-separated jsonSchemaDialect".split()
)
FIELDS = {name for fields in OBJECTS.values() for name in fields}
#: Fields of texts for readers.
TEXT_FIELDS = {"description", "summary", "title", "$comment", "termsOfService", "bearerFormat"}
#: Maps whose keys are names of the description, by kind of object and field.
NAMED = [("schema", "properties"), ("operation", "callbacks"), ("server", "variables"), ("media-type", "encoding")]


def rendered(folder: Path, data: Any) -> dict[str, str] | set[str]:
    """What the templates print; of a description that is refused, the pointers of its errors.

    With all imports of the templates, since ruff decides which of them stay, by what the code uses.
    """
    spec = folder / "spec.json"
    spec.write_text(json.dumps(data), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FILTERS, "used_in", lambda imports, code: imports)
        try:
            return render(read(spec, "spec.json").api, generate.TEMPLATES, package="planted", source="spec.json")
        except GenerationError as error:
            return {diagnostic.pointer for diagnostic in error.diagnostics if not diagnostic.is_warning}


@cache
def loaded(file: Path) -> Any:
    """The description as somebody else's, so that faults are told and no error."""
    data = Document.load(file, file.name).data
    data.pop("x-python", None)
    return data


def with_all_texts(file: Path) -> Any:
    """The description with a text in each field that can have one, in each of its objects."""
    document = Document.parse(json.dumps(loaded(file)), "spec.json")
    for node in nodes(document, unused=True):
        for name in TEXT_FIELDS & node.fields.keys() if not node.is_reference else ():
            node.data.setdefault(name, "harmless")
        if "externalDocs" in node.fields and not node.is_reference:
            node.data.setdefault("externalDocs", {"url": "https://example.com", "description": "harmless"})
    return document.data


#: Modules without anything of a description.
PLAIN = {
    path.relative_to(generate.TEMPLATES).as_posix().replace("__package__", "planted")
    for path in generate.TEMPLATES.rglob("*.py")
}


@lru_cache(maxsize=100)
def tree(text: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(text)


def modules(files: Mapping[str, str]) -> dict[str, ast.Module]:
    """The syntax trees of the modules that templates make."""
    return {path: tree(text) for path, text in files.items() if path.endswith(".py") and path not in PLAIN}


class Skeleton(ast.NodeTransformer):
    """Python without its strings."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node


def skeletons(files: Mapping[str, str]) -> dict[str, str]:
    """The syntax trees without strings."""
    return {path: ast.unparse(Skeleton().visit(ast.parse(files[path]))) for path in modules(files)}


# What no text may do


def assert_harmless(files: Mapping[str, str], deeds: set[str]) -> None:
    """No deed but those of a harmless description, no name from nowhere, no line end in a request, no other file."""
    for path, found in modules(files).items():
        compile(found, path, "exec")
        assert deeds_of(found) <= deeds, path
        assert unbound(found) == set(), path
        assert [text for text in on_the_wire(found) if not is_value("header", text.replace(" ", ""))] == [], path
    assert tomllib.loads(files["pyproject.toml"]).keys() == {"build-system", "project", "tool"}
    for path in files:
        assert all(re.fullmatch(r"[\w-]+(\.\w+)?", step) for step in path.split("/")), path


def deeds_of(module: ast.Module) -> set[str]:
    """Which statements a module has, what it imports, and what it calls beside its own classes and methods."""
    found = {type(node).__name__ for node in ast.walk(module) if isinstance(node, ast.stmt | ast.expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            found |= set() if called[:1].isupper() or called.startswith(("self.", "client.")) else {called}
    return found


def unbound(module: ast.Module) -> set[str]:
    """The names that are read and stand for nothing."""
    every = [*ast.walk(module)]
    bound = {*dir(builtins), "__file__"}
    for node in every:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add(other or name.partition(".")[0])
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
                bound.add(name)
    return {node.id for node in every if isinstance(node, ast.Name)} - bound


def on_the_wire(module: ast.Module) -> Iterator[str]:
    """The texts that become a part of a request as they are."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            texts = {str(index): part.value for index, part in enumerate(node.args) if isinstance(part, ast.Constant)}
            texts |= {str(part.arg): part.value.value for part in node.keywords if isinstance(part.value, ast.Constant)}
            yield from _sent(ast.unparse(node.func), texts)


def _sent(called: str, texts: Mapping[str, Any]) -> Iterator[str]:
    if called in ("Body", "Encoding"):
        yield texts.get("0", "")
    if called == "Answer":
        yield texts.get("content_type", "")
    if called.startswith("Operation") or called == "Description":
        parts = [texts.get(name) or "" for name in ("method", "server", "base_url")]
        yield from (
            part.encode("ascii", "replace").decode()
            for part in [*parts, re.sub("[^\x00-\x20\x7f]", "", texts.get("path") or "")]
        )
    if called == "Parameter" and texts.get("2") in ("header", "cookie"):
        assert is_name(texts["2"], texts["1"])


# What is planted


def text_places(data: Any) -> list[Place]:
    """Where any text means the same."""
    found = [place for place in places(data) if isinstance(at(data, place), str)]
    words = [place for place in found if {*map(str, place[-2:])} & WORDS or "servers" in place]
    titles = [place for place in found if place[-1] == "title" and place[0] != "info"]  # variants are named after them
    return [place for place in found if place not in {*words, *titles}]


def word_places(data: Any) -> list[Place]:
    """The other places of scalars."""
    texts = {*text_places(data)}
    return [place for place in places(data) if place not in texts and not isinstance(at(data, place), dict | list)]


def names_of(data: Any) -> list[str]:
    """The names that the description gives: of components, members, parameters, tags, operations, values."""
    found: list[Any] = []
    for node in nodes(Document.parse(json.dumps(data), "spec.json"), unused=True):
        for name, field in node.fields.items() if node.kind == "components" or not node.is_reference else ():
            value = node.data.get(name)
            is_map = field.many == "{" and (node.kind == "components" or (node.kind, name) in NAMED)
            found += value if is_map and isinstance(value, dict) else ()
        found += [node.data.get(key) for key in ("name", "operationId", "propertyName", "const", "title")]
        for key in ("tags", "enum", "required"):
            found += value if isinstance(value := node.data.get(key), list) else ()
    return [name for name in dict.fromkeys(one for one in found if isinstance(one, str)) if name not in FIELDS | WORDS]


def with_names(data: Any, names: Mapping[str, str]) -> Any:
    """A copy with other names, wherever they stand: also in references and in paths."""

    def new(text: str) -> str:
        if text in names:
            return names[text]
        if text.startswith("#/components/") and text.count("/") == 3:
            start, _, name = text.rpartition("/")
            return join(start, names.get(name, name))
        if text.startswith("/"):
            return re.sub(r"{([^{}]*)}", lambda match: f"{{{names.get(match[1], match[1])}}}", text)
        return text

    def copied(part: Any) -> Any:
        if isinstance(part, dict):
            return {new(str(name)): copied(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [*map(copied, part)]
        return new(part) if isinstance(part, str) else part

    return copied(data)


def unique(texts: Iterable[str]) -> list[str]:
    """The same texts, a number behind those that were there already."""
    found: dict[str, None] = {}
    for text in texts:
        found[f"{text}{len(found)}" if text in found else text] = None
    return [*found]


# The tests


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


@pytest.fixture(scope="module")
def deeds(folder: Path) -> set[str]:
    """Of all the descriptions as they are."""
    found = [rendered(folder, loaded(file)) for file in FILES]
    return {
        deed for files in found if isinstance(files, dict) for one in modules(files).values() for deed in deeds_of(one)
    }


def accepted(folder: Path, data: Any, planted: Planted, check: Callable[[dict[str, str]], None], plant_in: Any) -> int:
    """How many of the texts a package is made with; each package passes the check."""

    def attempt(planted: Planted) -> set[str]:
        files = rendered(folder, plant_in(data, planted))
        if isinstance(files, set):
            return files
        check(files)
        return set()

    return plant(attempt, planted)


@pytest.mark.sweep
def test_texts(folder: Path, deeds: set[str]) -> None:
    """The syntax trees are those of harmless texts at the same places, of which the same ones are equal."""
    visible, count = [text for text in TEXTS if text.strip()], 0
    for position, file in enumerate(FILES):
        data = with_all_texts(file)
        chosen = {place: (position + index) % len(visible) for index, place in enumerate(text_places(data))}
        planted = {place: visible[which] for place, which in chosen.items()}
        data = with_values(data, {place: f"harmless {which}" for place, which in chosen.items()})
        harmless = rendered(folder, data)
        assert isinstance(harmless, dict), file
        expected = skeletons(harmless)

        def check(files: dict[str, str], expected: Mapping[str, str] = expected) -> None:
            assert_harmless(files, deeds)
            found = skeletons(files)
            assert found.keys() == expected.keys()
            for path, text in found.items():
                assert [*unified_diff(expected[path].splitlines(), text.splitlines(), n=0)] == []

        count += accepted(folder, data, planted, check, with_values)
    assert count > 10_000


@pytest.mark.sweep
def test_names(folder: Path, deeds: set[str]) -> None:
    """Also those that the modules themselves use, as they are in the templates."""
    files = rendered(folder, loaded(FILES[0]))
    assert isinstance(files, dict)
    own = sorted({name for found in modules(files).values() for name in names_in(ast.unparse(found))})
    pool = [text for pair in zip(TEXTS * (len(own) // len(TEXTS) + 1), own, strict=False) for text in pair]
    count = position = 0
    for file in FILES:
        old = names_of(loaded(file))
        new = unique(pool[(position + index) % len(pool)] for index in range(len(old)))
        position += len(old)
        planted: Planted = {(name,): text for name, text in zip(old, new, strict=True)}
        count += accepted(
            folder,
            loaded(file),
            planted,
            lambda files: assert_harmless(files, deeds),
            lambda data, planted: with_names(data, {str(place[0]): text for place, text in planted.items()}),
        )
    assert count > 1000


@pytest.mark.sweep
@pytest.mark.parametrize(("with_texts", "step"), [(with_values, 141), (with_keys, 281)], ids=["values", "keys"])
def test_words(folder: Path, deeds: set[str], with_texts: Callable[[Any, Planted], Any], step: int) -> None:
    """Where another text makes it another description: one by one, some of them."""
    count = 0
    for position, file in enumerate(FILES):
        data = loaded(file)
        chosen = word_places(data) if with_texts is with_values else [p for p in places(data) if isinstance(p[-1], str)]
        for index, place in list(enumerate(chosen))[position % step :: step]:
            planted = {place: TEXTS[(index // step + position) % len(TEXTS)]}
            count += accepted(folder, data, planted, lambda files: assert_harmless(files, deeds), with_texts)
    assert count > 30
