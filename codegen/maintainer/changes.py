"""What the working tree changes for callers since a commit, and whether `info.version` says so: `make changes`.

Exit status 0: the step of the version is large enough, 1: it is too small, 2: nothing could be compared.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from codegen.maintainer import callers, versions, wire
from codegen.maintainer.repository import GENERATED, ROOT, SPEC, git, last_release, version_of
from codegen.maintainer.versions import Change, Step
from codegen.naming.versions import VersionError
from codegen.report.diagnostics import GenerationError


class ComparisonError(Exception):
    """There is nothing to compare, or nothing to compare with."""


@dataclass(frozen=True)
class Comparison:
    """The differences between two versions."""

    before: str
    after: str
    changes: list[Change]
    wire: wire.Outcome = field(default_factory=wire.Outcome)
    touched: bool = False

    @property
    def needed(self) -> Step:
        """The smallest step of the version that the changes allow."""
        return versions.needed_step(self.before, [*self.changes, *self.wire.changes], touched=self.touched)

    @property
    def is_step_large_enough(self) -> bool:
        """Whether the version says what changed."""
        return versions.step_between(self.before, self.after) >= self.needed

    def text(self, against: str) -> str:
        """The report."""
        lines = [f"Changes for callers from {against} to the working tree (griffe):", *_listed(self.changes)]
        lines.append("Changes on the wire (oasdiff):")
        lines += [f"  not run: {self.wire.not_run}"] if self.wire.not_run else _listed(self.wire.changes)
        return "\n".join([*lines, self.verdict])

    @property
    def verdict(self) -> str:
        """The step of the version, and the one that it needs."""
        if self.needed is Step.NONE:
            return f"info.version {self.after} may stay: the package is the same"
        start = f"{self.needed} step needed ({versions.rule(self.before)}): "
        if self.is_step_large_enough:
            return f"{start}{self.before} -> {self.after} is one"
        least = versions.next_version(self.before, self.needed)
        return f"{start}info.version is {self.after}, was {self.before}; set it to {least} or higher"


def _listed(changes: list[Change] | tuple[Change, ...]) -> list[str]:
    return [f"  {change}" for change in changes] or ["  nothing"]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Compare, and print the report."""
    parser = argparse.ArgumentParser(prog="make changes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", metavar="REF", help="a commit or tag; default: the last release (v*), else HEAD")
    against = parser.parse_args(arguments).against or last_release(root) or "HEAD"
    try:
        comparison = compare(root, against)
    except (ComparisonError, GenerationError, VersionError) as error:
        print(error, file=sys.stderr)
        return 2
    if comparison is None:
        print(f"{against} has no {SPEC} or no {GENERATED}/: this is the first release, which breaks nobody")
        return 0
    print(comparison.text(against))
    return 0 if comparison.is_step_large_enough else 1


def compare(root: Path, against: str) -> Comparison | None:
    """Compare the working tree of `root` with a commit; None if that commit has no package.

    Raises:
        ComparisonError: Git does not know the commit, or no package can be generated.
        GenerationError: A description cannot be read.
        VersionError: A description has no version that Python has.
    """
    with tempfile.TemporaryDirectory() as temporary:
        before, after = Path(temporary, "before"), Path(temporary, "after")
        if not _extract(root, against, before):
            return None
        _generate(root, after / GENERATED)
        specs = before / SPEC, root / SPEC
        old, new = (version_of(spec) for spec in specs)
        return Comparison(
            old,
            new,
            callers.compare(before / GENERATED, after / GENERATED),
            wire.compare(*specs),
            touched=_package(before / GENERATED) != _package(after / GENERATED),
        )


def _extract(root: Path, against: str, folder: Path) -> bool:
    """Write the description and the package of a commit into `folder`; return whether it has both."""
    revision = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{against}^{{commit}}")
    if revision.returncode:
        raise ComparisonError(f"git knows no commit {against} here (a shallow clone has few)")
    commit = revision.stdout.decode().strip()
    archive = git(root, "archive", "--format=zip", commit, "--", SPEC, GENERATED)
    if archive.returncode:
        return False
    with zipfile.ZipFile(io.BytesIO(archive.stdout)) as files:
        files.extractall(folder)
    return True


def _generate(root: Path, output: Path) -> None:
    """Generate the package from the working tree: generated/ may be out of date."""
    command = [sys.executable, str(root / "generate.py"), "--output", str(output)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        raise ComparisonError(result.stderr.strip() or result.stdout.strip())


def _package(folder: Path) -> dict[str, bytes]:
    """The files that a release ships."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


if __name__ == "__main__":
    sys.exit(main())
