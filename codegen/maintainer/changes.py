"""What the working tree changes for callers since a commit, and whether the version says so.

`make changes [AGAINST=REF]`. Exit status 0: the version's step is large enough, 1: it is too small, 2: no comparison
was possible.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from codegen.description.document import Document
from codegen.report.diagnostics import GenerationError

from . import callers, versions, wire
from .versions import Change, Step

ROOT = Path(__file__).resolve().parents[2]
SPEC = "spec/openapi.yaml"
GENERATED = "generated"


class ComparisonError(Exception):
    """There is nothing to compare with, or to compare."""


@dataclass(frozen=True)
class Comparison:
    """Two versions, and what is different between them."""

    before: str
    after: str
    changes: list[Change]
    wire: wire.Outcome = field(default_factory=wire.Outcome)
    touched: bool = False

    @property
    def needed(self) -> Step:
        """The smallest step of the version that tells callers the truth."""
        return versions.needed(self.before, [*self.changes, *self.wire.changes], touched=self.touched)

    @property
    def is_told(self) -> bool:
        """Whether the version's step is large enough."""
        return versions.taken(self.before, self.after) >= self.needed

    def text(self, against: str) -> str:
        """The report."""
        lines = [f"What callers see, {against} against the working tree (griffe):", *_listed(self.changes)]
        lines.append("What the wire sees (oasdiff):")
        lines += [f"  not run: {self.wire.not_run}"] if self.wire.not_run else _listed(self.wire.changes)
        return "\n".join([*lines, self.verdict])

    @property
    def verdict(self) -> str:
        """The version's step, and the one that it needs."""
        if self.needed is Step.NONE:
            return f"info.version {self.after} may stay: the package is the same"
        wanted = f"{self.needed} step needed ({versions.rule(self.before)}): "
        if self.is_told:
            return f"{wanted}{self.before} -> {self.after} is one"
        least = versions.next_version(self.before, self.needed)
        return f"{wanted}info.version is {self.after}, was {self.before}; set it to {least} or higher"


def _listed(changes: list[Change] | tuple[Change, ...]) -> list[str]:
    return [f"  {change}" for change in changes] or ["  nothing"]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Compare and tell."""
    parser = argparse.ArgumentParser(prog="make changes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--against", metavar="REF", help="the commit or tag; else the last release (v*), else HEAD")
    against = parser.parse_args(arguments).against or last_release(root) or "HEAD"
    try:
        found = compare(root, against)
    except (ComparisonError, GenerationError) as error:
        print(error, file=sys.stderr)
        return 2
    if found is None:
        print(f"{against} has no {SPEC} or no {GENERATED}/: this is the first release, and breaks nobody")
        return 0
    print(found.text(against))
    return 0 if found.is_told else 1


def compare(root: Path, against: str) -> Comparison | None:
    """The working tree of `root` against a commit; None where that commit has no package.

    Raises:
        ComparisonError: Git does not know the commit, or the working tree's description gives no package.
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


def last_release(root: Path) -> str | None:
    """The nearest tag of a release before or at HEAD."""
    found = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    return found.stdout.decode().strip() if found.returncode == 0 else None


def _extract(root: Path, against: str, folder: Path) -> bool:
    """Lay out the description and the package of a commit; whether it has them."""
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{against}^{{commit}}")
    if known.returncode:
        raise ComparisonError(f"{against} is no commit that git knows here (a shallow clone has few)")
    commit = known.stdout.decode().strip()
    archive = _git(root, "archive", commit, "--", SPEC, GENERATED)
    if archive.returncode:
        return False
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return True


def _generate(root: Path, output: Path) -> None:
    """Make the package that the working tree's description gives, whatever stands in generated/."""
    command = [sys.executable, str(root / "generate.py"), "--output", str(output)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        raise ComparisonError(result.stderr.strip() or result.stdout.strip())


def version_of(spec: Path) -> str:
    """The description's `info.version`."""
    data = Document.load(spec, SPEC).data
    version = str(data.get("info", {}).get("version", ""))
    try:
        versions.numbers(version)
    except ValueError as error:
        raise ComparisonError(str(error)) from None
    return version


def _package(folder: Path) -> dict[str, bytes]:
    """What a release would ship."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
