"""Another name for the package: one edit in the description, and the name in its callers' imports."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.checkout import DISTRIBUTION, PACKAGE, ROOT, edit
from tests.support.environment import clean
from tests.support.repository import Repository

#: As long as the name, and like it in nothing.
OTHER = PACKAGE[::-1]
#: Each says something about a name: in the log, frames, headers, keys of stores, the README, errors of the sandbox.
TESTS = (
    "tests/client/test_client.py",
    "tests/client/test_command_line.py",
    "tests/client/test_oauth_operations.py",
    "tests/client/test_secrets.py",
    "tests/client/test_sharing.py",
    "tests/repository/test_house.py",
    "tests/repository/test_readme.py",
    "tests/sandbox/test_persona.py",
)


@pytest.mark.sweep
def test_another_name(tmp_path: Path) -> None:
    """What the tests say of the package holds for one with another name."""
    copy = Repository(tmp_path / "copy")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    for path in filter(None, tracked.stdout.split("\0")):
        if not path.startswith("generated/"):
            (copy.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, copy.root / path)
    edit(copy.spec, f"distribution: {DISTRIBUTION}\n", f"distribution: {DISTRIBUTION[::-1]}\n")
    edit(copy.spec, f"package: {PACKAGE}\n", f"package: {OTHER}\n")
    copy.generate()
    callers = (path for part in ("docs", "tests") for path in copy.root.glob(f"{part}/**/*.*"))
    for caller in (copy.root / "README.md", *callers):
        if caller.suffix not in (".md", ".py", ".toml"):
            continue
        text = caller.read_text(encoding="utf-8")
        caller.write_text(re.sub(rf"\b{PACKAGE}\b", OTHER, text), encoding="utf-8")
    copy.git("init", "--quiet")
    copy.commit()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not sweep", *TESTS]
    run = subprocess.run(command, cwd=copy.root, env=clean(), capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stdout + run.stderr
