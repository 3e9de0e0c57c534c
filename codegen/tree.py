"""The generated tree on disk: read whole, replaced whole."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from .diagnostics import Diagnostic, GenerationError
from .manifest import NAME

# Made by running or checking the package, not by us.
_BYPRODUCTS = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def read(output: Path) -> dict[str, bytes]:
    """Every file below `output`, untracked ones too."""
    found = (path for path in output.rglob("*") if path.is_file() or path.is_symlink())
    relative = ((path, path.relative_to(output)) for path in found)
    return {name.as_posix(): path.read_bytes() for path, name in sorted(relative) if not _BYPRODUCTS & {*name.parts}}


def replace(output: Path, files: Mapping[str, bytes]) -> None:
    """Make `output` hold exactly `files`, in one step: at any moment it is the whole old tree or the whole new one.

    Raises:
        GenerationError: The folder is not one of ours, or cannot be written; the old tree is untouched.
    """
    output = output.resolve()
    if output.is_dir() and any(output.iterdir()) and not (output / NAME).is_file():
        message = f"is not empty and has no {NAME}: it was not made by generate.py, so it is not replaced"
        raise GenerationError([Diagnostic(str(output), "output", message, hint="name an empty or a new folder")])
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _lock(output.parent):
            _replace(output, files)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise GenerationError([Diagnostic(error.filename or str(output), "output", message)]) from error


def _replace(output: Path, files: Mapping[str, bytes]) -> None:
    staging = output.parent / f".{output.name}.new"
    _remove(staging)  # of a run that was killed; the lock says that nobody uses it
    try:
        for name, content in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _swap(staging, output)
    finally:
        _remove(staging)


def _swap(new: Path, old: Path) -> None:
    if not old.exists():
        new.rename(old)
    elif not _exchange(new, old):
        # No atomic exchange on this system: for a moment there is neither tree, and the old one stands beside.
        aside = old.parent / f".{old.name}.old"
        _remove(aside)
        old.rename(aside)
        try:
            new.rename(old)
        except OSError:
            aside.rename(old)
            raise
        _remove(aside)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step (Linux, renameat2(2)); False where the system has no such call."""
    import ctypes

    at_fdcwd, rename_exchange = -100, 2
    with contextlib.suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        return bool(rename(at_fdcwd, os.fsencode(first), at_fdcwd, os.fsencode(second), rename_exchange) == 0)
    return False


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One run at a time in this folder; the lock ends with the process, however that ends."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
