"""A module whose text has changed is another one, though its path is the same."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from tests.support.compiling import same_texts_compiled_once


def test_a_module_is_what_its_text_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = []
    for value in (1, 2, 1):
        (tmp_path / "compiled_once.py").write_text(f"value = {value}\n", encoding="utf-8")
        with same_texts_compiled_once():
            found.append(importlib.import_module("compiled_once").value)
        del sys.modules["compiled_once"]
    assert found == [1, 2, 1]
