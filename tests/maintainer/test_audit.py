"""What `make audit` says: a stand-in plays pip-audit, since the answers of the real one change by the day."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.checkout import ROOT

_SOUND = {"name": "sound", "version": "1.0", "vulns": []}
_WEAK = {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
_OTHER = {"name": "other", "skip_reason": "Dependency not found"}


def audit(folder: Path, *, code: str) -> tuple[int, str]:
    """Exit status and words, with a pip-audit of these lines."""
    (folder / "pip_audit.py").write_text(code, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "codegen.maintainer.audit", "requirements.txt"],
        cwd=ROOT,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("packages", "status", "told"),
    [
        ([_SOUND], 0, "requirements.txt: 1 packages, 0 known weaknesses\n"),
        (
            [_SOUND, _WEAK],
            1,
            "  weak 2.0: PYSEC-1, fixed in 2.1\nrequirements.txt: 2 packages, 1 known weaknesses\n",
        ),
        (
            [_OTHER],
            0,
            "requirements.txt: 1 packages, 0 known weaknesses\n  1 of them were not audited: Dependency not found\n",
        ),
    ],
)
def test_what_is_known_is_told(tmp_path: Path, packages: list[dict[str, Any]], status: int, told: str) -> None:
    """Each weakness with the version that mends it; what could not be looked at is no silence."""
    answer = json.dumps({"dependencies": packages})
    assert audit(tmp_path, code=f"print({answer!r})") == (status, told)


def test_no_network_is_told_and_is_no_failure(tmp_path: Path) -> None:
    """A fault of pip-audit itself is one."""
    status, told = audit(tmp_path, code="raise SystemExit('ConnectionError: no route to host')")
    assert (status, told) == (
        0,
        "requirements.txt: not audited, since the index can't be reached: ConnectionError: no route to host\n",
    )
    status, told = audit(tmp_path, code="raise SystemExit('invalid requirement')")
    assert (status, told) == (2, "requirements.txt: pip-audit failed: invalid requirement\n")
