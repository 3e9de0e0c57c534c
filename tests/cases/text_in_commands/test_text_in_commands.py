"""Texts of the description on a terminal, which obeys none of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from tests.support.cases import Case


def printed(main: Any, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines that a command prints."""
    with suppress(SystemExit):
        main([*arguments])
    return capsys.readouterr().out.split("\n")


@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"]])
def test_help(case: Case, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Of the package, and of a command: each text is there, in lines of argparse's making."""
    lines = printed(case.module("__main__")._PACKAGE.run, capsys, *arguments)
    assert [line for line in lines if not line.isprintable() or line.startswith("forged")] == []
    text = " ".join(" ".join(lines).split())
    expected = [r"Summary \x1b[2J\u202e forged line 50% %d"]
    expected += (
        [r"Title \x1b[2J\u202e forged line %(prog)d"] if arguments == ["--help"] else ["forged line 50% %(prog)d."]
    )
    assert [part for part in expected if part not in text] == []


def test_help_of_the_sandbox(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the title, too."""
    lines = printed(case.module("testing.__main__").main, capsys, "--help")
    assert r"A sandbox of Title \x1b[2J\u202e forged line %(prog)d." in lines


def test_start_of_the_sandbox(case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The title is in one line."""
    monkeypatch.setattr(case.module("testing._server").Server, "wait", lambda server: None)
    first, *others = printed(case.module("testing.__main__").main, capsys, "--port", "0")
    assert first.startswith(r"Title \x1b[2J\u202e\r\nforged line %(prog)d at http://127.0.0.1:")
    assert [line for line in others if not line.isprintable()] == []
