"""The set-up: Makefile, .venv, lock, CI and Git attributes. No network: what is installed comes out of a folder."""

import contextlib
import hashlib
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import tokenize
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from codegen.maintainer import environment
from tests.support.environment import clean
from tests.support.once import Once
from tests.support.server import PATIENCE, Act, Received, Server

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LOCKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("requirements*.txt"))}
LOCK = LOCKS["requirements"]
PACKAGE = tomllib.loads((ROOT / "generated" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
GROUPS: dict[str, list[str]] = tomllib.loads(PYPROJECT)["dependency-groups"]
DEPENDENCIES = [(name, dependency) for name, group in GROUPS.items() for dependency in group]
#: The groups that only one target needs, each with a lock of its own.
SOURCES = ("generate.py", "codegen/**/*.py", "templates/**/*.py", "generated/**/*.py", "tests/**/*.py")
ENVIRONMENT = "codegen/maintainer/environment.py"
TARGETS = re.findall(r"^([a-z-]+):(?! [A-Z]+ =)", MAKEFILE, re.MULTILINE)  # and no variable of a target


def run(*command: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `command` as a person would in `cwd`."""
    return subprocess.run(
        command, cwd=cwd, env=clean(**variables), capture_output=True, encoding="utf-8", timeout=1800, check=False
    )


# --- the Makefile


def test_help_is_the_default_and_lists_every_target() -> None:
    """A person who types `make` sees each target with its purpose."""
    listed = re.findall(r"^  make ([a-z-]+) +\S", run("make").stdout, re.MULTILINE)
    assert listed == TARGETS


def test_every_target_is_phony() -> None:
    """A file named like a target never stops it from running."""
    declared = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert sorted(" ".join(declared).split()) == sorted(TARGETS)


def test_recipes_are_short() -> None:
    """A recipe of more than three lines is a script in hiding."""
    recipes = re.findall(r"^(\S+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    assert {target: body.count("\n") for target, body in recipes if body.count("\n") > 3} == {}


@pytest.mark.parametrize("target", ["lint", "lock"])
def test_a_target_that_takes_long_says_so_first(tmp_path: Path, target: str) -> None:
    """Tools that say nothing for a minute, here ones that never say anything; all other targets run tools that do."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    result = run("make", "READY=", "PY=true", "ZIZMOR=true", "--assume-old=complexity", target, cwd=tmp_path)
    assert re.fullmatch(r".* …\n", result.stdout), result.stderr


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
        (["test", "ARGS=tests/test_two.py::test_short"], "1 passed"),
        (["test", "ARGS=-k retry"], "no tests ran"),
        (["sweeps"], "1 passed"),
        (
            [
                "ci",
                "--assume-old=lint",
                "--assume-old=check",
                "--assume-old=package-check",
                "--assume-old=verify",
                "--assume-old=audit",
                "--assume-old=docs",
                "--assume-old=judges",
                "--assume-old=floors",
            ],
            "2 passed",
        ),
    ],
    ids=" ".join,
)
def test_which_tests_run(tmp_path: Path, command: list[str], summary: str) -> None:
    """`make test` leaves out what takes long, `make sweeps` runs that, CI both; ARGS chooses among them."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_two.py").write_text(TWO_TESTS, encoding="utf-8")
    # One worker, and no plugin but that which makes it: nothing else is asked of them here.
    quick = {
        "PYTEST_XDIST_AUTO_NUM_WORKERS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "xdist.plugin",
    }
    result = run("make", "READY=", f"PY={sys.executable}", *command, cwd=tmp_path, **quick)
    assert summary in result.stdout.splitlines()[-1], result.stdout + result.stderr


@pytest.mark.parametrize(("operators", "status"), [(11, 0), (12, 2)], ids=["12", "13"])
def test_a_function_that_is_too_complex_fails_lint(tmp_path: Path, operators: int, status: int) -> None:
    """Boolean operators count; the message names file, lines and function."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "codegen").mkdir()
    (tmp_path / "generate.py").touch()
    choice = " or ".join(["a", *operators * ["b"]])
    (tmp_path / "codegen" / "module.py").write_text(f"def f(a, b):\n    return {choice}\n", encoding="utf-8")
    result = run("make", "READY=", f"PY={sys.executable}", "complexity", cwd=tmp_path)
    assert result.returncode == status, result.stderr
    assert ("codegen/module.py:1:2: f has a complexity of 13, the limit is 12" in result.stdout) is (status != 0)
    assert "\nlint: complexity " in MAKEFILE


# --- .venv


class Checkout:
    """A clone in which `make` can make a .venv, from a lock of two packages whose wheels are in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.lock = folder / "requirements.txt"
        self.marker = folder / ".venv" / "requirements.txt"

    @classmethod
    def fresh(cls, folder: Path) -> Self:
        """A clone without a .venv."""
        checkout = cls(folder)
        for name in ("Makefile", "codegen/__init__.py", "codegen/maintainer/__init__.py", ENVIRONMENT):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        (folder / "generate.py").write_text("print('generated')", encoding="utf-8")
        checkout.wheels.mkdir()
        checkout.lock_packages(alpha="1.0", beta="1.0")
        return checkout

    def lock_packages(self, **versions: str) -> None:
        """Write a lock, newer than anything else, and the wheels that it names."""
        hashes = {f"{name}=={version}": wheel(self.wheels, name, version) for name, version in versions.items()}
        self.lock.write_text(
            "".join(f"{entry} \\\n    --hash=sha256:{digest}\n" for entry, digest in hashes.items()), encoding="utf-8"
        )
        self.date_lock()

    def date_lock(self) -> None:
        """Date the lock after .venv and before anything that happens from now on."""
        if self.marker.exists():
            nanoseconds = self.marker.stat().st_mtime_ns + 1_000_000
            os.utime(self.lock, ns=(nanoseconds, nanoseconds))

    def make(self, *arguments: str, **pip: str) -> subprocess.CompletedProcess[str]:
        """Run `make generate`, and check the claim that it generates exactly when it succeeds."""
        result = run(*self.command, *arguments, cwd=self.folder, **(self.pip | pip))
        assert ("generated" in result.stdout) is (result.returncode == 0)
        return result

    @property
    def command(self) -> tuple[str, ...]:
        """A call of make with the Python that runs the tests."""
        return "make", "generate", f"PYTHON={sys.executable}"

    @property
    def pip(self) -> dict[str, str]:
        """Settings of pip with which it finds the wheels and nothing else."""
        return {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}

    def installed(self, venv: str = ".venv") -> dict[str, str]:
        """The packages of .venv but for pip: {name: version}."""
        folders = self.folder.glob(f"{venv}/lib/*/site-packages/*.dist-info")
        packages = dict(folder.stem.split("-") for folder in folders)
        return {name: version for name, version in packages.items() if name != "pip"}

    def leave(self) -> Path:
        """A file in .venv that shows whether it was made again."""
        leftover = self.folder / ".venv" / "leftover"
        leftover.touch()
        return leftover


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel of one empty module; its SHA-256."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(zipfile.ZipInfo(file), content)  # of 1980, so that the hash is always the same
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def first(once: Once) -> Path:
    """The folder of a clone after its first `make`, and of what that printed."""

    def fill(folder: Path) -> None:
        result = Checkout.fresh(folder / "clone").make()
        assert result.returncode == 0, result.stderr
        (folder / "stdout").write_text(result.stdout, encoding="utf-8")
        (folder / "stderr").write_text(result.stderr, encoding="utf-8")

    return once("first-make", fill)


@pytest.fixture
def checkout(first: Path, tmp_path: Path) -> Checkout:
    """A copy of that clone."""
    shutil.copytree(first / "clone", tmp_path, symlinks=True, dirs_exist_ok=True)
    return Checkout(tmp_path)


def test_the_first_command_says_what_it_does_and_installs(first: Path) -> None:
    """`make generate` works on a fresh clone; .venv holds what the lock names, and nothing that came with Python.

    Standard output has what the command prints and nothing else, so that it may go to a file or a pipe.
    """
    said = "Creating .venv: 2 packages, once, in about a minute …\n"
    assert (first / "stderr").read_text(encoding="utf-8").startswith(said)
    assert (first / "stdout").read_text(encoding="utf-8") == "generated\n"
    assert Checkout(first / "clone").installed() == {"alpha": "1.0", "beta": "1.0"}


def test_the_second_command_needs_no_network(checkout: Checkout) -> None:
    """Nor says anything of its own."""
    shutil.rmtree(checkout.wheels)
    result = checkout.make()
    assert (result.stdout, result.stderr) == ("generated\n", "")


def test_there_is_a_line_of_progress_every_few_seconds(tmp_path: Path) -> None:
    """Whatever is going on, and however long it takes; none once it is over."""
    assert environment.INTERVAL < 5
    threads = threading.active_count()
    with contextlib.redirect_stderr(io.StringIO()) as printed, environment.progress(tmp_path, interval=0.001):
        while printed.getvalue().count("\n") < 3:
            pass
    lines = printed.getvalue().splitlines()
    assert [line for line in lines if not re.fullmatch(rf"  \d+ s: 0 packages in {tmp_path}", line)] == []
    assert threading.active_count() == threads


@pytest.mark.sweep
def test_what_is_not_the_file_that_was_locked_is_not_installed(checkout: Checkout) -> None:
    """pip checks every hash."""
    checkout.lock_packages(alpha="1.0", beta="2.0")
    with (checkout.wheels / "beta-2.0-py3-none-any.whl").open("ab") as file:
        file.write(b"another file")
    result = checkout.make()
    assert result.returncode != 0
    assert "DO NOT MATCH THE HASHES" in result.stderr


@pytest.mark.sweep
def test_code_of_a_package_does_not_run_while_it_is_installed(checkout: Checkout) -> None:
    """pip takes wheels only, since an sdist is code that runs."""
    (checkout.wheels / "gamma-1.0.tar.gz").write_bytes(b"")
    checkout.lock.write_text(f"gamma==1.0 --hash=sha256:{hashlib.sha256(b'').hexdigest()}\n", encoding="utf-8")
    checkout.date_lock()
    result = checkout.make()
    assert result.returncode != 0
    assert "No matching distribution found for gamma==1.0" in result.stderr


@pytest.mark.sweep
def test_a_changed_lock_changes_the_venv_in_place(checkout: Checkout) -> None:
    """Only what changed is fetched; what the lock no longer names goes."""
    leftover = checkout.leave()
    checkout.lock_packages(alpha="1.0", beta="1.0", gamma="1.0")
    (checkout.wheels / "alpha-1.0-py3-none-any.whl").unlink()
    assert checkout.make().stderr.startswith("Updating .venv from requirements.txt …\n")
    assert checkout.installed() == {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}
    checkout.lock_packages(alpha="0.9", gamma="1.0")
    assert checkout.make().returncode == 0
    assert checkout.installed() == {"alpha": "0.9", "gamma": "1.0"}
    assert leftover.exists()


def test_a_touched_lock_does_not(checkout: Checkout) -> None:
    """Going from a branch with another lock to it and back needs no network."""
    checkout.date_lock()
    shutil.rmtree(checkout.wheels)
    assert checkout.make().stdout == "generated\n"


@pytest.mark.sweep
def test_a_change_that_fails_is_tried_again(checkout: Checkout) -> None:
    """Without network the .venv stays as it was; it is complete again after a success only, with whatever lock."""
    leftover = checkout.leave()
    lock = checkout.lock.read_bytes()
    checkout.lock_packages(alpha="1.0", beta="2.0")
    assert checkout.make(PIP_FIND_LINKS="nowhere").returncode != 0
    assert checkout.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert checkout.make().returncode == 0
    assert checkout.installed() == {"alpha": "1.0", "beta": "2.0"}
    checkout.lock_packages(alpha="2.0", beta="3.0")
    assert checkout.make(PIP_FIND_LINKS="nowhere").returncode != 0
    checkout.lock.write_bytes(lock)
    checkout.date_lock()
    assert checkout.make().returncode == 0
    assert checkout.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert leftover.exists()


def interrupt(checkout: Checkout) -> None:
    """Run `make generate`, and kill it while pip waits for an index."""
    asked = threading.Event()

    def stall(_: Received) -> Act:
        asked.set()
        return Act(then="stall")

    with Server(choose=stall) as index:
        silent = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": index.base_url, "PIP_FIND_LINKS": ""}
        variables = clean(**checkout.pip | silent)
        with subprocess.Popen(checkout.command, cwd=checkout.folder, env=variables, start_new_session=True) as process:
            assert asked.wait(PATIENCE)
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.sweep
def test_an_interrupted_install_is_started_over(tmp_path: Path) -> None:
    """A .venv that was left half made is not taken for a whole one."""
    checkout = Checkout.fresh(tmp_path)
    interrupt(checkout)
    leftover = checkout.leave()
    assert checkout.make().returncode == 0
    assert checkout.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert not leftover.exists()


@pytest.mark.sweep
def test_an_interrupted_change_is_started_over(checkout: Checkout) -> None:
    """Even with the lock from before the change: the interruption may have left half a package."""
    lock = checkout.lock.read_bytes()
    checkout.lock_packages(alpha="2.0", beta="1.0")
    interrupt(checkout)
    leftover = checkout.leave()
    checkout.lock.write_bytes(lock)
    assert checkout.make().returncode == 0
    assert checkout.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert not leftover.exists()


def test_ctrl_c_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is the one that shells return."""

    def update(folder: Path, lock: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "update", update)
    assert environment.main([".venv", "requirements.txt"]) == 130


@pytest.mark.sweep
def test_a_venv_that_lost_its_python_is_remade(checkout: Checkout) -> None:
    """After an upgrade of the system's Python, .venv/bin/python leads nowhere."""
    leftover = checkout.leave()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("nowhere")
    assert checkout.make().returncode == 0
    assert not leftover.exists()


@pytest.mark.sweep
def test_two_environments_can_live_beside_each_other(checkout: Checkout) -> None:
    """Another Python gets its own with VENV=…, and the first is left alone; so is the folder that a link leads to,
    which another checkout may use.
    """
    leftover = checkout.leave()
    linked = checkout.folder / "linked"
    linked.mkdir()
    (checkout.folder / ".venv-other").symlink_to(linked)
    assert checkout.make("VENV=.venv-other").returncode == 0
    assert checkout.installed(".venv-other") == {"alpha": "1.0", "beta": "1.0"}
    assert leftover.exists()
    assert list(linked.iterdir()) == []


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
    checkout = Checkout.fresh(tmp_path)
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ncase "$*" in {refuses}) exit 1 ;; esac\nexec {shlex.quote(sys.executable)} "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    result = checkout.make(f"PYTHON={python}")
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / ".venv").exists()


