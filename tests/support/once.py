"""Folders that are expensive to fill: filled once in a run of the tests, however many processes it has."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Once:
    """Folders within a folder that belongs to the run; who gets one only reads it."""

    root: Path

    def __call__(self, name: str, fill: Callable[[Path], object]) -> Path:
        """The folder of this name; the first who asks for it fills it, while the others wait."""
        folder, complete = self.root / name, self.root / f"{name}.complete"
        with (self.root / f"{name}.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not complete.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of one who failed
                folder.mkdir()
                fill(folder)
                complete.touch()
        return folder
