"""No text of a description becomes code, or writes outside the output; no description takes the machine down."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import generate
from codegen.description.document import Document
from codegen.output.manifest import Manifest
from codegen.render import templates
from codegen.render.filters import comment
from codegen.report.diagnostics import GenerationError
from tests.support.checkout import ROOT
from tests.support.mutation import HOSTILE, Path as Place, at, places
from tests.support.planting import Planted, plant, with_keys, with_values
from tests.support.server import PATIENCE

THOROUGH = settings().max_examples > 100
#: Each string stands at each place in one of these rounds; `make test` runs the first, CI those that are marked.
ROUNDS = [
    pytest.param(number, marks=[pytest.mark.sweep] if number else [])
    for number in range(0, len(HOSTILE), 1 if THOROUGH else 7)
]
#: Of keys, of which most are refused, one after the other: each takes as long as four with values.
ROUNDS_OF_KEYS = ROUNDS if THOROUGH else ROUNDS[::2]


def is_name(place: Place) -> bool:
    """Whether a scalar decides about names, types, defaults, credentials or what is shared: it may change the tree."""
    lists = {"tags", "required", "enum"} & {*place[-2:-1]}
    names = "name operationId format pattern default const package scheme x-lifetime x-python-attribute".split()
    return bool(lists) or place[-1] in names or "x-space-separated" in place


SPEC = Document.load(ROOT / "spec" / "openapi.yaml", "openapi.yaml").data
del SPEC["x-python"]["rules"]  # or a text that is planted in one would break it
KEYS = [place for place in places(SPEC) if isinstance(place[-1], str)]
SCALARS = [place for place in places(SPEC) if not isinstance(at(SPEC, place), dict | list)]
NAMES = [place for place in SCALARS if is_name(place)]
TEXTS = [place for place in SCALARS if not is_name(place)]


@cache
def inputs() -> Manifest:
    """The hashes of templates and generator: as long to make as to refuse a description, and the same for all."""
    return generate.inputs_of(generate.command_line().parse_args([]))


def generated(folder: Path, data: dict[str, Any]) -> dict[str, bytes] | set[str]:
    """The files of the package; of a description that is refused, the pointers of its errors, each with a line."""
    spec = folder / "spec.yaml"
    spec.write_text(json.dumps(data, indent=1).replace("\x7f", "\\u007f"), encoding="utf-8")
    options = generate.command_line().parse_args(["--spec", str(spec), "--output", str(folder / "none")])
    try:
        files, _ = generate.generate(options, inputs())
    except GenerationError as error:
        diagnostics = error.diagnostics
    else:
        return files
    assert [diagnostic for diagnostic in diagnostics if not diagnostic.position] == []
    return {diagnostic.pointer for diagnostic in diagnostics if not diagnostic.is_warning}


class Skeleton(ast.NodeTransformer):
    """Python without its strings, and without what only they decide: whether a server is usable."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg == "base_url" else self.generic_visit(node)


def skeletons(files: dict[str, bytes]) -> dict[str, str]:
    """The syntax trees of all modules, strings aside."""
    return {
        path: ast.dump(Skeleton().visit(ast.parse(content))) for path, content in files.items() if path.endswith(".py")
    }


