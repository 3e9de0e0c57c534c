"""generate.py from the outside: the life of a file, drift, bad input, and that the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from codegen.naming.packages import package_problem
from codegen.report.diagnostics import GenerationError
from tests.support.checkout import PACKAGE, ROOT, Checkout, contents, edit, state
from tests.support.once import Once
from tests.support.replacing import replace
from tests.support.server import PATIENCE


@pytest.fixture(scope="session")
def reference(once: Once) -> Checkout:
    """A copy of the repository after `make generate`; to be read only."""
    return Checkout(once("reference", lambda folder: Checkout.copy(folder / "checkout").generate()) / "checkout")


@pytest.fixture
def checkout(reference: Checkout, tmp_path: Path) -> Checkout:
    """The same, to be changed."""
    return Checkout.copy(tmp_path / "checkout", source=reference.root, output=True)


def append(path: Path, text: str = "\n# changed\n") -> None:
    """Change a file, or make it."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


# --- the life of a file


def test_the_life_of_a_file(reference: Checkout, tmp_path: Path) -> None:
    """Missing, generated, clean, input changed, outdated, and current again: each step tells where things stand."""
    checkout = Checkout.copy(tmp_path / "checkout")
    readme = checkout.output / "README.md"

    assert checkout.spawn("--check").returncode == 1
    assert not checkout.output.exists()

    assert re.fullmatch(r"generated/: (\d+) of \1 files changed\n", checkout.spawn().stdout)
    assert readme.is_file()

    before = state(checkout.output)
    assert checkout.generate() == "generated/ is up to date\n"
    assert checkout.generate("--check") == "generated/ is up to date\n"
    assert state(checkout.output) == before

    edit(checkout.spec, "summary: Let another organization", "summary: Allow another organization")
    assert checkout.run("--check").returncode == 1
    assert "files changed" in checkout.generate()
    assert "Allow another organization" in readme.read_text(encoding="utf-8")
    checkout.generate("--check")

    append(readme)
    assert checkout.run("--check").returncode == 1
    refused = checkout.run()
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "README.md: error[output]: was edited or added by hand and is not in Git" in refused.stderr
    assert "run `make generate ARGS=--force`" in refused.stderr
    assert checkout.generate("--force") == (
        f"generated/: 1 of {len(before)} files changed\n  README.md was made by hand: overwritten\n"
    )
    checkout.generate("--check")

    edit(checkout.spec, "summary: Allow another organization", "summary: Let another organization")
    checkout.generate()
    assert contents(checkout.output) == contents(reference.output)


def test_generating_again_leaves_git_nothing_to_commit(checkout: Checkout) -> None:
    """After a run on a clean checkout, `git status --porcelain` is empty."""

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        return subprocess.run(command, cwd=checkout.root, capture_output=True, encoding="utf-8", check=True).stdout

    shutil.copy(ROOT / ".gitignore", checkout.root)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "all")
    append(checkout.spec)
    append(checkout.templates / "docs" / "__tag__Api.md.jinja", "\n")
    git("commit", "-qam", "another input")
    (checkout.output / "README.md").unlink()
    checkout.generate()
    pages = sorted(path.name for path in (checkout.output / "docs").iterdir())
    changed = [*(f"docs/{page}" for page in pages), "manifest.json"]
    assert git("status", "--porcelain").splitlines() == [f" M generated/{path}" for path in changed]
    checkout.generate()
    git("commit", "-qam", "another output")
    append(checkout.output / "README.md")
    assert checkout.run().returncode == 2
    git("add", "generated/README.md")
    assert "README.md was made by hand: overwritten" in checkout.generate()
    git("reset", "-q", "generated/README.md")
    assert git("status", "--porcelain") == ""


def test_a_merge_is_mended_by_generating(checkout: Checkout) -> None:
    """A generated file with the marks of a merge holds nothing that Git has not."""

    def git(*arguments: str) -> int:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        return subprocess.run(command, cwd=checkout.root, capture_output=True, check=False).returncode

    for command in ("init -q -b main", "add .", "commit -qm all", "checkout -qb other"):
        git(*command.split())
    summary = "summary: Let another organization"
    for branch, verb in (("other", "Allow"), ("main", "Permit")):
        git("checkout", "-q", branch)
        edit(checkout.spec, summary, summary.replace("Let", verb))
        checkout.generate()
        git("commit", "-qam", branch)
    assert git("merge", "-q", "other") == 1
    assert "<<<<<<<" in (checkout.output / "README.md").read_text(encoding="utf-8")
    git("checkout", "-q", "--ours", "spec")
    assert "README.md was made by hand: overwritten" in checkout.generate()
    checkout.generate("--check")


