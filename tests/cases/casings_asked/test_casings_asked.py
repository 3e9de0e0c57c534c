"""Where no header says so, `x-python` can ask for all casings."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize("name", ["thing-id", "thing_id", "thingId"])
def test_answers(case: Case, name: str) -> None:
    """Each is read."""
    answer = Answer(200, f'{{"{name}": "a"}}'.encode())
    assert case.call(lambda client: client.default.get_thing(), answer).result.thing_id == "a"
