"""The set-up: Makefile, lock, CI and Git attributes. No network: a stand-in plays the Python that makes .venv."""

import os
import re
import shlex
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
BENCH_LOCK = (ROOT / "requirements-bench.txt").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
GROUPS: dict[str, list[str]] = tomllib.loads(PYPROJECT)["dependency-groups"]
DEPENDENCIES = [dependency for group in GROUPS.values() for dependency in group]
SOURCES = ("generate.py", "codegen/**/*.py", "templates/**/*.py", "generated/**/*.py", "tests/**/*.py")
TARGETS = re.findall(r"^([a-z-]+):(?! [A-Z]+ =)", MAKEFILE, re.MULTILINE)  # and no variable of a target


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `command` as a person would in `cwd`: without the environment of an outer make, pytest or Git hook."""
    outer = ("MAKE", "MFLAGS", "GIT_", "PYTEST", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


# --- the Makefile


def test_help_is_the_default_and_lists_every_target() -> None:
    """A person who types `make` sees each target with its purpose."""
    listed = re.findall(r"^  make ([a-z-]+) +\S", run("make").stdout, re.MULTILINE)
    assert listed == TARGETS


def test_every_target_is_phony() -> None:
    """A file named like a target never stops it from running."""
    declared = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert declared is not None
    assert sorted(declared[1].split()) == sorted(TARGETS)


def test_recipes_are_short() -> None:
    """A recipe of more than three lines is a script in hiding."""
    recipes = re.findall(r"^(\S+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    assert {target: body.count("\n") for target, body in recipes if body.count("\n") > 3} == {}


TWO_TESTS = """
import pytest

def test_short():
    pass

@pytest.mark.sweep
def test_sweep():
    pass
"""


@pytest.mark.parametrize(
    ("command", "summary"),
    [
        (["test"], "1 passed"),
        (["test", "ARGS=-k retry"], "no tests ran"),
        (["test", "ARGS=tests/test_two.py::test_short"], "1 passed"),
        (["test", "MARKED="], "2 passed"),
        (["sweeps"], "1 passed"),
        (["sweeps", "ARGS=-k short"], "no tests ran"),
        (["ci", "--dry-run"], "-m ''"),
    ],
    ids=" ".join,
)
def test_which_tests_run(tmp_path: Path, command: list[str], summary: str) -> None:
    """`make test` leaves out what takes long, `make sweeps` runs that, CI both; ARGS chooses among them."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_two.py").write_text(TWO_TESTS, encoding="utf-8")
    result = run("make", "READY=", f"PY={sys.executable}", *command, cwd=tmp_path)
    assert summary in result.stdout.splitlines()[-1], result.stdout + result.stderr


# --- .venv, made by a stand-in for Python

STAND_IN = """#!/bin/sh
# Plays python3: its venv holds a copy of this script, and its pip notes each install and fails while `offline` exists.
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    "-m pip install "*) echo "$*" >> installs; test ! -e offline ;;
    {refuses}) exit 1 ;;
    *) exec {python} "$@" ;;
esac
"""


class Checkout:
    """A copy of Makefile and lock in which `make` can make a .venv, with a stand-in for Python."""

    def __init__(self, folder: Path, refuses: str = "nothing") -> None:
        self.folder = folder
        self.lock = folder / "requirements.txt"
        self.lock.write_text(LOCK, encoding="utf-8")
        (folder / "Makefile").write_text(MAKEFILE, encoding="utf-8")
        (folder / "generate.py").write_text("print('generated')")
        self.python = folder / "python"
        self.python.write_text(STAND_IN.format(refuses=refuses, python=shlex.quote(sys.executable)))
        self.python.chmod(0o755)

    def make(self) -> subprocess.CompletedProcess[str]:
        """Run `make generate`, and check the claim that it generates exactly when it succeeds."""
        result = run("make", "generate", f"PYTHON={self.python}", cwd=self.folder)
        assert ("generated" in result.stdout) is (result.returncode == 0)
        return result

    def installs(self) -> list[str]:
        """One pip command per install so far."""
        log = self.folder / "installs"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh clone whose Python is as it should be."""
    return Checkout(tmp_path)


def test_the_first_command_installs_and_the_second_does_not(checkout: Checkout) -> None:
    """`make generate` works on a fresh clone, and needs no network from then on."""
    assert checkout.make().returncode == 0
    assert checkout.make().stdout == "generated\n"
    assert len(checkout.installs()) == 1


def test_installs_only_what_the_lock_names(checkout: Checkout) -> None:
    """pip checks every hash, and runs nobody's setup.py."""
    checkout.make()
    assert "--require-hashes --only-binary :all: -r requirements.txt" in checkout.installs()[0]


