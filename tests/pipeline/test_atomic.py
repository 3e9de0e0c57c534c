"""Whatever stops a run, the generated folder is the whole old tree or the whole new one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

import pytest

from codegen.output import tree
from codegen.report.diagnostics import GenerationError
from tests.support.checkout import ROOT
from tests.support.replacing import TREES, replace
from tests.support.server import PATIENCE

SCRIPT = str(ROOT / "tests" / "support" / "replacing.py")
OLD, NEW = TREES


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder that holds the old tree."""
    folder = tmp_path / "place" / "generated"
    replace(folder, OLD)
    return folder


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


class Replacer:
    """A process whose forks replace trees, see replacing.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._ask, self._answers = process.stdin, process.stdout

    def run(self, output: Path, what: str, limit: int) -> tuple[int, str]:
        """Exit status of a run, and what it printed."""
        print(json.dumps([str(output), what, limit]), file=self._ask, flush=True)
        status, printed = json.loads(self._answers.readline())
        assert "Traceback" not in printed, printed
        return status, printed

    def steps(self, output: Path) -> int:
        """How many steps on the disk an undisturbed replacement takes."""
        status, printed = self.run(output, "kill", 0)
        assert status == 0
        replace(output, OLD)
        return int(printed)


@pytest.fixture
def replacer() -> Iterator[Replacer]:
    """The process ends with its standard input."""
    with subprocess.Popen(
        [sys.executable, SCRIPT], env=ENVIRONMENT, stdin=PIPE, stdout=PIPE, encoding="utf-8"
    ) as process:
        yield Replacer(process)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def assert_whole(output: Path) -> None:
    assert tree.read(output) in (OLD, NEW)


def assert_goes_on(output: Path) -> None:
    """The next run works and leaves nothing of the killed one beside the folder."""
    replace(output, NEW)
    assert tree.read(output) == NEW
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_killed_at_every_step(output: Path, replacer: Replacer) -> None:
    """Before each open, mkdir, rename and removal in turn."""
    count = replacer.steps(output)
    assert count > 2 * len(NEW)
    seen = []
    for step in range(1, count + 1):
        status, _ = replacer.run(output, "kill", step)
        assert status == -signal.SIGKILL
        assert_whole(output)
        seen.append(tree.read(output) == NEW)
        assert_goes_on(output)
        replace(output, OLD)
    assert seen[0] is False
    assert seen[-1] is True


@pytest.mark.sweep
def test_killed_at_random(output: Path, replacer: Replacer) -> None:
    """A hundred times, while it replaces one tree by the other over and over; more often where timers are coarse."""
    chance = random.Random(7)
    seen: set[tuple[bool, bool]] = set()
    for count in range(2000):
        if count >= 100 and len(seen) > 2:  # both trees, and within a replacement
            break
        status, _ = replacer.run(output, "time", chance.randrange(1, 20_000))  # up to several replacements
        assert status == -signal.SIGPROF
        assert_whole(output)
        seen.add((tree.read(output) == NEW, any(output.parent.glob(".generated.new-*"))))
    assert len(seen) > 2
    assert_goes_on(output)


@pytest.mark.parametrize(
    "fault", ["ENOSPC", pytest.param("EROFS", marks=pytest.mark.sweep), pytest.param("EDQUOT", marks=pytest.mark.sweep)]
)
def test_failed_at_every_step(fault: str, output: Path, replacer: Replacer) -> None:
    """A full or read-only disk ends in a diagnostic and the old tree; once the new one stands, all is well."""
    ends = set()
    for step in range(1, replacer.steps(output) + 1):
        status, printed = replacer.run(output, fault, step)
        is_old = status == 2
        assert tree.read(output) == (OLD if is_old else NEW)
        assert ("error[output]" in printed) == is_old
        ends.add(is_old)
        replace(output, OLD)
    assert ends == {True, False}


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_no_room_within_a_file(size: int, output: Path, replacer: Replacer) -> None:
    """The system itself stops a write, before the first byte or after some."""
    status, printed = replacer.run(output, "room", size)
    assert (status, tree.read(output)) == (2, OLD)
    assert "error[output]" in printed
    assert_goes_on(output)


def test_two_runs_at_once(output: Path, replacer: Replacer) -> None:
    """Neither disturbs the other, though they make different trees; and one that is killed does not stop the other."""
    command = [sys.executable, SCRIPT, str(output), "loop"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=PIPE, encoding="utf-8") as endless:
        assert endless.stdout is not None
        assert endless.stdout.readline() == "under way\n"
        status, _ = replacer.run(output, "turns", 60)
        endless.kill()
    assert status == 0
    assert_whole(output)
    assert_goes_on(output)


def test_the_old_tree_is_removed_after_the_block(output: Path) -> None:
    """Who waits for the report does not wait for that; a report that fails leaves nothing beside the folder, either."""
    for files in (NEW, OLD):
        with suppress(BrokenPipeError), tree.replaced(output, files):
            assert tree.read(output) == files
            assert len([*output.parent.iterdir()]) == 2
            raise BrokenPipeError
        assert tree.read(output) == files
        assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_without_an_atomic_exchange(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none, a run that was killed between two renames is mended by the next."""
    monkeypatch.setattr(tree, "_exchange", lambda first, second: False)
    replace(output, NEW)
    assert tree.read(output) == NEW
    output.rename(output.with_name(".generated.old"))  # as a kill at the worst moment leaves it
    replace(output, OLD)
    assert tree.read(output) == OLD
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_no_link_leads_elsewhere(output: Path, replacer: Replacer, tmp_path: Path) -> None:
    """From any step on there are links to another folder in place of what a run makes: nothing is written there."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    reasons = []
    for start in range(1, replacer.steps(output) + 1):
        status, printed = replacer.run(output, "links", start)
        assert [*elsewhere.iterdir()] == []
        if status:
            reasons.append(printed)
        if output.is_symlink():  # they may write beside it, so they can replace it as well
            output.unlink()
        replace(output, OLD)  # what is left beside is in nobody's way
    assert len(set(reasons)) > 1
    assert any("was replaced meanwhile" in reason for reason in reasons)


def test_what_only_looks_like_left_over_stays(output: Path) -> None:
    """Folders of somebody else, and links."""
    others = [output.with_name(name) for name in (".generated.old", ".generated.new", ".generated.new-notes")]
    for folder in others:
        folder.mkdir()
        (folder / "mine.txt").touch()
    output.with_name(f".generated.new-{'0' * 16}").symlink_to(others[0])
    before = sorted(output.parent.rglob("*.txt"))
    replace(output, NEW)
    assert sorted(output.parent.rglob("*.txt")) == before
    assert output.with_name(f".generated.new-{'0' * 16}").is_symlink()


def test_modes_are_kept(output: Path) -> None:
    """Of folders and files that stay; what is new is as the umask has it."""
    modes = {".": 0o750, "folder": 0o2770, "folder/3.txt": 0o640, "top.py": 0o755}
    for name, mode in modes.items():
        (output / name).chmod(mode)
    umask = os.umask(0o027)
    try:
        replace(output, NEW)
        replace(output.with_name("other"), NEW)
    finally:
        os.umask(umask)

    def mode_of(path: Path) -> int:
        return path.stat().st_mode & 0o7777

    assert {name: mode_of(output / name) for name in modes} == modes
    assert mode_of(output / "new") == mode_of(output.with_name("other") / "folder/3.txt") == 0o640
    assert mode_of(output.with_name("other")) == mode_of(output.with_name("other") / "folder") == 0o750


def test_an_error_without_a_number_has_its_reason(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some of Python's own have none."""

    def refuse(*_: object) -> bool:
        raise OSError("Cannot call this on a symbolic link")

    monkeypatch.setattr(tree, "_exchange", refuse)
    with pytest.raises(GenerationError, match="cannot be written: Cannot call this on a symbolic link"):
        replace(output, NEW)