def test_what_left_the_description_leaves_the_output(checkout: Checkout) -> None:
    """A file of the last run that this one does not make is gone; what else was put there, only where that is asked."""
    extra = checkout.output / PACKAGE / "left_over.py"
    append(extra)
    assert checkout.run().returncode == 2
    assert extra.exists()
    assert f"{PACKAGE}/left_over.py was made by hand: deleted" in checkout.generate("--force")
    assert not (checkout.output / PACKAGE / "left_over.py").exists()


def modules_of(checkout: Checkout, says: str) -> set[str]:
    """The modules that a run has loaded; it ends well and says that."""
    code = """if True:
        import runpy, sys
        assert runpy.run_path("generate.py")["main"]([]) == 0
        print(*sys.modules)
    """
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout.root,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE,
    )
    said, modules = result.stdout.splitlines()
    assert says in said
    return set(modules.split())


def test_an_unchanged_run_imports_neither_parser_nor_renderer(checkout: Checkout) -> None:
    """Nothing to do costs nothing: the manifest alone tells."""
    modules = modules_of(checkout, "generated/ is up to date")
    heavy = {"openapi_python_client", "jinja2", "yaml", "pydantic", "httpx", "codegen.parser.reading", "ruff"}
    assert heavy & modules == set()
    assert "codegen.output.manifest" in modules


def test_the_manifest_knows_every_module_that_a_run_loads(checkout: Checkout) -> None:
    """And none that only the maintainer's other commands need: who changes those has nothing to generate."""
    append(checkout.spec)
    loaded = {name for name in modules_of(checkout, "1 of ") if name.startswith("codegen.")}
    hashed = json.loads((checkout.output / "manifest.json").read_bytes())["generator"]
    known = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in hashed}
    assert loaded <= known
    assert "codegen.checks.registry" in loaded
    assert not any("maintainer" in name for name in known)


# --- same input, same bytes

