"""Whatever stops a run, the generated folder is the whole old tree or the whole new one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codegen.output import tree
from tests.support.checkout import ROOT
from tests.support.replacing import TREES
from tests.support.server import PATIENCE

SCRIPT = ROOT / "tests" / "support" / "replacing.py"
OLD, NEW = TREES


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder that holds the old tree."""
    folder = tmp_path / "place" / "generated"
    tree.replace(folder, OLD)
    return folder


def start(output: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SCRIPT), str(output), *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    printed, complaint = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in complaint
    return process.returncode, printed


def assert_whole(output: Path) -> None:
    assert tree.read(output) in (OLD, NEW)


def assert_goes_on(output: Path) -> None:
    """The next run works and leaves nothing of the killed one beside the folder."""
    tree.replace(output, NEW)
    assert tree.read(output) == NEW
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def steps(output: Path) -> int:
    """How many steps on the disk an undisturbed replacement takes."""
    status, printed = finish(start(output, "kill", "0"))
    assert status == 0
    tree.replace(output, OLD)
    return int(printed)


def test_killed_at_every_step(output: Path) -> None:
    """Before each open, mkdir, rename and removal in turn."""
    count = steps(output)
    assert count > 2 * len(NEW)
    seen = []
    for first in range(1, count + 1, 4):  # four at a time: most of it is Python's start
        places = [
            output.parent.parent / f"place{step}" / "generated" for step in range(first, min(first + 4, count + 1))
        ]
        for place in places:
            tree.replace(place, OLD)
        running = [start(place, "kill", str(first + number)) for number, place in enumerate(places)]
        for process, place in zip(running, places, strict=True):
            status, _ = finish(process)
            assert status == -signal.SIGKILL
            assert_whole(place)
            seen.append(tree.read(place) == NEW)
            assert_goes_on(place)
    assert seen[0] is False
    assert seen[-1] is True


def test_killed_at_random(output: Path) -> None:
    """A hundred times, while it replaces one tree by the other over and over."""
    chance = random.Random(7)
    changed = set()
    for _ in range(100):
        process = start(output, "loop")
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n"
        time.sleep(chance.random() / 50)  # several replacements long
        process.kill()
        status, _ = finish(process)
        assert status == -signal.SIGKILL
        assert_whole(output)
        changed.add((tree.read(output) == NEW, output.with_name(".generated.new").exists()))
    assert len(changed) > 2  # both trees, and within a replacement
    assert_goes_on(output)


@pytest.mark.parametrize("fault", ["ENOSPC", "EROFS", "EDQUOT"])
def test_failed_at_every_step(fault: str, output: Path) -> None:
    """A full or read-only disk ends in a diagnostic and the old tree; once the new one stands, all is well."""
    count = steps(output)
    ends = set()
    for step in range(1, count + 1, 3):
        status, printed = finish(start(output, fault, str(step)))
        is_old = status == 2
        assert tree.read(output) == (OLD if is_old else NEW)
        assert ("error[output]" in printed) == is_old
        ends.add(is_old)
        tree.replace(output, OLD)
    assert ends == {True, False}


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_no_room_within_a_file(size: int, output: Path) -> None:
    """The system itself stops a write, before the first byte or after some."""
    status, printed = finish(start(output, "room", str(size)))
    assert (status, tree.read(output)) == (2, OLD)
    assert "error[output]" in printed
    assert_goes_on(output)


def test_two_runs_at_once(output: Path) -> None:
    """Neither disturbs the other, though they make different trees; and one that is killed does not stop the other."""
    endless, bounded = start(output, "loop"), start(output, "turns", "60")
    assert endless.stdout is not None
    assert endless.stdout.readline() == "under way\n"
    status, _ = finish(bounded)
    endless.kill()
    finish(endless)
    assert status == 0
    assert_whole(output)
    assert_goes_on(output)


def test_without_an_atomic_exchange(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none, a run that was killed between two renames is mended by the next."""
    monkeypatch.setattr(tree, "_exchange", lambda first, second: False)
    tree.replace(output, NEW)
    assert tree.read(output) == NEW
    output.rename(output.with_name(".generated.old"))  # as a kill at the worst moment leaves it
    tree.replace(output, OLD)
    assert tree.read(output) == OLD
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_a_real_run_killed(tmp_path: Path) -> None:
    """The generator itself, killed at moments all over its run, while the description changes each time."""
    output, spec = tmp_path / "generated", tmp_path / "openapi.yaml"
    written = (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")
    command = [sys.executable, str(ROOT / "generate.py"), "--spec", str(spec), "--output", str(output)]
    trees, duration = [], 0.0
    for version in ("0.1.0", "0.2.0"):
        spec.write_text(written.replace("version: 0.1.0", f"version: {version}"), encoding="utf-8")
        begun = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        duration = time.monotonic() - begun
        trees.append(tree.read(output))
    chance = random.Random(11)
    for number in range(12):
        spec.write_text(written.replace("version: 0.1.0", f"version: 0.{number % 2 + 1}.0"), encoding="utf-8")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(duration * (0.5 + chance.random() / 2))
        process.kill()
        process.wait(timeout=PATIENCE)
        assert tree.read(output) in trees
