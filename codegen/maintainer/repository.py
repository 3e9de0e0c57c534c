"""This repository: where things stand in it, what git knows about it, and its version."""

from __future__ import annotations

import subprocess
from pathlib import Path

from codegen.description.document import Document
from codegen.naming.versions import python_version

ROOT = Path(__file__).resolve().parents[2]
# Relative to the root of the repository, so that another checkout can be compared.
SPEC = "spec/openapi.yaml"
DIFFERENCES = "spec/upstream-differences.yaml"
GENERATED = "generated"


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


def last_release(root: Path) -> str | None:
    """The nearest tag of a release before or at HEAD."""
    result = git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    return result.stdout.decode().strip() if result.returncode == 0 else None


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the repository at `root`."""
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=False)