#: Hash seed, locale and time zone: each differs from that of the reference in one of them.
ELSEWHERE = {
    "ascii": {"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "utf-8": {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"},
    # Where the machine has it: the one with another upper case of i.
    "turkish": {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Adak"},
}


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_environment_changes_nothing(reference: Checkout, tmp_path: Path, environment: dict[str, str]) -> None:
    """Hash seed, locale and time zone, from another checkout and another working directory, give the same bytes."""
    checkout = Checkout.copy(tmp_path / "another" / "checkout")
    assert checkout.spawn(cwd=tmp_path, **environment).returncode == 0
    assert contents(checkout.output) == contents(reference.output)


def test_settings_of_ruff_around_the_output_change_nothing(reference: Checkout, tmp_path: Path) -> None:
    """No pyproject.toml or ruff.toml has a say: not above the output, and not above the folder for temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    checkout = Checkout.copy(tmp_path / "checkout")
    for folder in (tmp_path, temporary, checkout.root):
        (folder / "pyproject.toml").write_text(
            '[tool.ruff]\nline-length = 40\nformat.quote-style = "single"\n', encoding="utf-8"
        )
    (checkout.root / "ruff.toml").write_text("indent-width = 2\n", encoding="utf-8")
    assert checkout.spawn(TMPDIR=str(temporary)).returncode == 0
    assert contents(checkout.output) == contents(reference.output)
    assert [path.name for path in temporary.iterdir()] == ["pyproject.toml"]


def test_what_an_editor_leaves_in_templates_changes_nothing(reference: Checkout, tmp_path: Path) -> None:
    """Hidden files, caches and what merges and patches leave are no templates, and no reason to generate anew."""
    checkout = Checkout.copy(tmp_path / "checkout")
    names = (".OAuthApi.md.swp", ".DS_Store", "_parts.jinja.orig", "_parts.jinja~", "a.md.rej", "#a.md#", "a.md.bak")
    for name in names:
        (checkout.templates / "docs" / name).write_bytes(b"\xff\x00")
    cache = checkout.templates / "__package__" / "__pycache__"
    cache.mkdir()
    (cache / "errors.cpython-311.pyc").write_bytes(b"\xff\x00")
    checkout.generate()
    assert contents(checkout.output) == contents(reference.output)


def test_runs_at_the_same_time_leave_one_whole_tree(checkout: Checkout, reference: Checkout) -> None:
    """Each run replaces the tree in one step, so that the last one wins, whole."""
    command = [sys.executable, "generate.py", "--force"]
    append(checkout.output / "README.md")
    runs = [subprocess.Popen(command, cwd=checkout.root, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait(PATIENCE) for run in runs] == [0, 0, 0]
    assert contents(checkout.output) == contents(reference.output)
    assert sorted(path.name for path in checkout.root.iterdir() if path.name.startswith(".")) == []


# --- drift


def forget_tool(checkout: Checkout) -> None:
    """As if another version of ruff had made the output."""
    path = checkout.output / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["tools"]["ruff"] = "0.0.1"
    path.write_text(json.dumps(manifest), encoding="utf-8")


def lie(checkout: Checkout) -> None:
    """Edit a file by hand, and have the manifest say that it is what came out."""
    path = checkout.output / PACKAGE / "models.py"
    append(path)
    manifest = checkout.output / "manifest.json"
    data = json.loads(manifest.read_bytes())
    data["outputs"][f"{PACKAGE}/models.py"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def link(checkout: Checkout) -> None:
    """Put a link to the right content in a file's place."""
    path = checkout.output / "README.md"
    shutil.copy(path, checkout.root / "copy.md")
    path.unlink()
    path.symlink_to(checkout.root / "copy.md")


DRIFTS: dict[str, tuple[Callable[[Checkout], object], str]] = {
    "edited": (
        lambda it: append(it.output / PACKAGE / "models.py"),
        f"{PACKAGE}/models.py was edited by hand",
    ),
    "deleted": (lambda it: (it.output / "docs" / "OAuthApi.md").unlink(), "docs/OAuthApi.md is missing"),
    "added": (lambda it: append(it.output / PACKAGE / "extra.py"), f"{PACKAGE}/extra.py is left over"),
    "added-hidden": (lambda it: append(it.output / ".env"), ".env is left over"),
    "added-binary": (lambda it: (it.output / "logo.png").write_bytes(b"\x89PNG\xff"), "logo.png is left over"),
    "link": (link, "README.md was edited by hand"),
    "dangling-link": (lambda it: (it.output / "gone").symlink_to("nowhere"), "gone is left over"),
    "template": (
        lambda it: append(it.templates / "docs" / "__tag__Api.md.jinja"),
        "templates/docs/__tag__Api.md.jinja changed",
    ),
    "plain-template": (
        lambda it: append(it.templates / "__package__" / "errors.py"),
        "templates/__package__/errors.py changed",
    ),
    "spec": (
        lambda it: edit(it.spec, "summary: Create an access token", "summary: Make an access token"),
        "spec/openapi.yaml changed",
    ),
    "generator": (
        lambda it: append(it.root / "codegen" / "render" / "filters.py"),
        "codegen/render/filters.py changed",
    ),
    "tool": (forget_tool, "it was 0.0.1"),
    "no-manifest": (lambda it: (it.output / "manifest.json").unlink(), "manifest.json is missing or not a manifest"),
    "broken-manifest": (
        lambda it: (it.output / "manifest.json").write_text('{"outputs": []}', encoding="utf-8"),
        "manifest.json is missing or not a manifest",
    ),
}


@pytest.mark.parametrize(("change", "cause"), DRIFTS.values(), ids=DRIFTS)
def test_drift_is_told_with_its_cause_and_mended_by_its_command(
    checkout: Checkout, change: Callable[[Checkout], object], cause: str
) -> None:
    """`--check` names the cause first, then the one command, then the difference; it writes nothing."""
    change(checkout)
    before = state(checkout.root)
    result = checkout.run("--check")
    assert state(checkout.root) == before
    assert (result.returncode, result.stderr) == (1, "")
    heading, first, *rest = result.stdout.splitlines()
    assert heading == "generated/ is not up to date:"
    assert cause in first
    (command,) = (line for line in rest if line.startswith("run `make generate"))
    checkout.generate(*re.findall("ARGS=(.*)`", command))
    assert checkout.generate() == "generated/ is up to date\n"


def test_a_manifest_is_not_believed(checkout: Checkout) -> None:
    """It says that a file edited by hand was generated: `--check` fails all the same, and tells how to mend it."""
    lie(checkout)
    assert checkout.generate() == "generated/ is up to date\n"
    result = checkout.run("--check")
    assert result.returncode == 1
    assert f"\n  {PACKAGE}/models.py differs\n" in result.stdout
    assert "\nrun `rm generated/manifest.json && make generate ARGS=--force`\n" in result.stdout
    (checkout.output / "manifest.json").unlink()
    checkout.generate("--force")
    checkout.generate("--check")


def test_drift_is_shown_as_a_unified_diff(checkout: Checkout) -> None:
    """From what stands on disk to what the description gives."""
    edit(checkout.output / "docs" / "OAuthApi.md", "## create_access_token\n", "## get_token\n")
    _, diff = checkout.run("--check").stdout.split("run `make generate ARGS=--force`\n\n")
    assert diff.startswith("--- on disk: docs/OAuthApi.md\n+++ rendered: docs/OAuthApi.md\n@@ ")
    assert "\n-## get_token\n+## create_access_token\n" in diff


def test_other_line_endings_are_told_as_such(checkout: Checkout) -> None:
    """As a checkout by a Git that converts them leaves it."""
    readme = checkout.output / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"\n", b"\r\n"))
    told = json.loads(checkout.run("--check", "--format", "json").stdout)
    assert told["files"] == {"README.md": "differs in its line endings only: CRLF"}


