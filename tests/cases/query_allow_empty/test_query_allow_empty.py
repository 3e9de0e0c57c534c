"""OpenAPI 3.1, 4.8.12.2: `allowEmptyValue`."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


def test_empty(case: Case) -> None:
    """An empty text takes the place of any type, an empty list is one."""
    assert case.call(lambda client: client.default.list_things(since="", ids=[])).target == "/things?since=&ids="
    assert case.call(lambda client: client.default.list_things(since=3)).target == "/things?since=3"


def test_not_allowed(case: Case) -> None:
    """Elsewhere it is none of the type's values."""
    with case.client() as client, pytest.raises(ValueError, match=r"^strict: "):
        client.default.list_things(strict="")
