"""A deprecated operation warns whoever calls it."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import anyio
import pytest

from tests.support.cases import Answer, Case

ANSWERS = [Answer()] * 3


def test_place(case: Case) -> None:
    """The warning points at the line of the call, for each method of both clients."""

    def call(client: Any) -> None:
        client.default.get_old()  # here
        client.default.get_old_with_http_info()  # here

    async def later(client: Any) -> None:
        await client.default.get_old()  # here
        await client.default.get_old_with_http_info()  # here

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        case.attempts(call, Answer(), Answer())
        case.attempts_async(later, Answer(), Answer())
    assert {str(one.message) for one in caught} == {"get_old() is deprecated"}
    lines, start = inspect.getsourcelines(test_place)
    called = [start + number for number, line in enumerate(lines) if line.endswith("# here\n")]
    assert [(one.filename, one.lineno) for one in caught] == [(__file__, line) for line in called]


def test_once(case: Case) -> None:
    """Python shows it once for each place, so a loop is no flood."""

    def call(client: Any) -> None:
        for _ in ANSWERS:
            client.default.get_old()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        case.attempts(call, *ANSWERS)
    assert len(caught) == 1


def test_others(case: Case) -> None:
    """Others don't: here, a warning would be an error."""
    case.call(lambda client: client.default.get_new())


def test_error(case: Case) -> None:
    """Who makes warnings errors gets one before anything is sent."""

    async def later() -> None:
        async with case.module("client").AsyncClient(base_url="http://127.0.0.1:9") as client:
            await client.default.get_old()

    with case.client() as client, pytest.raises(DeprecationWarning):
        client.default.get_old()
    with pytest.raises(DeprecationWarning):
        anyio.run(later)


def test_documentation(case: Case) -> None:
    """Of a parameter and of a member, the documentation tells."""
    with case.client() as client:
        assert "age: Deprecated. Use born." in client.default.get_new.__doc__
    assert '"""Deprecated. Use born."""' in inspect.getsource(case.models.MakeNewRequestItem)