def actions(files: dict[str, bytes]) -> set[str]:
    """What the modules do: what they import, call and are made of; other names for their own package, classes and
    methods, which are written with a capital or called on `self` or a client, are no other deeds.
    """
    own = {path.partition("/")[0] for path in files if path.endswith(".py")}
    nodes = [node for path, content in files.items() if path.endswith(".py") for node in ast.walk(ast.parse(content))]
    modules = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    modules |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    foreign = {call for call in calls if not call[:1].isupper() and not call.startswith(("self.", "client."))}
    others = {name for name in modules | foreign if name.partition(".")[0] not in own}
    return others | {type(node).__name__ for node in nodes if isinstance(node, ast.stmt)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def harmless(folder: Path) -> dict[str, bytes]:
    files = generated(folder, SPEC)
    assert isinstance(files, dict)
    return files


def strings(chosen: list[Place], number: int) -> Planted:
    """A hostile string for each place, another one in each round."""
    return {place: HOSTILE[(index + number) % len(HOSTILE)] for index, place in enumerate(chosen)}


def accepted(
    folder: Path,
    planted: Planted,
    check: Callable[[dict[str, bytes]], None],
    with_strings: Callable[[Any, Planted], Any] = with_values,
) -> int:
    """How many of these strings a package is generated with; each package passes the check."""

    def attempt(planted: Planted) -> set[str]:
        files = generated(folder, with_strings(SPEC, planted))
        if isinstance(files, set):
            return files
        check(files)
        return set()

    return plant(attempt, planted)


@pytest.mark.parametrize("number", ROUNDS)
def test_no_text_becomes_code(folder: Path, harmless: dict[str, bytes], number: int) -> None:
    """Hostile strings in place of texts: the syntax trees stay as they are, but for docstrings that would be empty."""
    expected, deeds, texts = skeletons(harmless), actions(harmless), strings(TEXTS, number)

    def check(files: dict[str, bytes]) -> None:
        assert files.keys() == harmless.keys()
        changed = skeletons({path: content for path, content in files.items() if content != harmless[path]})
        assert changed == {path: expected[path] for path in changed}
        assert_harmless(files, harmless, deeds)

    visible = {place: text for place, text in texts.items() if text.strip()}
    assert accepted(folder, visible, check) > len(TEXTS) // 3
    blank = {place: text for place, text in texts.items() if not text.strip()}
    assert accepted(folder, blank, lambda files: assert_harmless(files, harmless, deeds)) > 0


@pytest.mark.sweep
@pytest.mark.parametrize("number", ROUNDS)
def test_no_name_becomes_code(folder: Path, harmless: dict[str, bytes], number: int) -> None:
    """The same for names, of operations, tags, required members: there may be other names, but no other deeds."""
    assert_no_name_becomes_code(folder, harmless, NAMES, with_values, number)


@pytest.mark.sweep
@pytest.mark.parametrize("number", ROUNDS_OF_KEYS)
def test_no_key_becomes_code(folder: Path, harmless: dict[str, bytes], number: int) -> None:
    """The same for names that are keys, of paths, members, components."""
    assert_no_name_becomes_code(folder, harmless, KEYS, with_keys, number)


def assert_no_name_becomes_code(
    folder: Path, harmless: dict[str, bytes], chosen: list[Place], with_strings: Callable[..., Any], number: int
) -> None:
    """Whatever stands at these places."""
    deeds, planted = actions(harmless), strings(chosen, number)
    kept = accepted(folder, planted, lambda files: assert_harmless(files, harmless, deeds), with_strings)
    assert kept > len(chosen) // 8


def assert_harmless(files: dict[str, bytes], harmless: dict[str, bytes], deeds: set[str]) -> None:
    """No deed that the harmless package does not do, no foreign table in TOML, no path that leaves the output."""
    changed = {path: content for path, content in files.items() if content != harmless.get(path)}
    assert actions(changed) <= deeds | {"Pass"}
    toml, expected = (tomllib.loads(tree["pyproject.toml"].decode()) for tree in (files, harmless))
    assert shape(toml) <= shape(expected)
    for path in files:
        # Letters of any script may be in a name, but nothing that leads elsewhere or that a person cannot see.
        assert all(re.fullmatch(r"[\w-]+(\.\w+)?", step) for step in path.split("/")), path


def shape(data: Any, path: str = "") -> set[str]:
    """The tables and keys of TOML, without its texts, the labels of links and the name of the package's entry point."""
    if isinstance(data, dict):
        names = {name: "*" if path in (".project.urls", ".project.entry-points.pytest11") else name for name in data}
        return {inner for name, part in data.items() for inner in shape(part, f"{path}.{names[name]}")}
    return {f"{path}: {type(data).__name__}"}


# --- the description's file name, and other names on the command line

#: What tries to end a line, a comment or a quotation, or to be read as the encoding of a module (PEP 263).
FILE_NAMES = [
    *(name.replace("/", "_") for name in HOSTILE if name.strip()),
    "x\nimport os\nos._exit(13)\n#",
    "x\nevil = 1\n#.toml",
    "coding=utf-7 +AAo-import os",
    " -*- coding: utf-7 -*- +AAo-import os",
    "--><script>alert(1)</script><!--",
    "\x1b[2J\x1b[H0 of 0 files changed",
    "\udcff\udc80",
]


@pytest.mark.parametrize("name", FILE_NAMES)
def test_no_file_name_becomes_code(name: str) -> None:
    """Nothing but a comment comes of it, whatever reads the file."""
    header = {suffix: templates._header(f"x{suffix}", comment(name)) for suffix in (".py", ".toml", ".md")}
    assert all(text.count("\n") == 3 for text in header.values())
    assert ast.dump(ast.parse(f"{header['.py']}x = 'é'\n".encode())) == ast.dump(ast.parse("x = 'é'"))
    assert tomllib.loads(f"{header['.toml']}x = 1") == {"x": 1}
    assert re.fullmatch(r"(<!--(?:(?!-->).)*-->\n){2}\n", header[".md"])
    assert all(line.isprintable() for text in header.values() for line in text.splitlines())


def test_names_on_the_command_line_are_printed_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the description and of the output, in errors, warnings, what changed and what to do."""
    folder = tmp_path / "x\x1b[2J\ngenerated: all is well\n\u202e\udcff"
    spec, output = folder / "coding=utf-7 --> \n\r\x1b.yaml", folder / "out \x1b[1m\n"
    folder.mkdir()

    def run(status: int, *arguments: str) -> str:
        assert generate.main(["--spec", str(spec), "--output", str(output), *arguments]) == status
        printed = "".join(capsys.readouterr())
        assert all(line.isprintable() for line in printed.splitlines())
        assert "\ngenerated: all is well" not in printed
        return printed

    assert "error[read]: " in run(2)
    spec.write_text("openapi: 3.1.0\ninfo: {title: x, version: 1.0.0}\npaths: {}\n", encoding="utf-8")
    assert " files changed" in run(0)
    (output / "README.md").write_text("\x1b[2J", encoding="utf-8")
    assert "run `python generate.py --spec " in run(1, "--check")
    assert "::error " in run(1, "--check", "--format", "github")
    (output / "file").touch()
    assert "error[output]: " in run(2, "--output", str(output / "file"))


@pytest.mark.parametrize("name", ["a" * 255, "a" * 300, "loop/x"])
def test_an_output_that_no_folder_can_have_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its reason, in one line."""
    (tmp_path / "loop").symlink_to("loop")
    try:
        status = generate.main(["--output", str(tmp_path / name)])
    except SystemExit as end:  # argparse ends so
        status = int(end.code or 0)
    assert status == 2
    assert (
        "too long" in (printed := capsys.readouterr().err) or "Symlink loop" in printed or "symbolic links" in printed
    )


# --- bounds

#: Generates of each description on standard input into the folder beside it; prints the exit statuses as JSON.
LIMITED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1500 * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
import generate
statuses = {}
for name, arguments in json.load(sys.stdin).items():
    print(f"{name}:", file=sys.stderr)
    statuses[name] = generate.main(arguments)
print(json.dumps(statuses))
"""


def limited(runs: Mapping[str, Sequence[object]]) -> tuple[dict[str, int], dict[str, str]]:
    """Exit status and errors of some runs, one after the other in a process with bounded memory and time."""
    arguments = json.dumps({name: [*map(str, run)] for name, run in runs.items()})
    command = [sys.executable, "-c", LIMITED]
    done = subprocess.run(
        command, input=arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-500:]
    _, *parts = re.split(rf"^({'|'.join(map(re.escape, runs))}):\n", done.stderr, flags=re.MULTILINE)
    return json.loads(done.stdout.splitlines()[-1]), dict(zip(parts[::2], parts[1::2], strict=True))


HEAD = "openapi: 3.1.0\ninfo: {title: x, version: 1.0.0}\npaths: {}\n"
HUGE = {
    "50 MB": HEAD + "x-long: " + "x" * 50_000_000,
    "50 MB of lines": HEAD + "x-long:\n" + "- x\n" * 12_500_000,
    "15 MB of values": HEAD + "x-many: [" + "a," * 7_500_000 + "]",
    "10,000 lists": HEAD + "x-deep: " + "[" * 10_000 + "]" * 10_000,
    "10,000 mappings": HEAD + "x-deep: " + "{a: " * 10_000 + "}" * 10_000,
    "10,000 lists in a line": HEAD + "x-deep:\n  " + "- " * 10_000 + "a",
    "10,000 keys in a line": HEAD + "x-deep:\n  " + "? " * 10_000 + "a",
    "2,000 levels of indentation": HEAD + "".join(f"{' ' * level}x-deep:\n" for level in range(2000)),
    "a billion laughs": HEAD
    + "x-laughs:\n"
    + "".join(f"- &a{level} [{', '.join([f'*a{level - 1}'] * 10 if level else ['ha'])}]\n" for level in range(10)),
    "a list in itself": HEAD + "x-self: &self [*self]\n",
    "a mapping in itself": HEAD + "x-self: &self {self: *self}\n",
}


@pytest.mark.sweep
def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    """In bounded time and memory, with a diagnostic."""
    for name, text in HUGE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    runs = {name: ("--spec", tmp_path / name, "--output", tmp_path / "out") for name in HUGE}
    statuses, errors = limited(runs)
    assert {name: status for name, status in statuses.items() if status != 2} == {}
    assert {name: text for name, text in errors.items() if "error[too-large]: " not in text} == {}
    assert [name for name, text in errors.items() if len(text) >= 1000] == []
    assert not (tmp_path / "out").exists()


def test_a_file_of_3_gb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Nor is it hashed, to see whether it has changed; nor a folder of others, to see whose it is.

    Files of a name that ours has, too, are read no further than needed for that.
    """
    whole = tmp_path / "spec.yaml"
    runs: dict[str, tuple[object, ...]] = {"description": ("--spec", whole, "--output", tmp_path / "out")}
    files = [whole]
    for name in ("film.mkv", "manifest.json", "README.md"):
        files.append(tmp_path / name.partition(".")[0] / name)
        runs |= {f"{name} to write": ("--output", files[-1].parent)}
        runs |= {f"{name} to check": ("--output", files[-1].parent, "--check")}
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.truncate(file, 3 * 2**30)
    statuses, errors = limited(runs)
    assert statuses == dict.fromkeys(runs, 2)
    assert "error[too-large]: " in errors.pop("description")
    assert {name: text for name, text in errors.items() if "was not made by generate.py" not in text} == {}


def _component(count: int, schema: Callable[[dict[str, str]], dict[str, Any]], *, last: Any) -> dict[str, Any]:
    """Schemas of which each is made of the next one."""
    ref = "#/components/schemas/S{}".format
    return {f"S{i}": schema({"$ref": ref(i + 1)}) if i < count - 1 else last for i in range(count)}


TEXT = {"type": "string"}
CHAINS: dict[str, dict[str, Any]] = {
    "references": _component(1000, lambda ref: ref, last=TEXT),
    "a circle of references": _component(1000, lambda ref: ref, last={"$ref": "#/components/schemas/S0"}),
    "lists": _component(1000, lambda ref: {"type": "array", "items": ref}, last=TEXT),
    "maps": _component(1000, lambda ref: {"type": "object", "additionalProperties": ref}, last=TEXT),
    "unions": _component(1000, lambda ref: {"oneOf": [ref, {"type": "integer"}]}, last=TEXT),
    "objects": _component(1000, lambda ref: {"type": "object", "properties": {"a": ref}}, last=TEXT),
    "lists and maps": _component(
        40,
        lambda ref: {"oneOf": [{"type": "array", "items": ref}, {"type": "object", "additionalProperties": ref}]},
        last=TEXT,
    ),
    "a circle of lists and maps": _component(
        40,
        lambda ref: {"oneOf": [{"type": "array", "items": ref}, {"type": "object", "additionalProperties": ref}]},
        last={"type": "array", "items": {"$ref": "#/components/schemas/S0"}},
    ),
}


@pytest.mark.sweep
def test_long_chains_are_rendered(tmp_path: Path) -> None:
    """In bounded time and memory; Python compiles what is rendered."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    operation = {"operationId": "read", "responses": {"200": {"description": "", "content": content}}}
    whole = {"openapi": "3.1.0", "info": {"title": "x", "version": "1.0.0"}, "paths": {"/a": {"get": operation}}}
    for name, schemas in CHAINS.items():
        text = json.dumps({**whole, "components": {"schemas": schemas}})
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    runs = {name: ("--spec", tmp_path / f"{name}.json", "--output", tmp_path / name) for name in CHAINS}
    statuses, errors = limited(runs)
    assert {name: errors[name] for name, status in statuses.items() if status} == {}
    for name in CHAINS:
        modules = [*(tmp_path / name / "api_client").rglob("*.py")]
        assert modules
        for module in modules:
            compile(module.read_bytes(), module.name, "exec")


def test_no_tag_runs_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a tag names is not even looked up."""
    spec, proof = tmp_path / "spec.yaml", tmp_path / "proof"
    made = f"!!python/object/apply:pathlib.Path [{proof}]"
    spec.write_text(f"{HEAD}x-tag: !!python/object/apply:pathlib.Path.touch [{made}]\n", encoding="utf-8")
    assert generate.main(["--spec", str(spec), "--output", str(tmp_path / "out")]) == 0
    assert "warning[not-json]: the tag " in capsys.readouterr().err
    assert not proof.exists()
