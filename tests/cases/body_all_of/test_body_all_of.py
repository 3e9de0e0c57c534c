"""`allOf`: of objects, with siblings, and of what is no object."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_members(case: Case) -> None:
    """Members of all parts, and of what stands beside."""
    sent = case.call(lambda client: client.default.create_thing(name="n", size=1, extra=True))
    assert sent.body == b'{"name":"n","size":1,"extra":true}'
    with case.client() as client, pytest.raises(TypeError, match="extra"):
        client.default.create_thing(name="n", size=1)


def test_constraints(case: Case) -> None:
    """Of all parts of a number."""
    with case.client() as client, pytest.raises(ValueError, match=r"^size: "):
        client.default.create_thing(name="n", size=0, extra=True)
