"""What is required and `readOnly` is required in answers, and typed so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import Answer, Case
from tests.support.checkers import assert_mypy_passes, assert_pyright_passes

PETS = b'"pets": [{"kind": "Cat"}]'
USES = """
from typing import assert_type
from case_read_only_required import Client, models
with Client() as client:
    zoo = client.default.post_a(body=models.Zoo(pets=[]), st=["open"])
    assert_type(zoo.id, str)
"""


@pytest.mark.sweep
def test_typed(case: Case, tmp_path: Path) -> None:
    """Not None; and who makes one for a request need not give it."""
    (tmp_path / "uses.py").write_text(USES, encoding="utf-8")
    source = Path(str(case.package.__file__)).parents[1]
    (tmp_path / case.name).symlink_to(source / case.name)
    assert_mypy_passes(tmp_path, "uses.py")
    assert_pyright_passes(tmp_path)


def test_sent(case: Case) -> None:
    """Without it."""
    answer = Answer(200, b'{"id": "z", %b}' % PETS)
    sent = case.call(lambda client: client.default.post_a(body={"pets": [{"kind": "Cat"}]}), answer)
    assert (sent.body, sent.result.id) == (b'{"pets":[{"kind":"Cat"}]}', "z")


def test_missing_in_an_answer(case: Case) -> None:
    """It does not fit."""
    error = case.error(lambda client: client.default.post_a(body={"pets": []}), Answer(200, b"{%b}" % PETS))
    assert (type(error), error.field) == (case.package.InvalidResponseError, "id")
