"""Whether the working tree can be released: `make release-check`. Exit status 0: yes, 1: no."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from codegen.maintainer import changelog, changes
from codegen.maintainer.repository import GENERATED, ROOT, SPEC, RepositoryError, git, last_release, tag_of, version_of
from codegen.naming.versions import VersionError, python_version
from codegen.report.diagnostics import GenerationError


def main(root: Path = ROOT) -> int:
    """Run the checks; those that take minutes only if all others pass."""
    try:
        version = version_of(root / SPEC)
    except (VersionError, GenerationError) as error:
        return _refused(str(error), tree_is_clean(root))
    quick = (tag_is_the_version, version_tells_the_changes, changelog_has_the_version)
    reasons = [*(check(root, version) for check in quick), tree_is_clean(root)]
    if any(reasons) or any(reasons := [ci_is_green(root), wheel_installs(root, version)]):
        return _refused(*reasons)
    tag = tag_of(version)
    print(
        f"ready: {tag} is at HEAD" if tag in _tags_at_head(root) else f"ready: git tag {tag} && git push origin {tag}"
    )
    return 0


def _refused(*reasons: str) -> int:
    print(*(f"not ready: {reason}" for reason in reasons if reason), sep="\n", file=sys.stderr)
    return 1


# Each check returns the reason against a release, or nothing.


def tag_is_the_version(root: Path, version: str) -> str:
    """Compare this commit's tag, if it has one, with the version; no other commit may have that of the version."""
    tag, at_head = tag_of(version), _tags_at_head(root)
    if at_head and tag not in at_head:
        return f"this commit is tagged {', '.join(at_head)}, but info.version makes it {tag}"
    exists = git(root, "rev-parse", "--quiet", "--verify", f"refs/tags/{tag}").returncode == 0
    return f"{tag} is the tag of another commit already" if exists and not at_head else ""


def _tags_at_head(root: Path) -> list[str]:
    return git(root, "tag", "--points-at", "HEAD", "--list", "v[0-9]*").stdout.decode().split()


def version_tells_the_changes(root: Path, version: str) -> str:
    """Run `make changes` against the release before this one; the first one breaks nobody."""
    try:
        before = last_release(root, other_than=tag_of(version))
    except RepositoryError as error:
        return str(error)
    status = changes.main([f"--against={before}"], root) if before else 0
    return "" if status == 0 else "info.version does not say what changed: see above, or run `make changes`"


def changelog_has_the_version(root: Path, version: str) -> str:
    """Look for the section of the version with its date."""
    text = changelog.section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    return "" if text else changelog.lack_of(version)


def tree_is_clean(root: Path) -> str:
    """Check that everything is committed."""
    lines = git(root, "status", "--porcelain").stdout.decode().splitlines()
    return f"the tree is not clean: {', '.join(line[3:] for line in lines)}" if lines else ""


def ci_is_green(root: Path) -> str:
    """Run `make ci`; its output goes to the terminal."""
    command = ["make", "ci"]
    status = subprocess.run(command, cwd=root, check=False).returncode
    return f"`make ci` failed with status {status}" if status else ""


def wheel_installs(root: Path, version: str) -> str:
    """Build the wheel, install it into an empty environment, and import it there."""
    with tempfile.TemporaryDirectory() as temporary:
        try:
            installed = _installed_version(root, Path(temporary))
        except subprocess.CalledProcessError as error:
            *_, reason = f"{error.stdout}\n{error.stderr}".strip().splitlines() or ["no reason given"]
            return f"the wheel cannot be built and used: {reason}"
    wanted = str(python_version(version))
    return "" if installed == wanted else f"the wheel has version {installed}, not {wanted}"


def _installed_version(root: Path, folder: Path) -> str:
    """The `__version__` of the package after its wheel is built and installed in `folder`."""
    environment, dist = folder / "environment", folder / "dist"
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(dist)]
    _output([*build, str(root / GENERATED)], root)
    venv.create(environment, symlinks=os.name != "nt")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    _output([*pip, *map(str, dist.glob("*.whl"))], root)
    [package] = (path.parent.name for path in (root / GENERATED).glob("*/__init__.py"))
    code = f"import {package} as it; print(it.__version__)"
    return _output([str(python), "-I", "-c", code], root).strip()


def _output(command: list[str], root: Path) -> str:
    result = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
