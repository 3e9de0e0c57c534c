"""`requestBody.required`, which is false by default."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_none(case: Case) -> None:
    """Without any of its members there is no body, nor a type for it."""
    sent = case.call(lambda client: client.default.create_thing())
    assert (sent.body, sent.headers.get("content-type")) == (b"", None)
    assert case.call(lambda client: client.default.create_thing(name="n")).body == b'{"name":"n"}'


def test_empty(case: Case) -> None:
    """An object without members is given as a whole; beside them, it would say something else."""
    empty = case.call(lambda client: client.default.create_thing(body={}))
    assert (empty.body, empty.headers["content-type"]) == (b"{}", "application/json")
    model = case.models.CreateThingRequest(name="n")
    assert case.call(lambda client: client.default.create_thing(body=model)).body == b'{"name":"n"}'
    with case.client() as client, pytest.raises(ValueError, match=r"^body: takes the place of its members"):
        client.default.create_thing(body={}, name="n")
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.size: "):
        client.default.create_thing(body={"size": "large"})


def test_required_members(case: Case) -> None:
    """A body that may be missing, but not be empty, is one argument."""
    assert case.call(lambda client: client.default.replace_thing()).body == b""
    sent = case.call(lambda client: client.default.replace_thing(body=case.models.ReplaceThingRequest(name="n")))
    assert sent.body == b'{"name":"n"}'


def test_empty_object(case: Case) -> None:
    """A body that is required is sent, if only as an empty object."""
    assert case.call(lambda client: client.default.delete_things()).body == b"{}"
