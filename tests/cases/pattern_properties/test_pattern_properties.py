"""`patternProperties` and `prefixItems` (JSON Schema 2020-12)."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_received(case: Case) -> None:
    """Members by pattern make a dict, positions a list."""
    body = b'{"one": {"x-a": 1}, "two": {"a": 1, "b": "c"}, "tuple": [1, "a"]}'
    thing = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (thing.one, thing.two, thing.tuple_) == ({"x-a": 1}, {"a": 1, "b": "c"}, [1, "a"])
