"""A newcomer's first minutes: what the READMEs show, in their order, in an empty folder where the wheel is installed.

The blocks and commands are those of the pages, run as printed, except that the sandbox takes a free port.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.repository.test_package import build, install
from tests.support.checkout import PACKAGE, ROOT
from tests.support.once import Once
from tests.support.processes import running
from tests.support.server import PATIENCE

MAINTAINERS, INTEGRATORS = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "generated/README.md"))
#: In the order in which the pages have them.
BLOCKS = re.findall(r"^```python\n(.*?)^```", MAINTAINERS + INTEGRATORS, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(rf"`(python -m {PACKAGE}[^`]*)`", MAINTAINERS + INTEGRATORS)


class Newcomer:
    """Somebody with a shell, whose environment holds a Python with the wheel and nothing else."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.folder = folder
        self.variables = {"HOME": str(folder), "PATH": f"{python.parent}:/usr/bin:/bin"}
        self.began = time.monotonic()

    def run(self, command: str, status: int = 0) -> str:
        """What a command prints."""
        result = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert result.returncode == status, result.stdout + result.stderr
        print(f"{time.monotonic() - self.began:5.1f} s: {command}")
        return result.stdout

    def write(self, name: str, text: str) -> str:
        """Paste a block into a file; the file's name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    @contextmanager
    def serving(self, command: str) -> Iterator[str]:
        """A second terminal, where the sandbox runs; what it says at the start."""
        with running(*shlex.split(command), cwd=self.folder, env=self.variables, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or not lines[-1].startswith("Ctrl-C"):
                lines.append(process.stdout.readline())
                assert lines[-1], "the sandbox has ended"
            yield "".join(lines)
            process.terminate()


@pytest.fixture
def newcomer(once: Once, tmp_path: Path) -> Newcomer:
    """In an empty folder; the wheel is built and installed once for all tests."""
    [wheel] = (once("dist", build) / "dist").glob("*.whl")
    return Newcomer(once("environment", partial(install, wheel)) / "bin" / "python", tmp_path)


@pytest.mark.sweep
def test_a_newcomers_first_minutes(newcomer: Newcomer) -> None:
    """Exchange a code, see an error, start the sandbox, try its key, and write a test with the fixture."""
    printed = newcomer.run(f"python {newcomer.write('first.py', BLOCKS[0])}")
    assert re.fullmatch(r"bearer \d+ .*\n422 .*The code has been redeemed.*\n", printed)
    serve, help_ = COMMANDS[:2]
    with newcomer.serving(f"{serve} --port 0") as said:
        newcomer.variables |= dict(re.findall(r"export (\w+)=(\S+)", said))
        newcomer.variables["PERSONA_API_KEY"] = re.findall(r"bearerAuth: (\S+)", said)[0]
        assert re.search(r"^ +check +\S", newcomer.run(help_), re.MULTILINE)
        assert newcomer.run(help_.replace("--help", "check")).startswith("the key is known\n")
    [test] = [block for block in BLOCKS if "\ndef test_" in block]
    assert "1 passed" in newcomer.run(f"python -m pytest -q -p no:cacheprovider {newcomer.write('test_it.py', test)}")


def test_every_command_of_the_pages_is_known() -> None:
    """So that the test above runs the sandbox and the command line; a new command joins it."""
    started = [shlex.split(command)[2:] for command in COMMANDS]
    assert started[:2] == [[f"{PACKAGE}.testing"], [PACKAGE, "--help"]]
    assert {module for module, *_ in started} == {PACKAGE, f"{PACKAGE}.testing"}
