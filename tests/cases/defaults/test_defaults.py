"""Defaults are arguments' defaults, and reach the server."""

from __future__ import annotations

import datetime
import inspect
import json
from typing import Any

from tests.support.cases import Answer, Case


def test_sent(case: Case) -> None:
    """Those that Python has a literal for; a list has none, null is what the server knows anyway, `soon` is no time.

    Nor are those sent that the client would refuse.
    """
    sent = case.call(lambda client: client.default.create_thing(number=2.5))
    assert (sent.target, sent.headers["x-mode"]) == ("/things?limit=10", "slow")
    assert json.loads(sent.body) == {
        "text": 'a "b"',
        "whole": 0,
        "number": 2.5,
        "truth": False,
        "day": "2026-01-02",
        "colour": "blue",
        "huge": "h",
    }
    assert not {"x-city", "x city", "cookie"} & sent.headers.keys()


def test_signature(case: Case) -> None:
    """A reader sees them. A header that is left out differs from one that is passed, so its default is documented."""
    with case.client() as client:
        parameters = inspect.signature(client.default.create_thing).parameters
    assert parameters["limit"].default == 10
    assert parameters["whole"].default == 0
    assert parameters["x_mode"].default is case.package.UNSET
    with case.client() as client:
        assert 'Default: `"slow"`.' in client.default.create_thing.__doc__
    assert parameters["nothing"].default is case.package.UNSET


def test_nested(case: Case) -> None:
    """Of a model, what is required, and constants; the rest is the server's to fill: an answer goes back as it came."""
    sent = case.call(lambda client: client.default.create_thing(sent=case.models.Sent()))
    assert sent.body.endswith(b'"sent":{"kind":"sent","must":1}}')
    nested = case.models.Nested
    for value, body in (
        (nested(kind="nested", must=1), b'{"kind":"nested","must":1}'),
        (nested(kind="nested", must=1, may=2, maybe=None), b'{"kind":"nested","must":1,"may":2,"maybe":null}'),
        (nested.model_validate_json(b'{"kind":"nested","must":3}'), b'{"kind":"nested","must":3}'),
    ):

        def create(client: Any, value: Any = value) -> Any:
            return client.default.create_thing(nested=value)

        sent = case.call(create)
        assert sent.body.endswith(b'"nested":' + body + b"}")


def test_patch(case: Case) -> None:
    """A default would change what is there, so only what is given is sent; it is the value of what an answer lacks."""
    answer = Answer(200, b'{"kind": "nested", "must": 3}')
    sent = case.call(lambda client: client.default.update_thing(maybe="y"), answer)
    assert sent.body == b'{"kind":"nested","must":1,"maybe":"y"}'
    assert (sent.result.may, sent.result.maybe) == (2, "x")


def test_received(case: Case) -> None:
    """What an answer lacks has the default of the description: the client refuses none there."""
    result = case.call(lambda client: client.default.get_things(), Answer(200, b"{}")).result
    assert (result.few, result.naive) == (10, datetime.datetime.fromisoformat("2026-01-02T03:04:05"))
