"""A header of the description chooses the casing of names in answers, so all of them are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    "body",
    [
        {"thing-id": "a", "inner-parts": [{"user-id": "u"}]},
        {"thing_id": "a", "inner_parts": [{"user_id": "u"}]},
        {"thingId": "a", "innerParts": [{"userId": "u"}]},
        {"thing-id": "a", "innerParts": [{"userID": "u"}]},
    ],
)
def test_answers(case: Case, body: dict[str, Any]) -> None:
    """At every depth; the name that is described comes first."""
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, json.dumps(body).encode())).result
    assert (thing.thing_id, [part.model_dump(exclude_unset=True) for part in thing.inner_parts]) == (
        "a",
        [{"user_id": "u"}],
    )
    assert thing.model_extra == {}


def test_names_of_others(case: Case) -> None:
    """No member takes the value of another one for its own in another casing."""
    body = b'{"thing-id": "a", "innerParts": [{"part_no": 2}, {"part-no": 1}, {"partNo": 3}]}'
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert [(part.part_no, part.part_no_2) for part in thing.inner_parts[:2]] == [(2, None), (None, 1)]


def test_python_names(case: Case) -> None:
    """What only Python spells so is no name of the server's."""
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, b'{"thing-id": "a", "from_": "b"}')).result
    assert (thing.from_, thing.model_extra) == (None, {"from_": "b"})


def test_errors(case: Case) -> None:
    """The envelope of an error, too."""
    error = case.error(lambda client: client.default.get_thing(), Answer(400, b'{"errorText": "x"}'))
    assert error.envelope.error_text == "x"