def test_a_reader_that_has_seen_enough_ends_the_run(checkout: Checkout) -> None:
    """`--check | head`: no traceback, and none of the process's end."""
    for path in checkout.output.rglob("*.py"):
        path.unlink()
    command = [sys.executable, "generate.py", "--check"]
    with subprocess.Popen(command, cwd=checkout.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait(PATIENCE)) == (b"", 1)


def test_what_is_on_the_web_is_not_read(checkout: Checkout) -> None:
    """The command that downloads it is told; a quote in it stays a quote."""
    result = checkout.run("--spec", "https://example.com/it's.yaml")
    assert result.returncode == 2
    assert """must be a file; download it first: curl --fail --location --output openapi.yaml 'https""" in result.stderr


def test_a_parser_of_another_version_is_told(checkout: Checkout) -> None:
    """Not by a traceback: where its modules moved, and where there is none."""
    package = checkout.root / "openapi_python_client"
    package.mkdir()
    (package / "__init__.py").write_bytes(b"")
    append(checkout.spec)
    result = checkout.spawn()
    assert result.returncode == 2
    assert "requirements.txt: error[parser-version]: openapi-python-client is missing or is another" in result.stderr
    assert "No module named 'openapi_python_client." in result.stderr


def test_drift_is_told_to_machines_too(checkout: Checkout) -> None:
    """`--format json` holds what the text holds: every cause, the command, the files and the difference."""
    DRIFTS["edited"][0](checkout)
    DRIFTS["deleted"][0](checkout)
    DRIFTS["added"][0](checkout)
    DRIFTS["template"][0](checkout)
    text = checkout.run("--check").stdout
    result = checkout.run("--check", "--format", "json")
    told = json.loads(result.stdout)
    assert (result.returncode, told["outcome"], told["command"]) == (1, "drift", "make generate ARGS=--force")
    causes, rest = text.split("run `make generate ARGS=--force`\n\n")
    assert [f"  {cause['text']}" for cause in told["causes"]] == causes.splitlines()[1:]
    assert told["diff"].rstrip() == rest.rstrip()
    assert {(cause["kind"], cause["path"]) for cause in told["causes"]} >= {
        ("file", f"{PACKAGE}/models.py"),
        ("file", f"{PACKAGE}/extra.py"),
        ("template", "docs/__tag__Api.md.jinja"),
    }
    assert told["files"][f"{PACKAGE}/extra.py"] == "is left over"
    assert told["files"]["docs/OAuthApi.md"] == "is missing"


def test_drift_is_shown_beside_the_files_on_github(checkout: Checkout) -> None:
    """As an annotation of each, and in the log as for people."""
    append(checkout.output / "README.md")
    (checkout.output / "docs" / "OAuthApi.md").unlink()
    result = checkout.run("--check", "--format", "github")
    run = "run `make generate ARGS=--force`"
    assert result.stdout.splitlines()[:3] == [
        f"::error file=generated/README.md,title=drift::README.md differs; {run}",
        f"::error file=generated/docs/OAuthApi.md,title=drift::docs/OAuthApi.md is missing; {run}",
        "generated/ is not up to date:",
    ]


