"""What is expensive is made once, and completely."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from tests.support.once import Once


def test_the_first_fills_the_folder(tmp_path: Path) -> None:
    """The second finds what is in it."""
    once = Once(tmp_path)
    folder = once("a", lambda folder: (folder / "b").write_text("c", encoding="utf-8"))
    assert (folder / "b").read_text(encoding="utf-8") == "c"
    assert once("a", lambda folder: pytest.fail("filled again")) == folder


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    """The next who asks starts over."""

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError

    once = Once(tmp_path)
    with pytest.raises(OSError):  # noqa: PT011 (it is ours)
        once("a", fail)
    assert list(once("a", lambda folder: None).iterdir()) == []


def _append(root: Path) -> None:
    def fill(folder: Path) -> None:
        with (root / "record").open("a", encoding="utf-8") as record:
            record.write("filled\n")

    Once(root)("a", fill)


def test_processes_fill_it_once(tmp_path: Path) -> None:
    """All at the same time."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append, args=(tmp_path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert (tmp_path / "record").read_text(encoding="utf-8") == "filled\n"
