"""The fixture `released`: a repository of its own for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.once import Once
from tests.support.repository import Repository


@pytest.fixture
def released(once: Once, tmp_path: Path) -> Repository:
    """One commit, tagged as version 0.1.0."""
    source = once("released", lambda folder: Repository.released(folder / "repository"))
    return Repository(shutil.copytree(source / "repository", tmp_path / "repository", symlinks=True))