# --- dependencies and their lock


def locked(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each entry of the lock, with its lines."""
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock)[1:]:
        yield Requirement(entry.split("\\\n")[0].strip()), entry


each_lock = pytest.mark.parametrize("lock", LOCKS.values(), ids=list(LOCKS))


@each_lock
def test_the_lock_is_for_any_machine(lock: str) -> None:
    """No address of an index and no path: each machine has its own. It names the command that makes it."""
    assert not re.search(r"://|^-|@ |file:", lock, re.MULTILINE)
    assert "make lock" in lock.splitlines()[1]


@each_lock
def test_every_entry_of_the_lock_is_exact_and_has_hashes(lock: str) -> None:
    """What installs is what was locked."""
    loose = [
        entry
        for requirement, entry in locked(lock)
        if not re.fullmatch(r"==[^*,]+", str(requirement.specifier)) or "--hash=sha256:" not in entry
    ]
    assert loose == []


@pytest.mark.parametrize(("group", "dependency"), DEPENDENCIES)
def test_the_lock_follows_pyproject(group: str, dependency: str) -> None:
    """`make lock` was run after the last change of a dependency."""
    wanted = Requirement(dependency)
    lock = LOCKS.get(f"requirements-{group}", LOCK)
    [found] = [entry for entry, _ in locked(lock) if canonicalize_name(entry.name) == canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(str(found.specifier).removeprefix("=="))


def test_every_group_is_locked() -> None:
    """`make lock` knows all groups of pyproject.toml."""
    main, others, floors = (line for line in MAKEFILE.splitlines() if line.startswith(("\t@$(LOCK) ", "\t@$(foreach ")))
    named = re.search(r"addprefix --group ,([a-z ]+)\)", main)
    apart = re.search(r"foreach group,([a-z ]+),", others)
    assert named is not None
    assert apart is not None
    assert "$(LOWEST)" in floors
    assert [*named[1].split(), *apart[1].split()] == list(GROUPS)


def test_the_floors_are_those_of_the_package() -> None:
    """Each dependency has the oldest version that the package allows, and none may move to another major version."""
    extras = [dependency for extra in PACKAGE["optional-dependencies"].values() for dependency in extra]
    versions = {
        canonicalize_name(entry.name): str(entry.specifier) for entry, _ in locked(LOCKS["requirements-floors"])
    }
    for dependency in map(Requirement, [*PACKAGE["dependencies"], *extras]):
        [floor] = [Version(one.version) for one in dependency.specifier if one.operator == ">="]
        assert Version(versions[canonicalize_name(dependency.name)].removeprefix("==")) == floor
    assert all("<" in str(Requirement(dependency).specifier) for dependency in PACKAGE["dependencies"])


@pytest.mark.parametrize(
    ("folder", "target", "package"), [("PLOT", "bench", "matplotlib"), ("SITE", "docs", "zensical")]
)
def test_only_one_target_installs_what_is_large(folder: str, target: str, package: str) -> None:
    """`make generate` and the others do without what draws charts, and without what builds the site."""
    assert package not in LOCK
    assert re.findall(rf"^(\S+):.*\$\({folder}\)/requirements-{target}.txt", MAKEFILE, re.MULTILINE) == [target]


@pytest.mark.parametrize(("group", "dependency"), DEPENDENCIES)
def test_every_dependency_has_its_reason(group: str, dependency: str) -> None:
    """A dependency without a reason beside it can't be judged when it ages."""
    listed = PYPROJECT.split(f"\n{group} = [\n")[1].split("\n]\n")[0]
    assert re.search(rf'"{re.escape(dependency)}",  # \S.{{10}}', listed)


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
    result = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=True
    )
    assert result.stdout.startswith("pyright ")
    assert list(tmp_path.iterdir()) == []