def test_a_command_that_was_told_for_another_output_mends_that_one(checkout: Checkout, tmp_path: Path) -> None:
    """Outside the defaults the command names what it was run with."""
    output = tmp_path / "else where" / "client"
    arguments = ("--output", str(output), "--package", "other_client")
    checkout.generate(*arguments)
    append(output / "other_client" / "client.py")
    found = re.search(r"run `python generate\.py (.*)`", checkout.run("--check", *arguments).stdout)
    assert found is not None
    assert shlex.split(found[1]) == [*arguments, "--force"]
    checkout.generate(*shlex.split(found[1]))
    checkout.generate("--check", *arguments)


def test_a_terminal_without_unicode_is_shown_the_difference_too(checkout: Checkout) -> None:
    """Characters that it lacks are escaped; the diff is no reason to stop."""
    edit(checkout.spec, "title: Persona OAuth API", "title: Persona OAuth API…")
    result = checkout.spawn("--check", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    assert result.returncode == 1
    assert r"+Request and answer models of Persona OAuth API\u2026." in result.stdout.replace('"""', "")


def test_byproducts_are_no_drift(checkout: Checkout) -> None:
    """Running and checking the package in its folder leaves caches there, which are nobody's output."""
    for name in ("__pycache__", ".mypy_cache"):
        (checkout.output / PACKAGE / name).mkdir()
        append(checkout.output / PACKAGE / name / "cached")
    checkout.generate("--check")
    assert checkout.generate() == "generated/ is up to date\n"


# --- a description that cannot be generated


def swap_for_folder(spec: Path) -> None:
    """Put a folder where the description was."""
    spec.unlink()
    spec.mkdir()


BAD: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "syntax": (
        lambda spec: edit(spec, "  title: Persona OAuth API", "  title: [Persona OAuth API"),
        [r"spec/openapi\.yaml:\d+:\d+: error\[yaml-syntax\]: "],
    ),
    "unresolved": (
        lambda spec: edit(spec, "/CreateAuthorizationRequest'", "/CreateAuthorisationRequest'"),
        [
            r"spec/openapi\.yaml:\d+:\d+: error\[unresolved-ref\]: #/components/schemas/CreateAuthorisationRequest ",
            r"hint: did you mean #/components/schemas/CreateAuthorizationRequest\?",
        ],
    ),
    "refused": (
        lambda spec: edit(spec, "\n  /oauth/token:\n", "\n  /oauth/{token}:\n"),
        [r"spec/openapi\.yaml:\d+:\d+: error\[[a-z-]+\]: .*token"],
    ),
    "missing": (Path.unlink, [r"spec/openapi\.yaml: error\[read\]: cannot be read: No such file"]),
    "folder": (swap_for_folder, [r"spec/openapi\.yaml: error\[read\]: cannot be read"]),
    "not-utf-8": (
        lambda spec: spec.write_bytes(b"openapi: 3.1.0\ninfo: {title: \xff}\n"),
        [r"spec/openapi\.yaml(:2:15)?: error\[read\]: .*UTF-8"],
    ),
    "empty": (lambda spec: spec.write_bytes(b""), [r"spec/openapi\.yaml:1:1: error\[yaml-syntax\]: "]),
    "list": (
        lambda spec: spec.write_text("- openapi\n", encoding="utf-8"),
        [r"spec/openapi\.yaml:1:1: error\[yaml-syntax\]: "],
    ),
    "other": (
        lambda spec: spec.write_text("swagger: '2.0'\n", encoding="utf-8"),
        [r"spec/openapi\.yaml:1:1: error\[no-openapi\]: "],
    ),
}


