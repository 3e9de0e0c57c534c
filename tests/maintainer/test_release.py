"""What speaks against a release, each told by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import pytest

from codegen.maintainer import release
from codegen.maintainer.changelog import section
from codegen.maintainer.release import version_tells_the_changes
from tests.support.checkout import PACKAGE, edit
from tests.support.repository import Repository

Told: TypeAlias = Callable[[], tuple[int, str]]
CHANGELOG = "# Changelog\n\n## [{}] - {}\n\n### Changed\n\n- Everything.\n"


@pytest.fixture
def repository(released: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository that is ready for its release 0.1.1; a stand-in plays `make ci`, of which these tests are a part."""
    monkeypatch.setenv("PIP_NO_DEPS", "1")  # no index is asked: the wheel is all that goes into the environment
    edit(released.spec, "version: 0.1.0", "version: 0.1.1")
    released.let_ci_only_check()
    (released.root / "CHANGELOG.md").write_text(CHANGELOG.format("0.1.1", "2026-11-24"), encoding="utf-8")
    (released.root / ".gitignore").write_text("__pycache__/\n", encoding="utf-8")
    released.generate()
    released.commit()
    return released


@pytest.mark.sweep
def test_a_version_that_is_ready_says_how_to_publish_it(repository: Repository) -> None:
    """Everything is in order: the version, the changelog, the tree, CI and the wheel."""
    status, told = repository.make("release-check")
    assert status == 0, told
    assert "generated/ is up to date\n" in told  # the stand-in for CI
    assert told.endswith("ready: git tag v0.1.1 && git push origin v0.1.1\n")


@pytest.mark.sweep
def test_a_candidate_is_released_under_the_version_that_python_writes(repository: Repository) -> None:
    """A pre-release of SemVer: changelog and tag have it as the description has, the wheel in the form of PEP 440."""
    edit(repository.root / "Makefile", "ci: check", "ci:")
    edit(repository.spec, "version: 0.1.1", "version: 0.2.0-rc.1")
    (repository.root / "CHANGELOG.md").write_text(CHANGELOG.format("0.2.0-rc.1", "2026-11-24"), encoding="utf-8")
    repository.generate()
    repository.commit()
    status, told = repository.make("release-check")
    assert status == 0, told
    assert told.endswith("ready: git tag v0.2.0-rc.1 && git push origin v0.2.0-rc.1\n")


