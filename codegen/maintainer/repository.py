"""This repository: where things stand in it, what git knows about it, and its version."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from codegen.description.document import Document
from codegen.naming.versions import python_version

ROOT = Path(__file__).resolve().parents[2]
# Relative to the root of the repository, so that another checkout can be compared.
SPEC = "spec/openapi.yaml"
DIFFERENCES = "spec/upstream-differences.yaml"
GENERATED = "generated"
_RELEASED = re.compile(r"^## \[([^\]]+)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}\s*$", re.MULTILINE)


class RepositoryError(Exception):
    """Git cannot tell what is asked."""


def version_of(spec: Path) -> str:
    """The `info.version` of a description.

    Raises:
        GenerationError: The description cannot be read.
        VersionError: It has no version that Python has.
    """
    info = Document.load(spec, SPEC).data.get("info", {})
    version = str(info.get("version", ""))
    python_version(version)
    return version


def tag_of(version: str) -> str:
    """The tag of the release of a version."""
    return f"v{version}"


def last_release(root: Path, *, other_than: str = "") -> str | None:
    """The nearest tag of a release before or at HEAD, but for the tag `other_than`; None before the first release.

    Raises:
        RepositoryError: There is no repository, or one that may lack the tags of releases.
    """
    is_whole = not is_shallow(root)
    without = ["--exclude", other_than] if other_than else []
    result = git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", *without)
    if result.returncode == 0:
        return result.stdout.decode().strip()
    if not is_whole:
        raise RepositoryError("a shallow clone has no release to compare with: git fetch --unshallow --tags")
    without_tags = git(root, "config", "--get-regexp", r"^remote\..*\.tagopt$", "^--no-tags$").returncode == 0
    if without_tags or any(tag != other_than for tag in _tags_of(root / "CHANGELOG.md")):
        raise RepositoryError("no tag v… of a release is here, but there have been releases: git fetch --tags")
    return None


def is_shallow(root: Path) -> bool:
    """Whether the repository lacks a part of its history.

    Raises:
        RepositoryError: There is no repository.
    """
    result = git(root, "rev-parse", "--is-shallow-repository")
    if result.returncode:
        raise RepositoryError(f"git knows no repository here: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout.strip() == b"true"


def _tags_of(changelog: Path) -> list[str]:
    """The tags of the versions that have a date there (Keep a Changelog)."""
    return list(map(tag_of, _RELEASED.findall(changelog.read_text(encoding="utf-8")))) if changelog.exists() else []


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the repository at `root`.

    Raises:
        RepositoryError: There is no git.
    """
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise RepositoryError(f"git cannot be run: {error.strerror}") from None