@pytest.mark.parametrize(("spoil", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_generated_is_told_and_leaves_the_output_alone(
    checkout: Checkout, spoil: Callable[[Path], object], told: list[str]
) -> None:
    """Exit status 2, what and where on stderr (with `--format json` on stdout), and not a byte is touched."""
    spoil(checkout.spec)
    before = state(checkout.root)
    result = checkout.run()
    assert (result.returncode, result.stdout) == (2, "")
    assert all(re.search(pattern, result.stderr) for pattern in told), result.stderr
    checked = checkout.run("--check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (2, "", result.stderr)
    machine = checkout.run("--format", "json")
    report = json.loads(machine.stdout)
    assert (machine.returncode, machine.stderr, report["outcome"]) == (2, "", "error")
    assert all(found["path"] == "spec/openapi.yaml" for found in report["diagnostics"])
    assert all(found["code"] in result.stderr and found["message"] in result.stderr for found in report["diagnostics"])
    assert state(checkout.root) == before


def test_every_finding_of_a_run_is_told(checkout: Checkout) -> None:
    """A maintainer does not have to mend one mistake to see the next."""
    text = checkout.spec.read_text(encoding="utf-8")
    renamed = text.replace("schemas/ErrorSource'", "schemas/ErrSource'").replace("responses/Conflict'", "responses/C'")
    checkout.spec.write_text(renamed, encoding="utf-8")
    stderr = checkout.run().stderr
    assert stderr.count("error[unresolved-ref]") == text.count("responses/Conflict'") + 1
    assert len(re.findall(r"did you mean #/components/schemas/ErrorSource\?", stderr)) == 1


# --- where the output goes


def test_a_new_folder_is_made_with_all_above_it(checkout: Checkout, reference: Checkout, tmp_path: Path) -> None:
    """`--output` can name what does not exist yet, and holds the same bytes there."""
    output = tmp_path / "a" / "b" / "c"
    checkout.generate("--output", str(output))
    assert contents(output) == contents(reference.output)


def a_file(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("mine", encoding="utf-8")
    return path


def a_folder_with_files(folder: Path) -> Path:
    a_file(folder)
    return folder


def a_repository(folder: Path) -> Path:
    """Even one that was generated into before."""
    (folder / ".git").mkdir()
    shutil.copy(ROOT / "generated" / "README.md", folder)
    return folder


def a_web_extension(folder: Path) -> Path:
    """A manifest.json of another kind."""
    (folder / "manifest.json").write_text('{"manifest_version": 3, "name": "mine"}', encoding="utf-8")
    return folder


def a_program_that_names_the_mark(folder: Path) -> Path:
    """As our own codegen/output/tree.py does."""
    (folder / "tree.py").write_text(
        '"""A module."""\n\nMARKS = "@generated by generate.py", \'"openapi_python_client"\'\n', encoding="utf-8"
    )
    return folder


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "generated"


def without_permission(folder: Path) -> Path:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write anywhere; `below_a_file` shows the same")
    a_file(folder)
    folder.chmod(0o555)
    return folder / "generated"


@pytest.mark.parametrize(
    "make",
    [
        a_file,
        a_folder_with_files,
        a_repository,
        a_web_extension,
        a_program_that_names_the_mark,
        below_a_file,
        without_permission,
    ],
)
def test_what_generate_has_not_made_is_not_replaced(
    checkout: Checkout, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Exit status 2, the path is named, and everything stays as it was."""
    folder = tmp_path / "precious"
    folder.mkdir()
    output = make(folder)
    before = state(folder)
    result = checkout.run("--output", str(output))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(str(folder))
    assert "error[output]" in result.stderr
    assert state(folder) == before


@pytest.mark.parametrize("name", ["codegen", "templates", "spec", "."])
def test_what_is_read_is_not_replaced(checkout: Checkout, name: str) -> None:
    """Even if a folder there is one of ours."""
    shutil.copy(checkout.output / "README.md", checkout.root / name / "ours.md")
    before = state(checkout.root)
    result = checkout.run("--output", name)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.match(
        rf"{re.escape(str((checkout.root / name).resolve()))}: error\[output\]: contains \S+, an", result.stderr
    )
    assert state(checkout.root) == before


def test_a_description_within_the_output_is_not_lost(checkout: Checkout) -> None:
    """It would be gone with the old tree."""
    description = checkout.output / "openapi.yaml"
    shutil.copy(checkout.spec, description)
    before = state(checkout.root)
    result = checkout.run("--spec", str(description))
    assert result.returncode == 2
    assert "contains openapi.yaml, an input of this run" in result.stderr
    assert state(checkout.root) == before


def test_a_tree_that_cannot_be_completed_replaces_nothing(checkout: Checkout) -> None:
    """Half a tree is never seen, and nothing of it is left beside the old one."""
    before = state(checkout.root)
    with pytest.raises(GenerationError, match="cannot be written"):
        replace(checkout.output, {"README.md": b"new", "README.md/impossible": b""})
    assert state(checkout.root) == before
    assert sorted(path.name for path in checkout.root.iterdir()) == sorted(
        ["codegen", "generate.py", "generated", "spec", "templates"]
    )


NO_PACKAGES = [
    "with-dash",
    "class",
    "",
    "dir/name",
    "..",
    "naïve",
    "httpx2",
    "json",
    "__main__",
    "LICENSE",
    "aux",
    "-" * 300,
]


@pytest.mark.parametrize("name", NO_PACKAGES)
def test_a_package_has_a_name_that_can_be_imported(checkout: Checkout, name: str) -> None:
    """Any other is refused before anything is read, and so is that of a package which it would hide from itself."""
    result = checkout.run(f"--package={name}")
    assert result.returncode == 2
    assert "cannot be the name of a Python package" in result.stderr
    assert len(result.stderr.splitlines()[-1]) < 200


def test_a_package_hides_nothing_that_is_installed_or_generated_with_it() -> None:
    """Neither a dependency of a dependency, nor a file beside the package."""
    names, queue = set[str](), ["httpx2", "pydantic", "joserfc", "redis"]
    while queue:
        if (name := canonicalize_name(queue.pop())) not in names:
            names.add(name)
            needed = map(Requirement, metadata.requires(name) or ())
            queue += [each.name for each in needed if not each.marker or each.marker.evaluate({"extra": ""})]
    modules = [
        module
        for module, distributions in metadata.packages_distributions().items()
        if names & set(map(canonicalize_name, distributions)) and not module.startswith("_")
    ]
    beside = [path.name for path in (ROOT / "generated").iterdir() if path.name != PACKAGE]
    assert len(modules) > 10
    assert [name for name in (*modules, *beside) if not package_problem(name)] == []


def test_the_description_names_the_package(checkout: Checkout, tmp_path: Path) -> None:
    """`x-python` does, unless the command line names another one."""
    edit(checkout.spec, f"  package: {PACKAGE}\n", "  package: persona_sharing\n")
    for arguments, package in (((), "persona_sharing"), (("--package", "given"), "given")):
        output = tmp_path / package
        checkout.generate("--output", str(output), *arguments)
        assert [file.parent.name for file in output.glob("*/__init__.py")] == [package]


def test_the_page_of_the_package_index_has_no_link_into_the_repository(checkout: Checkout) -> None:
    """It shows README.md alone; beside that stands where the description says that more is told."""
    append(checkout.spec, "\nexternalDocs: {url: https://docs.example.com/api}\n")
    checkout.generate()
    page = (checkout.output / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((?!https:)", page) == []
    project = tomllib.loads((checkout.output / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Documentation"] == "https://docs.example.com/api"


def test_the_description_says_what_a_package_index_shows(checkout: Checkout) -> None:
    """Keywords and links are text of the description like any other."""
    edit(checkout.spec, "  urls:\n", "  urls:\n    'Code \"here\"': https://git.example.com/\n")
    edit(checkout.spec, "  keywords: [", "  keywords: ['two words', '\"]', ")
    checkout.generate()
    project = tomllib.loads((checkout.output / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["keywords"][:2] == ["two words", '"]']
    assert project["urls"]['Code "here"'] == "https://git.example.com/"


def test_the_readme_shows_what_users_can_count_on(checkout: Checkout) -> None:
    """In the words of the description; without them, no heading."""
    readme = checkout.output / "README.md"
    checkout.generate()
    section = readme.read_text(encoding="utf-8").partition("\n## Versions\n")[2].partition("\n## ")[0]
    for promise in ("Semantic Versioning", "`DeprecationWarning`", "from 3.11 on", "gets fixes"):
        assert promise in section
    edit(checkout.spec, "  support: |-", "  x-unsupported: |-")
    checkout.generate()
    assert "## Versions" not in readme.read_text(encoding="utf-8")


def test_progress_is_told_to_machines_too(checkout: Checkout) -> None:
    """Each outcome of a successful run has its name."""

    def told(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(checkout.generate("--format", "json", *arguments))
        return found

    assert told()["outcome"] == "unchanged"
    assert told("--check")["outcome"] == "clean"
    append(checkout.output / "README.md")
    written = told("--force")
    assert (written["outcome"], written["files"]) == ("written", ["README.md"])
    assert written["made_by_hand"] == ["README.md"]
