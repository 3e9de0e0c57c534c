"""What OpenAPI 3.0 writes otherwise: `nullable`, exclusive bounds as flags; integers as statuses."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


def test_nullable(case: Case) -> None:
    """Beside a type, a reference, an enumeration, items."""
    body = b'{"plain": null, "by-ref": null, "choice": null, "list": [1, null]}'
    result = case.call(lambda client: client.default.get_thing(), Answer(200, body)).result
    assert (result.plain, result.by_ref, result.choice, result.list_) == (None, None, None, [1, None])


def test_bounds(case: Case) -> None:
    """The flag decides whether the bound is a value."""
    body = Answer(200, b'{"plain": null, "by-ref": {"x": 1}}')
    assert case.call(lambda client: client.default.get_thing(size=10), body).target == "/thing?size=10"
    for size in (0, 11):
        with case.client() as client, pytest.raises(ValueError, match=r"^size: "):
            client.default.get_thing(size=size)


def test_file(case: Case) -> None:
    """`format: binary`."""
    sent = case.call(lambda client: client.default.post_thing(file=b"x"))
    assert b'name="file"; filename="upload"' in sent.body


def test_no_style(case: Case) -> None:
    """Of a multipart body, 3.0 ignores it (4.7.15.1)."""
    sent = case.call(lambda client: client.default.post_thing(ids=[1, 2]))
    assert sent.body.count(b'name="ids"\r\n\r\n') == 2
