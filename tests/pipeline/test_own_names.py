"""A name of the description never hides a name that the generated module needs, at run time or for a type checker."""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.model.types import MODULES
from codegen.naming import attributes, names, reserved
from codegen.render import templates
from codegen.render.environment import FILTERS
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes
from tests.support.once import Once
from tests.support.own_names import description, names_in, read_in_classes

#: Plain modules hold nothing of the description, except these two, which a template stands in for.
_PLAIN = {path.relative_to(generate.TEMPLATES) for path in generate.TEMPLATES.rglob("*.py")}
_PLAIN = {path for path in _PLAIN if not (generate.TEMPLATES / f"{path}.jinja").exists()}
#: Of scripts without capitals, where a class and a field can have the same name; and names of earlier findings.
_OTHERS = {"名", "Éa", "cached_property", "overload"}


def rendered(data: dict[str, Any], folder: Path) -> dict[str, str]:
    """The modules that templates make of a description, with all that they import: before ruff."""
    spec = folder / "spec.json"
    spec.write_text(json.dumps(data), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        files: dict[str, str] = {}
        render = templates.render
        patch.setitem(FILTERS, "used_in", lambda imports, code: imports)

        def kept(*arguments: Any, **options: Any) -> dict[str, str]:
            files.update(render(*arguments, **options))
            return files

        patch.setattr(templates, "render", kept)
        with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
            assert generate.main(["--spec", str(spec), "--output", str(folder / "output"), "--package", "own"]) == 0
    plain = {path.as_posix().replace("__package__", "own") for path in _PLAIN}
    return {name: text for name, text in files.items() if name.endswith(".py") and name not in plain}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def modules(folder: Path) -> dict[str, str]:
    """Those of a description whose names nothing needs."""
    return rendered(description(["thing"]), folder)


@pytest.fixture
def own(modules: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Modules of that package, by name."""
    monkeypatch.syspath_prepend(folder / "output")
    return lambda name: importlib.import_module(f"own.{name}")


def errors_and_answers(own: Callable[[str], Any]) -> list[type]:
    """The classes that have attributes for headers."""
    raised = [value for value in vars(own("errors")).values() if isinstance(value, type)]
    return [own("_transport").ApiResponse, *(kind for kind in raised if issubclass(kind, Exception))]


def test_names_of_the_package_are_not_those_of_the_description(modules: dict[str, str]) -> None:
    """In the scope of a class, where methods, fields and attributes stand, no name is one that its module reads."""
    spelling = {"own/api/": names.method, "own/models": names.member, "own/client": names.attribute}
    for path, text in modules.items():
        read = read_in_classes(text)
        spell = next((function for start, function in spelling.items() if path.startswith(start)), None)
        if spell:
            assert read, path
            assert {name for name in read if spell(names.identifier(name)) == name} == set(), path
    assert {name for name in read_in_classes(modules["own/_facts.py"]) if not attributes.header_fault(name)} == set()


def test_answers_and_errors_have_their_attributes_for_themselves(own: Callable[[str], Any]) -> None:
    """A header is no attribute of a name that another one has."""
    taken = {name for kind in errors_and_answers(own) for name in dir(kind)} - {"thing"}
    assert {name for name in taken if not attributes.header_fault(name)} == set()


@pytest.mark.parametrize(
    ("start", "template"), [("own/api/", "api/__tag__.py.jinja"), ("own/models", "models.py.jinja")]
)
def test_no_template_prints_an_import_that_is_not_read_from_it(
    modules: dict[str, str], start: str, template: str
) -> None:
    """As one that an expression of Jinja makes would be."""
    trees = [ast.parse(text) for path, text in modules.items() if path.startswith(start)]
    statements = [node for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    printed = {alias.asname or alias.name for statement in statements for alias in statement.names}
    assert printed > {"Any", "Mapping", *MODULES}
    assert printed - {"annotations"} - reserved.imported(template) == set()


def test_modules_of_types_are_not_hidden() -> None:
    """A loop imports those that Python's types for formats are from."""
    assert {*MODULES} == reserved.MODULES_OF_TYPES


def test_a_class_has_no_name_that_a_field_can_have() -> None:
    """In scripts without capitals, they would be the same."""
    assert (names.class_name(["名"]), names.member("名")) == ("名Model", "名")


USE = """
import importlib, inspect, json, pkgutil, sys
import httpx2
import own
from own import client, models

every = json.loads(sys.stdin.read())
TYPED = {"id", "at", "words", "size", "state", "a", "b"}
ALWAYS = "timeout", "total_timeout", "max_retries", "extra_headers"
for module in pkgutil.walk_packages(own.__path__, "own."):
    importlib.import_module(module.name)

def answer(request):
    path = request.url.path
    body = [] if path.startswith("/operations/") else {}
    if path == "/members":
        body = {name: {"value": name} for name in every}
    if path == "/parameters":
        assert sorted(request.url.params) == sorted(every), path
    if path == "/values":
        return httpx2.Response(200, json=request.url.params["value"])
    return httpx2.Response(200, json=body, headers={f"X-H-{name}": name for name in every if name.isascii()})

with httpx2.Client(transport=httpx2.MockTransport(answer)) as http_client:
    with client.Client(http_client=http_client) as api:
        tags = [name for name, value in vars(client.Client).items() if type(value).__name__ == "Operations"]
        of_tags = 0
        for tag in tags:
            operations = getattr(api, tag)
            for name in [name for name in dir(operations) if name.startswith("of_")]:
                of_tags += hasattr(operations, f"{name}_with_http_info") and getattr(operations, name)() is not None
        assert of_tags == len(every), (of_tags, len(every))
        called = 0
        for name, value in vars(type(api.all_)).items():
            arguments = {*getattr(value, "__annotations__", ())} - {*ALWAYS, "return"}
            if arguments == TYPED and hasattr(api.all_, f"{name}_with_http_info"):
                assert (got := getattr(api.all_, name)(a="a")) == [], (name, got)
                assert (got := getattr(api.all_, name)(b="b")) == [], (name, got)
                called += 1
        assert called >= len(every), (called, len(every))
        whole = api.all_.the_members(body={})
        fields = type(whole).model_fields
        for name, field in fields.items():
            wire = field.serialization_alias
            assert wire not in every or getattr(whole, name).value == wire, wire
        own_arguments = {*inspect.signature(api.all_.the_parameters).parameters} - set(ALWAYS)
        api.all_.the_parameters(**dict.fromkeys(own_arguments, "x"))
        assert [api.all_.the_values(value=value) for value in every] == every
        seen = api.all_.the_headers_with_http_info()
        print(len(tags), called, len(fields), sum(getattr(seen, name, None) == name for name in every))
"""


@pytest.mark.sweep
def test_every_name_in_every_role(modules: dict[str, str], own: Callable[[str], Any], once: Once) -> None:
    """As a tag, an operation, a parameter, a schema, a member, a value, a header: it imports, works and type-checks."""
    client, model = own("client"), own("_model")
    classes = [client.Client, client.AsyncClient, model.RequestModel, model.ExpiringModel, *errors_and_answers(own)]
    every = {name for text in modules.values() for name in names_in(text)} | _OTHERS
    every |= {name for kind in classes for name in dir(kind)}
    of_description = re.compile("(?i)_.*|.*thing.*|the_.*")
    every = {name for name in every if not of_description.fullmatch(name)}
    assert {"overload", "models", "uuid", "wire", "with_options", "staticmethod", "model_dump", "args"} <= every
    folder = once("own-names", lambda folder: rendered(description(every), folder))
    command = [sys.executable, "-W", "error", "-c", USE]
    used = subprocess.run(
        command,
        cwd=folder / "output",
        input=json.dumps(sorted(every)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert used.returncode == 0, used.stderr
    assert_mypy_passes(folder / "output", "own")
    assert_pyright_passes(folder / "output", "own")
