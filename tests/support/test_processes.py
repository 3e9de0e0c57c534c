"""A process of a test ends with it."""

from __future__ import annotations

import os
import signal
import sys
from subprocess import PIPE

import pytest

from tests.support.processes import running

#: A process and a child, which both wait without end; each writes its line at once, or the two could mix.
ENDLESS = "import os, threading; os.fork(); os.write(1, b'ready\\n'); threading.Event().wait()"
COMMAND = (sys.executable, "-c", ENDLESS)


def fail_beside_a_process(writing: int) -> None:
    """Hand the writing end of a pipe to a process that does not end, and fail once it and its child run."""
    with running(*COMMAND, stdout=PIPE, pass_fds=[writing]) as process:
        os.close(writing)
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["ready\n"] * 2
        raise ZeroDivisionError


def test_an_exception_kills_the_process_and_its_children() -> None:
    """Nobody holds the other end of the pipe any more."""
    reading, writing = os.pipe()
    with pytest.raises(ZeroDivisionError):
        fail_beside_a_process(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b""


def test_reading_from_a_process_that_does_not_end_is_bounded() -> None:
    """What it printed is there for the message of the failure."""
    with running(*COMMAND, patience=1, stdout=PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() in {"", "ready\n", "ready\nready\n"}  # under load, it may not have begun
    assert process.returncode < 0


def test_a_process_hears_ctrl_c_though_the_tests_do_not() -> None:
    """As they do not where they run as a background job of a shell."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with running(
            sys.executable, "-c", "import os; os.kill(os.getpid(), 2); print('deaf')", stdout=PIPE, stderr=PIPE
        ) as run:
            assert run.communicate()[0] == ""
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
