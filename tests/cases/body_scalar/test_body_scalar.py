"""JSON bodies that are no objects: one argument, `body`."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_bodies(case: Case) -> None:
    """Any JSON value can be a body."""
    assert case.call(lambda client: client.default.put_numbers(body=[1, 2])).body == b"[1,2]"
    assert case.call(lambda client: client.default.put_numbers(body=[])).body == b"[]"
    assert case.call(lambda client: client.default.put_text(body='a"b')).body == b'"a\\"b"'
    assert case.call(lambda client: client.default.put_switch(body=False)).body == b"false"
    assert case.call(lambda client: client.default.put_any(body={"a": [None, 1.5]})).body == b'{"a":[null,1.5]}'


def test_null(case: Case) -> None:
    """Also null, where the description knows it or leaves all open."""
    assert case.call(lambda client: client.default.put_maybe(body=None)).body == b"null"
    assert case.call(lambda client: client.default.put_any(body=None)).body == b"null"


def test_refused(case: Case) -> None:
    """The argument and the place in it."""
    with case.client() as client:
        with pytest.raises(ValueError, match=r"^body\.1: "):
            client.default.put_numbers(body=[1, "x"])
        with pytest.raises(ValueError, match=r"^body: "):
            client.default.put_numbers(body=[1, 2, 3, 4])
        with pytest.raises(ValueError, match=r"^body: is required"):
            client.default.put_text(body=None)
