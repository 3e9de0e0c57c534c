"""The distribution: what is in wheel and sdist, what they need, and that the installed wheel works on its own."""

from __future__ import annotations

import email
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.checkout import DISTRIBUTION, PACKAGE, ROOT, contents
from tests.support.once import Once
from tests.support.server import PATIENCE

GENERATED = ROOT / "generated"
PROJECT = tomllib.loads((GENERATED / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: What the tests need beside the wheel.
TOOLS = ("pytest", "trio", "fastapi")
needs_tools = pytest.mark.skipif(
    importlib.util.find_spec("build") is None, reason="build and mypy are not among the oldest dependencies"
)
TESTS = ("tests/client/test_oauth_operations.py", "tests/support/server.py")


def test_dependencies_end_before_the_next_major_version() -> None:
    """What a caller installs a year from now is of the kind that was tested."""
    needed = [Requirement(text) for text in PROJECT["dependencies"]]
    assert {requirement.name for requirement in needed} == {"httpx2", "pydantic"}
    for requirement in needed:
        major = int(importlib.metadata.version(requirement.name).partition(".")[0])
        assert requirement.specifier.contains(f"{major}.999")
        assert not requirement.specifier.contains(f"{major + 1}.0")


@pytest.fixture(scope="module")
def dist(once: Once) -> Path:
    """Both distributions: those in the folder $DIST (`make verify`), else built as `make build` does."""
    return ROOT / folder if (folder := os.environ.get("DIST")) else once("dist", build) / "dist"


def build(folder: Path) -> None:
    source = folder / "source"
    copy_sources(source)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist"), str(source), cwd=folder)


def copy_sources(folder: Path) -> None:
    """What is built: the package, with the changelog beside it."""
    shutil.copytree(GENERATED, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    shutil.copy2(ROOT / "CHANGELOG.md", folder)


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The wheel."""
    [path] = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, once: Once) -> Path:
    """The Python of an environment that holds the wheel, what the wheel asks for, and the tools: nothing else."""
    return once("environment", partial(install, wheel)) / "bin" / "python"


def install(wheel: Path, folder: Path) -> None:
    """The dependencies are copied from .venv, which the lock filled, so that no index is asked for newer ones."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python))
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel), cwd=folder)
    site = Path(run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    for name in needed([*PROJECT["dependencies"], *TOOLS]):
        copy_distribution(name, site)
    run(*pip, "check", cwd=folder)


def run(*command: str, cwd: Path) -> str:
    """Run `command` without anything of Python's in the environment; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def needed(requirements: list[str]) -> Iterator[str]:
    """The names of the distributions that `requirements` lead to."""
    waiting, seen = [Requirement(text) for text in requirements], set[str]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in seen or not (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        yield name
        waiting += [Requirement(text) for text in importlib.metadata.requires(name) or ()]


def copy_distribution(name: str, site: Path) -> None:
    """Copy an installed distribution; its scripts, which name another Python, stay behind."""
    for file in importlib.metadata.files(name) or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.locate(), site / file)


# --- what is in it


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every module to the byte and the marker of its types, but no manifest, no documentation and no test."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    package = GENERATED / PACKAGE
    expected = {f"{PACKAGE}/{name}": content for name, content in contents(package).items() if ".pyc" not in name}
    assert held == expected
    assert f"{PACKAGE}/py.typed" in held


def test_the_package_has_no_module_that_its_description_does_not_need() -> None:
    """Ours has no discriminator, and types say all of its schemas."""
    modules = {path.name for path in (GENERATED / PACKAGE).iterdir()}
    assert modules.isdisjoint({"_json_schema.py", "_schemas.py", "_variants.py"})


def test_the_sdist_holds_what_the_wheel_is_built_from(dist: Path) -> None:
    """The package with its documentation and changelog; again no manifest."""
    [path] = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    generated = {name for name in contents(GENERATED) if ".pyc" not in name} - {"manifest.json"} | {"CHANGELOG.md"}
    assert names - generated <= {".gitignore", "PKG-INFO"}
    assert generated <= names


def test_the_wheel_needs_httpx2_and_pydantic_only(wheel: Path) -> None:
    """What an extra adds is asked for by who wants the extra."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(archive.read(name))
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    assert {one.name for one in requirements if "extra" not in str(one.marker)} == {"httpx2", "pydantic"}
    assert metadata["Name"] == DISTRIBUTION
    assert metadata["Requires-Python"] == ">=3.11"
    assert (metadata["License-Expression"], metadata["Description-Content-Type"]) == ("Apache-2.0", "text/markdown")


@needs_tools
@pytest.mark.sweep
def test_two_builds_have_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    """Whatever the times and the modes of the files are: who rebuilds a tag gets what was published."""
    source = tmp_path / "source"
    copy_sources(source)
    for file in source.rglob("*.*"):
        os.utime(file, (10**9, 10**9))
        file.chmod(0o600 if file.is_file() else 0o700)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(source), cwd=tmp_path)
    assert {file.name: file.read_bytes() for file in dist.iterdir()} == {
        file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()
    }


# --- what it does


@pytest.mark.sweep
def test_the_installed_wheel_passes_the_tests_of_the_operations(python: Path, tmp_path: Path) -> None:
    """The same test module as for the source, in an environment that cannot see this repository."""
    for test in TESTS:
        (tmp_path / test).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / test, tmp_path / test)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\nfilterwarnings = error\n", encoding="utf-8"
    )
    (tmp_path / "conftest.py").write_text(
        f"import sys, {PACKAGE}\nassert {PACKAGE}.__file__.startswith(sys.prefix), {PACKAGE}.__file__\n",
        encoding="utf-8",
    )
    said = run(str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path)
    assert said.splitlines()[-1].split()[1] == "passed"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The project of an integrator, outside of this repository."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    return Path(shutil.copytree(ROOT / "tests" / "sandbox" / "example_project", tmp_path / "project", ignore=ignored))


