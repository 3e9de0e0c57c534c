"""`make judges`: others' tools on description, sandbox and client. CI runs it; here is what a fast test can see."""

from __future__ import annotations

import json

import pytest

from tests.judges import __main__ as judges
from tests.support.checkout import ROOT


def test_the_absence_of_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that need it do not run, which is not passed over."""
    monkeypatch.setenv("PATH", "")
    assert judges.install() == "there is no npm on this machine (apt-get install npm)"


def test_the_lock_of_node_has_hashes_and_no_address_of_a_registry() -> None:
    """What installs is what was locked, from wherever the machine gets it."""
    packages = json.loads((ROOT / "tests" / "judges" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = json.loads((ROOT / "tests" / "judges" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert [
        name for name, package in packages.items() if "integrity" not in package and not package.get("inBundle")
    ] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
