"""Processes that never outlive the test that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.support.server import PATIENCE


@contextmanager
def running(*command: str, patience: float = PATIENCE, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process, which has to end with the block.

    `Popen` alone waits without a bound, also for a server that a failed assertion left running. Here the process and
    its children are killed after an exception, and after `patience` seconds, so that reading from them ends. They hear
    an interrupt (Ctrl-C), whoever runs the tests.
    """
    with _started(command, **options) as process:
        timer = threading.Timer(patience, _kill, [process])
        timer.start()
        try:
            yield process
            process.wait()
        finally:
            timer.cancel()
            _kill(process)


def _started(command: tuple[str, ...], **options: Any) -> subprocess.Popen[str]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell ignores it
    try:
        return subprocess.Popen(command, encoding="utf-8", start_new_session=True, **options)
    finally:
        signal.signal(signal.SIGINT, before)


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # all of the group have ended
        os.killpg(process.pid, signal.SIGKILL)
