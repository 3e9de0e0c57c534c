"""`1.0` and `1e2` are integers (JSON Schema 2020-12, validation, 6.1.1); true is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("body", "name", "value"),
    [
        (b'{"n": 1.0}', "n", 1),
        (b'{"n": 1e2}', "n", 100),
        (b'{"n": 1E+2}', "n", 100),
        (b'{"l": [1, 2.0]}', "l", [1, 2]),
        (b'{"e": 1.0}', "e", 1),
        (b'{"c": 1.0}', "c", 1),
        (b'{"n": 1.0, "free": {"a": null}}', "free", {"a": None}),
        (b'{"n": 1.0, "r": null}', "r", None),
        (b'{"s": "1.0", "n": 1.0}', "s", "1.0"),
    ],
)
def test_received(case: Case, body: bytes, name: str, value: Any) -> None:
    """As integers of Python."""
    got = getattr(case.call(lambda client: client.default.get_a(), Answer(200, body)).result, name)
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize("body", [b'{"n": true}', b'{"n": 1.5}', b'{"n": "1"}', b'{"b": 1}', b'{"c": true}'])
def test_refused(case: Case, body: bytes) -> None:
    """What is none."""
    error = case.error(lambda client: client.default.get_a(), Answer(200, body))
    assert type(error) is case.package.InvalidResponseError