def test_an_interrupted_install_is_started_over(checkout: Checkout) -> None:
    """A .venv that was left half made is not taken for a whole one."""
    (checkout.folder / "offline").touch()
    assert checkout.make().returncode != 0
    assert (checkout.folder / ".venv" / "bin" / "python").exists()
    leftover = checkout.folder / ".venv" / "leftover"
    leftover.touch()
    (checkout.folder / "offline").unlink()
    assert checkout.make().returncode == 0
    assert not leftover.exists()


def test_a_changed_lock_remakes_the_venv(checkout: Checkout) -> None:
    """Nothing of the old lock survives in .venv."""
    checkout.make()
    leftover = checkout.folder / ".venv" / "leftover"
    leftover.touch()
    checkout.lock.write_text(LOCK + "# changed\n")
    newer(checkout.lock)
    assert checkout.make().returncode == 0
    assert not leftover.exists()
    assert len(checkout.installs()) == 2


def test_a_touched_lock_does_not(checkout: Checkout) -> None:
    """Going from a branch with another lock to it and back needs no network."""
    checkout.make()
    newer(checkout.lock)
    assert checkout.make().stdout == "generated\n"
    assert len(checkout.installs()) == 1


def test_a_venv_that_lost_its_python_is_remade(checkout: Checkout) -> None:
    """After an upgrade of the system's Python, .venv/bin/python leads nowhere."""
    checkout.make()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("nowhere")
    assert checkout.make().returncode == 0
    assert len(checkout.installs()) == 2


@pytest.mark.parametrize(
    ("refuses", "message"),
    [
        ("*version_info*", "Python 3.11 or newer is needed"),
        ("*ensurepip*", "apt-get install python3-venv"),
    ],
    ids=["old", "no-venv"],
)
def test_an_unfit_python_is_told_how_to_mend_it(tmp_path: Path, refuses: str, message: str) -> None:
    """No traceback, and no .venv that would have to be deleted by hand."""
    result = Checkout(tmp_path, refuses).make()
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / ".venv").exists()


def newer(path: Path) -> None:
    """Date `path` after anything that was made a moment ago, whatever the resolution of the file system's clock."""
    now = path.stat().st_mtime + 10
    os.utime(path, (now, now))


# --- dependencies and their lock