@pytest.mark.sweep
def test_the_project_of_an_integrator_passes_its_tests(python: Path, example: Path) -> None:
    """On the fixtures of the wheel's plugin, with nothing else of this repository."""
    said = run(str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=example)
    assert re.fullmatch(r"\d+ passed in .*", said.splitlines()[-1]), said


@needs_tools
@pytest.mark.sweep
def test_mypy_passes_the_project_of_an_integrator(python: Path, example: Path) -> None:
    """With the types of the installed wheel."""
    options = ("--strict", "--config-file=", f"--python-executable={python}")
    run(sys.executable, "-m", "mypy", *options, "handovers", "tests", cwd=example)


LOOK = f"""if True:
    import sys
    import {PACKAGE} as package
    heavy = {{"httpx2", "pydantic", "anyio", "typing_extensions", "ssl", "asyncio"}}
    loaded = lambda: sorted(heavy & set(sys.modules))
    print(package.__version__, "Client" in dir(package), loaded())
    package.Client("key").close()
    print(loaded())
"""


def test_importing_the_package_loads_no_dependency(python: Path, tmp_path: Path) -> None:
    """httpx2 and pydantic come when they are first needed, asyncio only for who awaits; the names are there at once."""
    first, second = run(str(python), "-W", "error", "-c", LOOK, cwd=tmp_path).splitlines()
    assert first == f"{PROJECT['version']} True []"
    assert "'httpx2'" in second
    assert "'asyncio'" not in second


def test_every_public_name_is_there(python: Path, tmp_path: Path) -> None:
    """What `__all__` promises can be imported, in an environment without any of the tools of this repository."""
    code = f"from {PACKAGE} import *; print(Client, AsyncClient, ApiError)"
    said = run(str(python), "-W", "error", "-c", code, cwd=tmp_path)
    assert said.count(f"{PACKAGE}.") == 3


@pytest.mark.parametrize("name", ["auth", "client", "errors", "models", "scopes"])
def test_every_public_module_is_there(python: Path, tmp_path: Path, name: str) -> None:
    """Without an import of its own, after that of the package."""
    code = f"import {PACKAGE}; print('{name}' in dir({PACKAGE}), {PACKAGE}.{name}.__name__)"
    said = run(str(python), "-W", "error", "-c", code, cwd=tmp_path)
    assert said == f"True {PACKAGE}.{name}\n"
