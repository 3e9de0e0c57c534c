"""What whoever saves the description waits for while `make watch` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from time import perf_counter

from tests.support.checkout import Checkout

#: Texts of our description, and what each save makes of one of them in turn: a text of the documentation, a type.
_EDITS = (("summary: Create an access token", "summary: Create a token"), ("minLength: 1\n", "minLength: 2\n"))


def measure_saves(folder: Path, rounds: int) -> list[float]:
    """Seconds from each save to the line that says that the new tree is in its place."""
    checkout = Checkout.copy(folder / "watched", output=True)
    original = checkout.spec.read_text(encoding="utf-8")
    texts = cycle([original.replace(*_EDITS[0], 1), original.replace(*_EDITS[1], 1), original])
    with _watching(checkout) as lines:
        next(lines)  # up to date
        return [_save(checkout, next(texts), lines) for _ in range(1 + rounds)][1:]  # the first waits for a warm-up


def _save(checkout: Checkout, text: str, lines: Iterator[str]) -> float:
    started = perf_counter()
    checkout.spec.write_text(text, encoding="utf-8")
    line = next(lines)
    seconds = perf_counter() - started
    assert re.fullmatch(r"generated/: [1-9]\d* of \d+ files changed\n", line), line
    return seconds


@contextmanager
def _watching(checkout: Checkout) -> Iterator[Iterator[str]]:
    """The lines that it prints."""
    command = [sys.executable, "-m", "codegen.maintainer.watch"]
    with subprocess.Popen(command, cwd=checkout.root, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.terminate()
