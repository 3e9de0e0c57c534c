"""The sandbox in a process of its own, as a person starts it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import persona_oauth
from tests.support.environment import with_package
from tests.support.processes import running
from tests.support.server import PATIENCE

COMMAND = (sys.executable, "-W", "error", "-m", f"{persona_oauth.__name__}.testing", "--port", "0")
PRINTED = re.compile(
    r"at (?P<url>http://\S+).* organization: (?P<organization_id>org_\w+).* bearerAuth: (?P<api_key>\S+)"
    r".* come: (?P<page>http://\S+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Served:
    """What it prints."""

    url: str
    api_key: str
    organization_id: str
    page: str


@contextmanager
def served() -> Iterator[Served]:
    """Until the block ends, which interrupts it as Ctrl-C does."""
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with running(*COMMAND, env=with_package(), **pipes) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        text = ""
        while (line := run.stdout.readline()) not in ("", "Ctrl-C ends it.\n"):
            text += line
        try:
            printed = PRINTED.search(text)
            assert printed is not None, text
            yield Served(**printed.groupdict())
        finally:
            run.send_signal(signal.SIGINT)
        assert (run.wait(PATIENCE), run.stderr.read()) == (0, "")
