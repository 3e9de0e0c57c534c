"""What the JSON-Schema-Test-Suite says of the types, as written in results.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suites.json_schema import RESULTS, SUITE, measured, text


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"the suite is not at {SUITE}")
def test_results(tmp_path: Path) -> None:
    """`python -m tests.suites.json_schema` writes them, and tells each value that disagrees."""
    assert text(measured(tmp_path)) == RESULTS.read_text(encoding="utf-8")
