"""Whether the working tree can be released: `make release-check`. Exit status 0: it can, 1: it can't."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

from codegen.report.diagnostics import GenerationError

from . import changes
from .changes import GENERATED, ROOT, SPEC, ComparisonError

#: Each gives the reason that speaks against a release, or nothing.
Check = Callable[[Path], str]


def main(root: Path = ROOT) -> int:
    """Run the checks; the ones that take minutes only when nothing else is left to mend."""
    failed = _run(root, (version_tells_the_changes, changelog_has_the_version, tree_is_clean))
    if not failed:
        failed = _run(root, (ci_is_green, wheel_installs))
    if failed:
        print(*(f"not ready: {reason}" for reason in failed), sep="\n", file=sys.stderr)
        return 1
    version = changes.version_of(root / SPEC)
    print(f"ready: git tag v{version} && git push origin v{version}")
    return 0


def _run(root: Path, checks: Iterable[Check]) -> list[str]:
    return [reason for check in checks if (reason := check(root))]


def version_tells_the_changes(root: Path) -> str:
    """`make changes`."""
    status = changes.main([], root)
    return "" if status == 0 else "the version does not tell what changed: see above, or `make changes`"


def changelog_has_the_version(root: Path) -> str:
    """A heading of the version with a date, as Keep a Changelog writes it: `## [1.2.3] - 2026-11-24`."""
    try:
        version = changes.version_of(root / SPEC)
    except (ComparisonError, GenerationError) as error:
        return str(error)
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}$"
    if re.search(heading, changelog, re.MULTILINE):
        return ""
    return f"CHANGELOG.md has no heading `## [{version}] - YYYY-MM-DD`"


def tree_is_clean(root: Path) -> str:
    """Nothing but what is committed."""
    left = _output(["git", "status", "--porcelain"], root)
    return f"the tree is not clean: {', '.join(line[3:] for line in left.splitlines())}" if left else ""


def ci_is_green(root: Path) -> str:
    """`make ci`, whose output is the terminal's."""
    command = ["make", "ci"]
    status = subprocess.run(command, cwd=root, check=False).returncode
    return f"`make ci` failed with status {status}" if status else ""


def wheel_installs(root: Path) -> str:
    """The wheel, built, put into an environment that holds nothing else, and imported there."""
    with tempfile.TemporaryDirectory() as temporary:
        environment, dist = Path(temporary, "environment"), Path(temporary, "dist")
        try:
            build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(dist)]
            _output([*build, str(root / GENERATED)], root)
            venv.create(environment, symlinks=os.name != "nt")
            python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
            _output([*pip, *map(str, dist.glob("*.whl"))], root)
            [package] = (path.parent.name for path in (root / GENERATED).glob("*/__init__.py"))
            found = _output([str(python), "-I", "-c", f"import {package} as it; print(it.__version__)"], root)
        except subprocess.CalledProcessError as error:
            *_, reason = f"{error.stdout}\n{error.stderr}".strip().splitlines() or ["no reason given"]
            return f"the wheel cannot be built and used: {reason}"
    version = changes.version_of(root / SPEC)
    return "" if found.strip() == version else f"the wheel holds version {found.strip()}, not {version}"


def _output(command: list[str], root: Path) -> str:
    result = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