def test_pyright_reads_the_environment_that_make_names() -> None:
    """A `venv` in the settings would win over --pythonpath: `make lint VENV=…` would look at the packages of .venv."""
    assert tomllib.loads(PYPROJECT)["tool"]["pyright"].keys().isdisjoint({"venv", "venvPath"})
    assert re.search(r"-m pyright --pythonpath \$\(PY\)$", MAKEFILE, re.MULTILINE)


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
    """Who follows the README runs what CI runs."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^ *make ([a-z-]+)", script, re.MULTILINE) == CI
    assert "**`make test`**" in readme


CI = ["lint", "check", "package-check", "verify", "audit", "docs", "judges", "floors", "test"]
MAKE = """#!/bin/sh
# Plays make: notes each call; tests fail under the Python whose version is in the file `failing`.
echo "$*" >> calls
version="${*##*.venv-}"
if test "$1 $version" = "test $(cat failing)"; then echo "1 failed under $version"; exit 2; fi
echo "all passed under $version"
"""


class Machine:
    """A machine for .ci/run: stand-ins play make and Pythons of pyenv; what is in /usr/bin is there, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
        self.script("bin/make", MAKE)
        self.fail_under("none")

    def script(self, name: str, text: str) -> Path:
        """A command."""
        path = self.folder / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def python(self, version: str, level: str = "final", *, lacks: str = "nothing") -> Path:
        """A Python of pyenv: the one that runs the tests, claiming to be another."""
        name = f"pyenv/versions/{version}-{level}/bin/python3"
        info = (*map(int, version.split(".")), level, 0)
        claim = f"import sys; sys.version_info = {info}; sys.executable = '{name}'; sys.modules['{lacks}'] = None"
        return self.script(name, f'#!/bin/sh\nexec {sys.executable} -c "{claim}; exec(sys.argv[2])" "$@"\n')

    def fail_under(self, version: str) -> None:
        """Let make fail with the Python of this version."""
        (self.folder / "failing").write_text(version, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run .ci/run."""
        path = os.pathsep.join([str(self.folder / "bin"), "/usr/bin", "/bin"])
        return run(".ci/run", *arguments, cwd=self.folder, PATH=path, PYENV_ROOT=str(self.folder / "pyenv"))

    @property
    def calls(self) -> list[str]:
        """What make was called with."""
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with Pythons of all kinds; the oldest and the newest that count are 3.11.0 and 3.99.0."""
    machine = Machine(tmp_path)
    for version in ("2.7.18", "3.10.99", "3.11.0", "3.50.0", "3.99.0"):
        machine.python(version)
    machine.python("3.100.0", "candidate")
    machine.python("3.101.0", lacks="ensurepip")
    return machine


def test_ci_runs_all_tests_under_the_oldest_and_the_newest_python(machine: Machine) -> None:
    """And says which those are, and which of the others there are; everything else runs under the oldest."""
    result = machine.run()
    assert result.returncode == 0, result.stderr
    oldest = "PYTHON=pyenv/versions/3.11.0-final/bin/python3 VENV=.venv-3.11.0"
    newest = "PYTHON=pyenv/versions/3.99.0-final/bin/python3 VENV=.venv-3.99.0"
    assert machine.calls == [
        *(f"{target} {oldest}" for target in CI[:-1]),
        f"test MARKED= {oldest}",
        f"test MARKED= {newest}",
    ]
    found, _, used = result.stdout.partition("The tests run under:\n")
    assert "3.50.0 pyenv/versions/3.50.0-final/bin/python3" in found
    assert "3.101.0 pyenv/versions/3.101.0-final/bin/python3 lacks ensurepip" in found
    assert not re.search(r"2\.7|3\.10\.99|candidate", found)
    assert [line.split()[0] for line in used.splitlines()[:2]] == ["3.11.0", "3.99.0"]
    assert result.stdout.splitlines()[-2:] == [
        "Python 3.11.0: all passed under 3.11.0",
        "Python 3.99.0: all passed under 3.99.0",
    ]


def test_ci_runs_the_tests_under_the_python_that_is_named(machine: Machine) -> None:
    """GitHub has a job for each."""
    assert machine.run(str(machine.folder / "pyenv/versions/3.50.0-final/bin/python3")).returncode == 0
    assert [call for call in machine.calls if "3.50.0" not in call] == []
    assert [call.split()[0] for call in machine.calls] == CI


@pytest.mark.parametrize("version", ["3.11.0", "3.99.0"])
def test_a_failure_under_one_python_fails_ci(machine: Machine, version: str) -> None:
    """Its summary is among those at the end."""
    machine.fail_under(version)
    result = machine.run()
    assert result.returncode != 0
    assert f"1 failed under {version}" in result.stdout.splitlines()[-1 if version == "3.99.0" else -2]


def test_ci_fails_without_a_python_that_is_fit(machine: Machine) -> None:
    """Before it does anything."""
    result = machine.run(str(machine.folder / "pyenv/versions/3.10.99-final/bin/python3"))
    assert result.returncode == 1
    assert not (machine.folder / "calls").exists()


def test_make_ci_is_the_same_list() -> None:
    """A person can run all of CI with one target."""
    assert f"\nci: {' '.join(CI)} " in MAKEFILE


def test_the_workflow_runs_that_script_on_every_python() -> None:
    """GitHub runs the same file, from the oldest Python that we support to the newest, and with Debian's own."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["ci"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert jobs["ci"]["steps"][-1] == {"run": ".ci/run python"}
    assert jobs["debian"]["steps"][-1]["run"].endswith(".ci/run /usr/bin/python3")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_release_publishes_the_wheel_that_was_tested() -> None:
    """Built once, tested on every Python, published without a password; what can publish runs nothing of ours."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    assert [job.get("needs") for job in jobs.values()] == [None, "build", "test", "publish", "announce", "site"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert jobs["test"]["steps"][-1] == {"run": "make verify"}
    publishing = [name for name, job in jobs.items() if "id-token" in job["permissions"]]
    assert publishing == ["publish", "pages"]
    assert [step for name in publishing for step in jobs[name]["steps"] if "run" in step] == []
    [command] = [step["run"] for step in jobs["announce"]["steps"] if "run" in step]
    assert command.startswith("gh release create ")  # the job that can write runs nothing of ours either


def test_workflows_get_no_more_than_they_need() -> None:
    """Actions and images by digest, since tags move; no secret, and no rights of the branch for a stranger's change."""
    images = re.findall(r"^FROM (.+)", (ROOT / ".ci" / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [image for image in images if not re.fullmatch(r"debian:12@sha256:[0-9a-f]{64}", image)] == []
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        whole = yaml.safe_load(text)
        used = re.findall(r"uses: +(.+)", text)
        assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v[0-9.]+", action)] == []
        assert whole["permissions"] == {}
        assert "pull_request_target" not in text
        if "pull_request" in whole[True]:  # YAML 1.1 reads `on` so
            assert {str(job["permissions"]) for job in whole["jobs"].values()} == {"{'contents': 'read'}"}
            assert "secrets." not in text


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


def test_no_cache_is_committed() -> None:
    """What .gitignore names is in no commit, nor what a tool leaves behind."""
    assert run("git", "ls-files", "--cached", "--ignored", "--exclude-standard").stdout == ""
    assert [path for path in run("git", "ls-files").stdout.splitlines() if "cache" in path] == []


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
