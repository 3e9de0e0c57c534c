"""All methods of OpenAPI 3.1, 4.8.9; without `operationId` they are named after method and path."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize("method", "get put post delete options head patch trace".split())
def test_method(case: Case, method: str) -> None:
    """Sent in capitals."""
    sent = case.call(lambda client: getattr(client.default, f"{method}_things")())
    assert (sent.method, sent.target) == (method.upper(), "/things")


def test_path(case: Case) -> None:
    """A parameter is told from a fixed segment."""
    assert case.call(lambda client: client.default.get_things_by_id_parts(id="1")).target == "/things/1/parts"
