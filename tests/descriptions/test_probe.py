"""A package that does not import is told from a probe that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.descriptions import run
from tests.descriptions.probe import DOES_NOT_IMPORT, main


def test_import_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a module of the package raises."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").touch()
    (tmp_path / "broken" / "models.py").write_text("raise KeyError('class')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert main("spec.yaml", "broken") == DOES_NOT_IMPORT
    assert "KeyError: 'class'" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "operations"), [(DOES_NOT_IMPORT, "does not import"), (1, "probe failed")])
def test_row(status: int, operations: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a description's row says of it."""
    ran = [run.Run(0, '{"diagnostics": []}', "", 1, 1), run.Run(status, "", "KeyError", 1, 1), run.Run(0, "", "", 1, 1)]
    monkeypatch.setattr(run, "run", lambda *_, **__: ran.pop(0))
    row = run.look(run.Source("api", "npm", Path("spec.yaml")), Path("output"))
    assert row.cells()[1] == f"{operations} of ?"
    assert row.cells()[5] == ("no" if status == DOES_NOT_IMPORT else "yes")
    assert not row.is_complete