@pytest.mark.sweep
def test_variables_of_an_outer_make_do_not_count(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else `make test ARGS=…` would give ARGS to each make that a test runs."""
    monkeypatch.setenv("MAKEFLAGS", " -- ARGS=--no-such-option")
    monkeypatch.setenv("ARGS", "--no-such-option")
    status, output = repository.make("check")
    assert status == 0, output


@pytest.fixture
def quick(repository: Repository, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Told:
    """Exit status and words of `make release-check` in this process, without what takes longest: CI and the wheel."""
    for name in ("ci_is_green", "wheel_installs"):
        monkeypatch.setattr(release, name, lambda *_: "")

    def told() -> tuple[int, str]:
        status = release.main(repository.root)
        return status, "".join(capfd.readouterr())

    return told


@pytest.mark.sweep
def test_the_commit_that_is_tagged_is_checked_as_before_its_tag(repository: Repository, quick: Told) -> None:
    """The release workflow runs on the tag: the last release is the one before."""
    repository.git("tag", "--no-sign", "v0.1.1")
    status, told = quick()
    assert status == 0, told
    assert "from v0.1.0 to the working tree" in told
    assert told.endswith("ready: v0.1.1 is at HEAD\n")


@pytest.mark.parametrize("is_tagged", [False, True])
def test_the_first_release_breaks_nobody(
    repository: Repository, is_tagged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The changelog has its date already; there is no tag, or only its own."""
    repository.git("tag", "--delete", "v0.1.0")
    if is_tagged:
        repository.git("tag", "--no-sign", "v0.1.1")
    assert version_tells_the_changes(repository.root, "0.1.1") == ""
    older = CHANGELOG.format("0.1.0", "2026-11-01").removeprefix("# Changelog\n")
    with (repository.root / "CHANGELOG.md").open("a", encoding="utf-8") as changelog:
        changelog.write(older)
    assert version_tells_the_changes(repository.root, "0.1.1").endswith("git fetch --tags")


def test_the_notes_of_a_release_are_the_section_of_its_version(repository: Repository) -> None:
    """As the release on GitHub shows them: no heading, no other version, no list of links."""
    first = "## [0.1.1] - 2026-11-24\n\n### Fixed\n\n- A [thing].\n\n"
    text = f"# Changelog\n\n{first}## [0.1.0] - 2026-11-01\n\n- Old.\n\n[thing]: https://x/"
    assert section(text, "0.1.1") == "### Fixed\n\n- A [thing]."
    assert section(text, "0.1.0") == "- Old."
    assert section(text.replace("2026-11-24", "Unreleased"), "0.1.1") == ""
    assert section(text, "0.1") == ""
    assert repository.make("notes") == (0, "### Changed\n\n- Everything.\n")


def no_heading(repository: Repository) -> None:
    (repository.root / "CHANGELOG.md").write_text(CHANGELOG.format("0.1.0", "2026-11-24"), encoding="utf-8")


def no_date(repository: Repository) -> None:
    (repository.root / "CHANGELOG.md").write_text(CHANGELOG.format("0.1.1", "Unreleased"), encoding="utf-8")


def too_small_a_step(repository: Repository) -> None:
    edit(repository.spec, "enum: [camel, kebab, snake]", "enum: [camel, kebab]")


NO_SECTION = "CHANGELOG.md has no heading `## [0.1.1] - YYYY-MM-DD`, or nothing below it"
NO_STEP = "info.version does not say what changed: see above, or run `make changes`"


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("spoil", "tagged", "tag", "reasons"),
    [
        (no_date, "HEAD", "v0.3.0", [NO_SECTION, "this commit is tagged v0.3.0, but info.version makes it v0.1.1"]),
        (too_small_a_step, "HEAD~", "v0.1.1", [NO_STEP, "v0.1.1 is the tag of another commit already"]),
    ],
    ids=["date and tag", "step and tag"],
)
def test_each_fault_has_its_reason(
    spoil: Callable[[Repository], None], tagged: str, tag: str, reasons: list[str], repository: Repository, quick: Told
) -> None:
    """And no other. A tag stands for one version: else a release would have another version than its name."""
    spoil(repository)
    repository.commit()
    repository.git("tag", "--no-sign", tag, tagged)
    status, text = quick()
    assert status == 1
    assert sorted(re.findall("^not ready: (.*)$", text, re.MULTILINE)) == sorted(reasons)


def stale_output(repository: Repository) -> None:
    (repository.output / "README.md").write_text("Edited by hand.\n", encoding="utf-8")


def no_package(repository: Repository) -> None:
    edit(repository.root / "Makefile", "ci: check", "ci:")
    edit(repository.output / "pyproject.toml", f'packages = ["{PACKAGE}"]', 'packages = ["missing"]')


def another_version(repository: Repository) -> None:
    edit(repository.root / "Makefile", "ci: check", "ci:")
    edit(repository.output / PACKAGE / "__init__.py", '__version__ = "0.1.1"', '__version__ = "0.1.2"')


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (stale_output, "not ready: `make ci` failed with status 2\n"),
        (
            no_package,
            f"not ready: the wheel cannot be built and used: ModuleNotFoundError: No module named '{PACKAGE}'\n",
        ),
        (another_version, "not ready: the wheel has version 0.1.2, not 0.1.1\n"),
    ],
)
def test_what_takes_longest_to_find_is_named(
    repository: Repository, spoil: Callable[[Repository], None], told: str
) -> None:
    """One fault, one reason."""
    spoil(repository)
    repository.commit()
    status, text = repository.make("release-check")
    assert status != 0
    assert told in text
    assert text.count("not ready: ") == 1, text


def test_all_that_is_quickly_found_is_told_at_once(repository: Repository) -> None:
    """What takes minutes waits until the rest is mended."""
    no_heading(repository)
    too_small_a_step(repository)
    status, text = repository.make("release-check")
    assert status != 0
    assert text.count("not ready: ") == 3
    assert "not ready: info.version does not say what changed" in text
    assert "not ready: CHANGELOG.md has no heading" in text
    assert "not ready: the tree is not clean: CHANGELOG.md, spec/openapi.yaml\n" in text
