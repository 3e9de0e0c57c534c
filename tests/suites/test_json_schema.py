"""What the JSON-Schema-Test-Suite says of the types, as written in results.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suites.json_schema import REASONS, RESULTS, SUITE, measured, text


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"the suite is not at {SUITE}")
def test_results(tmp_path: Path) -> None:
    """`python -m tests.suites.json_schema` writes them, and tells each value that disagrees.

    Nothing is changed on its way, no invalid request goes out without a word, and each row has its reason.
    """
    rows = measured(tmp_path)
    assert text(rows) == RESULTS.read_text(encoding="utf-8")
    assert {row.keyword for row in rows if row.is_listed} == {*REASONS}
    assert not any(row.disagreements[column] for row in rows for column in ("answer changed", "request changed"))
    assert not any(row.disagreements["request unchecked"] for row in rows)
