"""Defaults are arguments' defaults, and reach the server."""

from __future__ import annotations

import inspect
import json

from tests.support.cases import Case


def test_sent(case: Case) -> None:
    """Those that Python has a literal for; a list has none, null is what the server knows anyway, `soon` is no time."""
    sent = case.call(lambda client: client.default.create_thing(number=2.5))
    assert (sent.target, sent.headers["x-mode"]) == ("/things?limit=10", "slow")
    assert json.loads(sent.body) == {
        "text": 'a "b"',
        "whole": 0,
        "number": 2.5,
        "truth": False,
        "day": "2026-01-02",
        "colour": "blue",
    }


def test_signature(case: Case) -> None:
    """A reader sees them."""
    with case.client() as client:
        parameters = inspect.signature(client.default.create_thing).parameters
    assert parameters["limit"].default == 10
    assert parameters["whole"].default == 0
    assert parameters["x_mode"].default == "slow"
    assert parameters["nothing"].default is case.package.UNSET
