"""`requestBody.required`, which is false by default."""

from __future__ import annotations

from tests.support.cases import Case


def test_none(case: Case) -> None:
    """Without any of its members there is no body, nor a type for it."""
    sent = case.call(lambda client: client.default.create_thing())
    assert (sent.body, sent.headers.get("content-type")) == (b"", None)
    assert case.call(lambda client: client.default.create_thing(name="n")).body == b'{"name":"n"}'


def test_required_members(case: Case) -> None:
    """A body that may be missing, but not be empty, is one argument."""
    assert case.call(lambda client: client.default.replace_thing()).body == b""
    sent = case.call(lambda client: client.default.replace_thing(body=case.models.ReplaceThingRequest(name="n")))
    assert sent.body == b'{"name":"n"}'


def test_empty_object(case: Case) -> None:
    """A body that is required is sent, if only as an empty object."""
    assert case.call(lambda client: client.default.delete_things()).body == b"{}"
