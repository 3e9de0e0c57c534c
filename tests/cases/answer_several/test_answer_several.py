"""Several answers of success, each with its type."""

from __future__ import annotations

import typing

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(("status", "name"), [(200, "Result"), (202, "Job")])
def test_by_status(case: Case, status: int, name: str) -> None:
    """Not by what the body looks like."""
    answer = Answer(status, b'{"value": "v"}')
    assert case.call(lambda client: client.default.create_job(), answer).result == getattr(case.models, name)(value="v")


def test_others(case: Case) -> None:
    """A list, and nothing."""
    assert case.call(lambda client: client.default.create_job(), Answer(201, b'["a"]')).result == ["a"]
    assert case.call(lambda client: client.default.create_job(), Answer(204)).result is None


def test_type(case: Case) -> None:
    """All of them are in the signature."""
    api = case.module("api.default")
    returns = eval(api.DefaultApi.create_job.__annotations__["return"], vars(api))
    assert {*typing.get_args(returns)} == {case.models.Result, case.models.Job, list[str], type(None)}


def test_undeclared(case: Case) -> None:
    """Another success is read as the first of them, better than losing it."""
    assert case.call(lambda client: client.default.create_job(), Answer(203, b'{"value": "v"}')).result.value == "v"
