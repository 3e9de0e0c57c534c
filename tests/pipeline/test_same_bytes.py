"""Same input, same bytes: for each description of the cases, which together have all that our own does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.checkout import ROOT
from tests.support.server import PATIENCE

SPECS = sorted(ROOT.glob("tests/cases/*/spec.yaml"))
#: Prints the paths of the files of each package with hashes of what is in them.
GENERATE = """
import hashlib, sys
import generate
for spec in sys.argv[1:]:
    options = generate.command_line().parse_args(["--spec", spec, "--output", "none"])
    files, _ = generate.generate(options, generate.inputs_of(options))
    for path, content in files.items():
        print(spec, path, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.sweep
def test_no_order_of_a_set_is_printed() -> None:
    """Python orders sets of strings in another way for each seed of their hashes."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", GENERATE, *map(str, SPECS)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=PATIENCE,
        ).stdout.splitlines()
        for seed in ("1", "2")
    )
    assert len(first) > 30 * len(SPECS)
    assert {*first} ^ {*second} == set()
