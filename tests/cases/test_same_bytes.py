"""Same input, same bytes: the cases together have all that our own description does not."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cases import Library
from tests.support.checkout import ROOT, contents
from tests.support.server import PATIENCE

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/spec.yaml"))
#: Prints, for each of these folders, the paths of the files of its package with hashes of what is in them.
GENERATE = """
import hashlib, pathlib, sys
import generate
for folder in map(pathlib.Path, sys.argv[1:]):
    arguments = ["--spec", str(folder / "spec.yaml"), "--output", "none", "--package", f"case_{folder.name}"]
    options = generate.command_line().parse_args(arguments)
    files, _ = generate.generate(options, generate.inputs_of(options))
    for path, content in files.items():
        print(folder.name, path, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.sweep
def test_no_order_of_a_set_is_printed(library: Library) -> None:
    """Python orders sets of strings in another way for each seed of their hashes; the processes of the tests have one
    of their own.
    """
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    printed = subprocess.run(
        [sys.executable, "-c", GENERATE, *map(str, FOLDERS)],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=PATIENCE,
    ).stdout
    there = {tuple(line.split()) for line in printed.splitlines()}
    here = {
        (folder.name, path, hashlib.sha256(content).hexdigest())
        for folder in FOLDERS
        for path, content in contents(library.root / library.case(folder).name).items()
    }
    assert len(there) > 30 * len(FOLDERS)
    assert there - here == set()
