"""A component that may be null has its own name, and null wherever it is referred to."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from tests.support.cases import Answer, Case

VALUES: dict[str, Any] = {
    "own": {"name": "o"},
    "kinds": ["cat", None],
    "types": {"a": "x", "inner": {"b": "y"}},
    "union": {"c": {"d": "z"}},
    "kind": "dog",
    "both": {"a": "x", "c": {"d": "z"}},
    "either": {"c": {"d": "z"}},
}


def echo(case: Case, values: dict[str, Any]) -> Any:
    """What a call with these values sends, and what it returns where the same comes back."""
    exchange = case.call(lambda client: client.default.echo(**values), Answer(200, json.dumps(values).encode()))
    assert json.loads(exchange.body) == values
    return exchange.result


def test_names(case: Case) -> None:
    """They are the components'."""
    result, models = echo(case, VALUES), case.models
    assert isinstance(result.types, models.Types)
    assert isinstance(result.types.inner, models.TypesInner)
    assert isinstance(result.union, models.Union)
    assert isinstance(result.union.c, models.UnionC)
    assert (result.both.a, result.both.c.d) == ("x", "z")
    assert isinstance(result.either, models.Union)
    assert get_args(models.Kind) == ("cat", "dog")


@pytest.mark.parametrize("name", ["own", "types", "union", "kind", "both", "either"])
def test_null(case: Case, name: str) -> None:
    """Each can be null."""
    result = echo(case, VALUES | {name: None})
    assert getattr(result, name) is None
