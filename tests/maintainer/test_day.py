"""A day of the maintainer's: each command of the README in its turn, and what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.additions import add_operations
from tests.support.checkout import DISTRIBUTION, PACKAGE, edit
from tests.support.environment import clean
from tests.support.repository import Repository
from tests.support.server import PATIENCE

FIRST = "# Changelog\n\n## [0.1.0] - 2026-11-24\n\n- Everything.\n"
SECOND = FIRST.replace("## [0.1.0]", "## [0.2.0] - 2026-11-27\n\n- More.\n\n## [0.1.0]")
LOOK = f"import {PACKAGE} as package; print(package.__version__, hasattr(package.Client('key'), '%s'))"


class Index:
    """A package index in a folder (PEP 503), and an environment that installs from it."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "simple" / DISTRIBUTION
        self._files.mkdir(parents=True)
        self._site = folder / "site"

    def publish(self, repository: Repository) -> list[str]:
        """Build, as `make build` does, and publish; the names of all wheels that are there."""
        status, told = repository.make("build")
        assert status == 0, told
        for wheel in (repository.root / "dist").glob("*.whl"):
            shutil.copy(wheel, self._files)
        names = sorted(wheel.name for wheel in self._files.glob("*.whl"))
        self._files.joinpath("index.html").write_text(
            "".join(f'<a href="{name}">{name}</a>\n' for name in names), encoding="utf-8"
        )
        return names

    def install(self, requirement: str, attribute: str) -> str:
        """Install what is asked for in place of what is there; the version, and whether clients have the attribute."""
        shutil.rmtree(self._site, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(self._site)]
        self._run(*pip, "--index-url", self._files.parent.as_uri(), requirement)
        return self._run(sys.executable, "-c", LOOK % attribute, PYTHONPATH=str(self._site))

    @staticmethod
    def _run(*command: str, **variables: str) -> str:
        result = subprocess.run(
            command,
            env=clean(PIP_CONFIG_FILE="/dev/null", **variables),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


def changes(repository: Repository, *arguments: str) -> list[str]:
    """What `make changes` lists, and its verdict."""
    _, told = repository.make("changes", *arguments)
    return [line.strip() for line in told.splitlines() if line[-1:] not in (":", "…") and line[:4] != "make"]


@pytest.mark.sweep
def test_a_day(released: Repository, tmp_path: Path) -> None:
    """From the clone to the release, and back."""
    prepare(released)
    released.git("clone", "--quiet", released.root.as_uri(), str(tmp_path / "clone"))
    clone, index = Repository(tmp_path / "clone"), Index(tmp_path)
    assert clone.make("check") == (0, "generated/ is up to date\n")
    assert clone.make("generate") == (0, "generated/ is up to date\n")
    assert index.publish(clone) == [f"{PACKAGE}-0.1.0-py3-none-any.whl"]
    noun = add_three_operations(clone)
    rename_a_field(clone)
    remove_an_answer(clone)
    release(clone)
    assert index.publish(clone) == [f"{PACKAGE}-{version}-py3-none-any.whl" for version in ("0.1.0", "0.2.0")]
    assert index.install(DISTRIBUTION, f"{noun}s") == "0.2.0 True"
    assert index.install(f"{DISTRIBUTION}==0.1.0", f"{noun}s") == "0.1.0 False"
    revert(clone)


def prepare(released: Repository) -> None:
    """A repository as it is after its first release, but for the tests, of which this is one."""
    released.let_ci_only_check()
    (released.root / ".gitignore").write_text("__pycache__/\ndist/\n", encoding="utf-8")
    (released.root / "CHANGELOG.md").write_text(FIRST, encoding="utf-8")
    released.commit()
    released.git("tag", "--force", "--no-sign", "v0.1.0")


def add_three_operations(clone: Repository) -> str:
    """Nothing else is written than the description; the noun in the new names."""
    noun = add_operations(clone.spec)
    name = noun.title()
    classes = sorted((name, f"Business{name}", f"Person{name}", f"{name}File", f"{name}Filter", f"{name}List"))
    status, told = clone.make("generate")
    assert (status, bool(re.fullmatch(r"generated/: \d+ of \d+ files changed\n", told))) == (0, True), told
    assert changes(clone) == [
        f"compatible  {', '.join(classes)}: new class",
        f"compatible  Client.{noun}s: new method",
        f"compatible  api.{noun}s: new module",
        "nothing",
        "patch step needed (before 1.0.0, a breaking change asks for a minor step and any other for a patch): "
        "info.version is 0.1.0, was 0.1.0; set it to 0.1.1 or higher",
    ]
    return noun


def rename_a_field(clone: Repository) -> None:
    """Whoever reads it has to know."""
    edit(clone.spec, "        details:  # Not `detail`, as in JSON:API [spec].\n", "        explanation:\n")
    text = clone.spec.read_text(encoding="utf-8")
    clone.spec.write_text(re.sub(r"\bdetails: (?=[A-Zs])", "explanation: ", text), encoding="utf-8")
    assert clone.make("generate")[0] == 0
    assert [line for line in changes(clone) if "ErrorItem" in line] == [
        "breaking    ErrorItem.details: was removed",
        "compatible  ErrorItem.explanation: new field",
    ]


def remove_an_answer(clone: Repository) -> None:
    """A rule of the house says no, unless there is a reason; then callers are told."""
    text = clone.spec.read_text(encoding="utf-8")
    conflict = "        '409': {$ref: '#/components/responses/Conflict'}\n"
    clone.spec.write_text(text.replace(conflict, "", 1), encoding="utf-8")
    status, told = clone.make("generate")
    assert status == 2
    assert re.match(r"spec/openapi\.yaml:\d+:7: error\[no-answer\]: the operation has no response for 409\n", told)
    waiver = "x-waive: {no-answer: A code conflicts with none.}"
    named = "operationId: create-authorization\n"
    edit(clone.spec, named, f"{named}      {waiver}\n")
    assert clone.make("generate")[0] == 0
    *_, verdict = told_now = changes(clone)
    removed = "OAuthApi.create_authorization: no longer declares the error 409, so its `.errors` is empty"
    assert f"breaking    {removed}" in told_now
    assert verdict.endswith("info.version is 0.1.0, was 0.1.0; set it to 0.2.0 or higher")


def reasons_against(clone: Repository) -> list[str]:
    """Why this is no release yet."""
    return re.findall(r"^not ready: ([^:\n]*)", clone.make("release-check")[1], re.MULTILINE)


def release(clone: Repository) -> None:
    """What speaks against it is said, then mended."""
    assert reasons_against(clone) == ["the tree is not clean"]
    clone.commit()
    assert reasons_against(clone) == ["v0.1.0 is the tag of another commit already"]
    edit(clone.spec, "version: 0.1.0", "version: 0.2.0")
    (clone.root / "CHANGELOG.md").write_text(SECOND, encoding="utf-8")
    assert clone.make("generate")[0] == 0
    clone.git("commit", "--all", "--quiet", "--amend", "--no-edit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_DEPS", "1")  # the wheel is all that goes into the environment
        status, told = clone.make("release-check")
    assert (status, told.splitlines()[-1]) == (0, "ready: git tag v0.2.0 && git push origin v0.2.0"), told
    clone.git("tag", "--no-sign", "v0.2.0")


def revert(clone: Repository) -> None:
    """The description and what was made of it come back together; for callers of 0.2.0 that is a step."""
    clone.git("revert", "--no-edit", "HEAD")
    assert clone.make("check") == (0, "generated/ is up to date\n")
    edit(clone.spec, "version: 0.1.0", "version: 0.3.0")
    assert clone.make("generate")[0] == 0
    *_, verdict = told_now = changes(clone)
    assert [line for line in told_now if line.startswith("breaking") and "ErrorItem" in line] != []
    assert verdict.endswith("0.2.0 -> 0.3.0 is one")
