"""The first try that the package's README shows: a call against the sandbox, and the one that takes its secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cases import Case


def test_the_first_try_goes_on_with_the_secret_of_the_answer(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that answer and argument share, whatever the operations and tags; and runs as printed."""
    page = (Path(case.package.__file__ or "").parents[1] / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    code = next(block for block in blocks if ".testing import Sandbox" in block)
    assert "next_result = client.shops.redeem_voucher(voucher=voucher)\n" in code
    exec(code, {})
    assert capsys.readouterr().out == "12\n34\n"