def locked(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each entry of the lock, with its lines."""
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock)[1:]:
        yield Requirement(entry.split("\\\n")[0].strip()), entry


both_locks = pytest.mark.parametrize("lock", [LOCK, BENCH_LOCK], ids=["requirements", "requirements-bench"])


@both_locks
def test_the_lock_is_for_any_machine(lock: str) -> None:
    """No address of an index and no path: each machine has its own. It names the command that makes it."""
    assert not re.search(r"://|^-|@ |file:", lock, re.MULTILINE)
    assert "make lock" in lock.splitlines()[1]


@both_locks
def test_every_entry_of_the_lock_is_exact_and_has_hashes(lock: str) -> None:
    """What installs is what was locked."""
    loose = [
        entry
        for requirement, entry in locked(lock)
        if not re.fullmatch(r"==[^*,]+", str(requirement.specifier)) or "--hash=sha256:" not in entry
    ]
    assert loose == []


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_the_lock_follows_pyproject(dependency: str) -> None:
    """`make lock` was run after the last change of a dependency."""
    wanted = Requirement(dependency)
    lock = BENCH_LOCK if dependency in GROUPS["bench"] else LOCK
    [found] = [entry for entry, _ in locked(lock) if canonicalize_name(entry.name) == canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(str(found.specifier).removeprefix("=="))


def test_every_group_is_locked() -> None:
    """`make lock` knows all groups of pyproject.toml."""
    main, bench = (line for line in MAKEFILE.splitlines() if line.startswith("\t@$(LOCK) "))
    named = re.search(r"addprefix --group ,([a-z ]+)\)", main)
    assert named is not None
    assert "--group bench " in bench
    assert [*named[1].split(), "bench"] == list(GROUPS)


def test_only_who_measures_installs_what_draws() -> None:
    """`make generate` and the others do without the largest dependency."""
    assert "matplotlib" not in LOCK
    assert re.findall(r"^(\S+):.*\$\(PLOT\)/requirements.txt", MAKEFILE, re.MULTILINE) == ["bench"]


@pytest.mark.parametrize("dependency", DEPENDENCIES)
def test_every_dependency_has_its_reason(dependency: str) -> None:
    """A dependency without a reason beside it can't be judged when it ages."""
    assert re.search(rf'"{re.escape(dependency)}",  # \S.{{10}}', PYPROJECT)


def test_every_ignored_rule_has_its_reason() -> None:
    """The same for what ruff is told not to look at."""
    start = PYPROJECT.index("\nignore = [")
    lines = PYPROJECT[start:].splitlines()
    rules = [line for line in lines if re.search(r'"[A-Z]+[0-9]*"', line)]
    assert [line for line in rules if not re.search(r"  # \S.{10}", line)] == []


def test_pyright_downloads_nothing(tmp_path: Path) -> None:
    """Its JavaScript and its Node come out of the lock, whatever is or isn't installed on the machine."""
    environment = {"PATH": "", "HOME": str(tmp_path), "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    command = [sys.executable, "-m", "pyright", "--version"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.startswith("pyright ")
    assert list(tmp_path.iterdir()) == []


def ignores() -> Iterator[tuple[str, str]]:
    """Each comment that silences a checker: where it is, and what it says beside the silencing.

    In tests/typing/ an ignore is what is tested: that there is something to ignore.
    """
    marker = re.compile(r"noqa(: [A-Z0-9, ]+)?|(type|pyright): ignore(\[[^]]*\])?|(mypy|pyright|ruff): [\w=-]+")
    found = (path for top in SOURCES for path in ROOT.glob(top))
    for path in sorted(path for path in found if not path.is_relative_to(ROOT / "tests" / "typing")):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type == tokenize.COMMENT and marker.match(token.string.lstrip("# ")):
                    yield f"{path.relative_to(ROOT)}:{token.start[0]}", marker.sub("", token.string).strip("# -")


def test_every_ignore_has_its_reason() -> None:
    """The same for each line that a checker is told not to look at."""
    assert [where for where, reason in ignores() if len(reason) < 10] == []


# --- CI


@pytest.fixture
def readme() -> str:
    """The README for maintainers."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_only_targets_that_exist(readme: str) -> None:
    """A command that is copied from the README works."""
    code = re.findall(r"^```sh\n(.*?)^```|`([^`\n]+)`", readme, re.MULTILINE | re.DOTALL)
    commands = re.findall(r"^make ([a-z-]+)", "\n".join(block or span for block, span in code), re.MULTILINE)
    assert set(commands) <= set(TARGETS)


def test_ci_runs_the_command_that_the_readme_gives(readme: str) -> None:
    """Who follows the README runs what CI runs, and CI ends with it, so that pytest's summary closes the log."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in script if line.startswith("make ")]
    assert commands == ["make lint", "make check", "make build", "make test"]
    assert re.search(r"^```sh\n(?:[^`\n]*\n)*?make test\b", readme, re.MULTILINE)


def test_make_ci_is_the_same_list() -> None:
    """A person can run all of CI with one target."""
    assert "\nci: lint check build test " in MAKEFILE


def test_the_workflow_runs_that_script_on_every_python() -> None:
    """GitHub runs the same file, from the oldest Python that we support to the newest."""
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]["ci"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert job["steps"][-1] == {"run": ".ci/run"}
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# --- Git


def attributes(*paths: str) -> dict[str, dict[str, str]]:
    """What Git makes of .gitattributes for `paths`: {path: {attribute: value}}."""
    found: dict[str, dict[str, str]] = {}
    output = run("git", "check-attr", "-z", "linguist-generated", "diff", "text", "eol", "--", *paths).stdout
    fields = iter(output.split("\0")[:-1])
    for path, attribute, value in zip(fields, fields, fields, strict=True):
        found.setdefault(path, {})[attribute] = value
    return found


def test_generated_files_are_marked_and_their_diff_is_shown() -> None:
    """Every file below generated/ counts as generated, is reviewed all the same, and has the same bytes everywhere."""
    paths = run("git", "ls-files", "generated").stdout.splitlines()
    assert "generated/pyproject.toml" in paths
    expected = {"linguist-generated": "true", "diff": "set", "text": "set", "eol": "lf"}
    assert {path: found for path, found in attributes(*paths).items() if found != expected} == {}


def test_hand_written_files_are_not() -> None:
    """The sources of generated/ are ours."""
    found = attributes(
        "generate.py", "templates/__package__/_transport.py", "spec/openapi.yaml", "tests/repository/test_setup.py"
    )
    assert {item["linguist-generated"] for item in found.values()} == {"unspecified"}
    assert {item["eol"] for item in found.values()} == {"lf"}


def test_bad_specs_keep_their_bytes() -> None:
    """A fault that is made of line ends survives a checkout."""
    assert attributes("tests/checks/bad_specs/any.yaml")["tests/checks/bad_specs/any.yaml"]["text"] == "unset"