#: Runs generate.py until it has used so many seconds of the processor; prints how many it used.
MORTAL = """
import runpy, signal, sys
signal.setitimer(signal.ITIMER_PROF, float(sys.argv.pop(1)))
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


@pytest.mark.sweep
def test_a_real_run_killed(tmp_path: Path) -> None:
    """The generator itself, killed at moments all over its run, while the description changes each time."""
    output, spec = tmp_path / "generated", tmp_path / "openapi.yaml"
    written = (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")

    def run(version: str, seconds: float) -> subprocess.CompletedProcess[str]:
        spec.write_text(written.replace("version: 0.1.0", f"version: {version}"), encoding="utf-8")
        command = [sys.executable, "-c", MORTAL, str(seconds), str(ROOT / "generate.py")]
        files = ["--spec", str(spec), "--output", str(output)]
        return subprocess.run([*command, *files], env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False)

    trees, seconds = [], 0.0
    for version in ("0.1.0", "0.2.0"):
        before = os.times()
        complete = run(version, 0)
        assert complete.returncode == 0
        after = os.times()
        seconds = after.children_user + after.children_system - before.children_user - before.children_system
        trees.append(tree.read(output))
    chance = random.Random(11)
    for number in range(12):
        killed = run(f"0.{number % 2 + 1}.0", seconds * (0.5 + chance.random() / 2))
        assert killed.returncode in (0, -signal.SIGPROF), killed.stderr
        assert tree.read(output) in trees
