"""`true` as a schema, no schema at all, arrays without items, items without an array: anything."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_anything(case: Case) -> None:
    """Both ways."""
    sent = case.call(
        lambda client: client.default.put_thing(
            anything={"a": [1]}, list_=[1, "a", None], untyped_list=[{}], nothing=2
        ),
        Answer(200, b'[1, {"a": null}]'),
    )
    assert sent.body == b'{"anything":{"a":[1]},"list":[1,"a",null],"untyped-list":[{}],"nothing":2}'
    assert sent.result == [1, {"a": None}]


def test_no_type(case: Case) -> None:
    """What `items` say of lists says nothing of other values."""
    sent = case.call(lambda client: client.default.put_thing(items={"a": 1}), Answer(200, b"1"))
    assert sent.body == b'{"items":{"a":1}}'
