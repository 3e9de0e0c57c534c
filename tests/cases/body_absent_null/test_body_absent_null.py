"""Absent, null and a value are three different things on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({"must": None}, '{"must":null}'),
        ({"must": "x", "may": None}, '{"must":"x","may":null}'),
        ({"must": "x", "may": "y", "plain": "z"}, '{"must":"x","may":"y","plain":"z"}'),
        ({"must": "x", "plain": None}, '{"must":"x"}'),
        ({"must": "x", "free": None}, '{"must":"x","free":null}'),
    ],
)
def test_arguments(case: Case, arguments: dict[str, Any], body: str) -> None:
    """None is null where null is a value, elsewhere it means "not given"."""
    assert case.call(lambda client: client.default.update_thing(**arguments)).body.decode() == body


def test_unset(case: Case) -> None:
    """UNSET is how a nullable argument is not given."""
    unset = case.package.UNSET
    sent = case.call(lambda client: client.default.update_thing(must=None, may=unset))
    assert sent.body == b'{"must":null}'


def test_required(case: Case) -> None:
    """Nullable is not optional."""
    with case.client() as client, pytest.raises(TypeError, match="must"):
        client.default.update_thing(may=None)


def test_nested(case: Case) -> None:
    """The same at every depth."""
    nested = case.models.Nested
    deep = nested(must=1, may=None, plain=None, deeper=nested(must=None, may=2))
    sent = case.call(lambda client: client.default.update_thing(must="x", nested=deep))
    assert sent.body == b'{"must":"x","nested":{"must":1,"may":null,"deeper":{"must":null,"may":2}}}'
