"""Names that become one in Python stay apart: the first keeps it."""

from __future__ import annotations

import inspect
from typing import Any

from tests.support.cases import Answer, Case


def test_operations(case: Case) -> None:
    """Also where an operation has the name of another one's twin."""
    paths: dict[str, list[str]] = {}
    with case.client() as client:
        names = [name for name in dir(client.default) if name.startswith("create_thing")]
    for name in names:

        def call(client: Any, name: str = name) -> Any:
            return getattr(client.default, name)()

        sent = case.call(call, Answer(200, b"{}"))
        paths.setdefault(sent.target, []).append(name)
    assert {path: len(found) for path, found in paths.items()} == {"/a": 2, "/b": 2, "/c": 2}


def test_capitals(case: Case) -> None:
    """Names that are one in capitals."""
    assert case.call(lambda client: client.default.i()).target == "/i"
    assert case.call(lambda client: client.default.ı()).target == "/dotless"


def test_parameters(case: Case) -> None:
    """Each can be given."""
    with case.client() as client:
        names = [name for name in inspect.signature(client.default.create_thing).parameters if "page" in name]
    sent = case.call(
        lambda client: client.default.create_thing(**{name: number for number, name in enumerate(names)}),
        Answer(200, b"{}"),
    )
    assert (sent.target, sent.headers["pagesize"]) == ("/a?page-size=0&page_size=1&PageSize=3", "2")


def test_members(case: Case) -> None:
    """Each can be read: none takes another one's value for its own."""
    body = b'{"first-name": "a", "first_name": "b", "firstName": "c"}'
    result = case.call(lambda client: client.default.create_thing(), Answer(200, body)).result
    assert sorted(dict(result).values()) == ["a", "b", "c"]
    result = case.call(lambda client: client.default.create_thing(), Answer(200, b'{"firstName": "c"}')).result
    assert [value for value in dict(result).values() if value] == ["c"]
