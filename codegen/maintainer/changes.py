"""What the working tree changes for callers since a commit, and whether `info.version` says so: `make changes`.

Exit status 0: the step of the version is large enough, 1: it is too small, 2: nothing could be compared.
"""

from __future__ import annotations

import argparse
import io
import stat
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from codegen.maintainer import callers, versions, wire
from codegen.maintainer.repository import (
    GENERATED,
    ROOT,
    SPEC,
    RepositoryError,
    git,
    is_shallow,
    last_release,
    version_of,
)
from codegen.maintainer.versions import Change, Step
from codegen.naming.versions import VersionError
from codegen.report.diagnostics import GenerationError
from codegen.report.text import printable


class ComparisonError(Exception):
    """There is nothing to compare, or nothing to compare with."""


@dataclass(frozen=True)
class Comparison:
    """The differences between two versions."""

    before: str
    after: str
    changes: list[Change]
    wire: list[Change] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)
    """The operations of which no request could be compared, each with the reason."""
    touched: bool = False
    is_released: bool = True
    """Whether there has been a release; before the first one the version need not change."""

    @property
    def needed(self) -> Step:
        """The smallest step of the version that the changes allow."""
        changes = [*self.changes, *self.wire]
        return versions.needed_step(self.before, changes, touched=self.touched) if self.is_released else Step.NONE

    @property
    def is_step_large_enough(self) -> bool:
        """Whether the version says what changed."""
        return versions.step_between(self.before, self.after) >= self.needed

    def text(self, against: str) -> str:
        """The report."""
        lines = [f"Changes for callers from {against} to the working tree (griffe):", *_listed(self.changes)]
        lines += ["Changes of the requests (sent by both packages for samples):", *_listed(self.wire)]
        lines += [f"  not compared  {reason}" for reason in self.not_sent]
        return "\n".join(map(printable, [*lines, self.verdict]))

    @property
    def verdict(self) -> str:
        """The step of the version, and the one that it needs."""
        if not self.is_released:
            return f"no step needed: nothing has been released yet, info.version is {self.after}"
        if self.needed is Step.NONE:
            return f"info.version {self.after} may stay: the package is the same"
        start = f"{self.needed} step needed ({versions.rule(self.before)}): "
        if self.is_step_large_enough:
            return f"{start}{self.before} -> {self.after} is one"
        least = versions.next_version(self.before, self.needed)
        return f"{start}info.version is {self.after}, was {self.before}; set it to {least} or higher"


def _listed(changes: list[Change]) -> list[str]:
    """A line for each change, with all that it is a change of."""
    subjects: dict[Change, list[str]] = {}
    for change in changes:
        subjects.setdefault(replace(change, subject=""), []).append(change.subject)
    return [f"  {replace(change, subject=', '.join(names))}" for change, names in subjects.items()] or ["  nothing"]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Compare, and print the report."""
    parser = argparse.ArgumentParser(prog="make changes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", metavar="REF", help="a commit or tag; default: the last release (v*), else HEAD")
    chosen = parser.parse_args(arguments).against
    try:
        release = last_release(root) if chosen is None else chosen
        against = release or "HEAD"
        comparison = compare(root, against)
    except (ComparisonError, GenerationError, RepositoryError, VersionError, wire.SendingError) as error:
        print(*map(printable, str(error).split("\n")), sep="\n", file=sys.stderr)
        return 2
    if comparison is None:
        print(f"{printable(against)} has no {SPEC} or no {GENERATED}/: this is the first release, which breaks nobody")
        return 0
    comparison = replace(comparison, is_released=release is not None and _is_released(root))
    print(comparison.text(against))
    return 0 if comparison.is_step_large_enough else 1


def _is_released(root: Path) -> bool:
    """Whether there has been a release, as far as git can tell."""
    try:
        return last_release(root) is not None
    except RepositoryError:
        return True


def compare(root: Path, against: str) -> Comparison | None:
    """Compare the working tree of `root` with a commit; None if that commit has no package.

    Raises:
        ComparisonError: Git does not know the commit, or no package can be generated.
        SendingError: A package cannot be run.
        GenerationError: A description cannot be read.
        VersionError: A description has no version that Python has.
    """
    with tempfile.TemporaryDirectory() as temporary:
        before, after = Path(temporary, "before"), Path(temporary, "after")
        if not _extract(root, against, before):
            return None
        print(f"comparing with {printable(against)} …", flush=True)
        _generate(root, after / GENERATED)
        specs = before / SPEC, root / SPEC
        old, new = (version_of(spec) for spec in specs)
        packages = before / GENERATED, after / GENERATED
        changes = callers.compare(*packages)
        requests, not_sent = wire.compare(*packages, root / SPEC, changes)
        touched = _package(packages[0]) != _package(packages[1])
        return Comparison(old, new, changes, requests, not_sent, touched)


def _extract(root: Path, against: str, folder: Path) -> bool:
    """Write the description and the package of a commit into `folder`; return whether it has both."""
    revision = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{against}^{{commit}}")
    if revision.returncode:
        few = ", a shallow clone: git fetch --unshallow --tags" if is_shallow(root) else ""
        raise ComparisonError(f"git knows no commit {printable(against)} here{few}")
    commit = revision.stdout.decode().strip()
    listed = git(root, "ls-tree", "--name-only", commit, "--", SPEC, GENERATED).stdout.decode().split()
    if len(listed) < len((SPEC, GENERATED)):
        return False
    archive = git(root, "archive", "--format=zip", commit, "--", SPEC, GENERATED)
    if archive.returncode:
        raise ComparisonError(f"git cannot read {against}: {archive.stderr.decode(errors='replace').strip()}")
    with zipfile.ZipFile(io.BytesIO(archive.stdout)) as files:
        if link := next((file for file in files.infolist() if stat.S_ISLNK(file.external_attr >> 16)), None):
            raise ComparisonError(f"{printable(f'{link.filename} of {against}')} is a link, so it cannot be compared")
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
