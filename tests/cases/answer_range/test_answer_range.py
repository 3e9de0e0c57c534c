"""OpenAPI 3.1, 4.8.16: `2XX`; an explicit status wins over its range."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import Answer, Case, exchange


def test_range(case: Case) -> None:
    """Any status in it."""
    for status in (200, 201, 299):
        answer = Answer(status, b'{"name": "n"}')
        assert case.call(lambda client: client.default.get_thing(), answer).result == case.models.Thing(name="n")


def test_explicit(case: Case) -> None:
    """The other status of the same range."""
    assert case.call(lambda client: client.default.get_thing(), Answer(202, b"later", "text/plain")).result == "later"


def test_errors(case: Case) -> None:
    """Each range has its own body."""
    error = case.error(lambda client: client.default.get_thing(), Answer(404, b'{"fault": "f"}'))
    assert error.envelope == case.models.Yours(fault="f")
    error = case.error(lambda client: client.default.get_thing(), Answer(500, b'{"trace": "t"}'))
    assert error.envelope == case.models.Ours(trace="t")


@pytest.mark.parametrize("status", [204, 205])
@pytest.mark.parametrize("name", ["put_thing", "post_thing", "export_thing"])
def test_no_content(case: Case, name: str, status: int) -> None:
    """A range covers the statuses without a body (RFC 9110, 15.3.5), and so does `default`; the type says it."""
    assert case.call(lambda client: getattr(client.default, name)(), Answer(status)).result is None
    method = getattr(case.module("api.default").DefaultApi, name)
    assert "None" in method.__annotations__["return"].split(" | ")


def test_no_content_in_a_file(case: Case, tmp_path: Path) -> None:
    """Nothing is written."""
    with case.client(base_url=case.server.base_url, max_retries=0) as client:
        assert (
            exchange(case.server, lambda: client.default.export_thing(into=tmp_path / "a"), Answer(204)).result is None
        )
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["get_thing", "patch_thing"])
def test_promised_content(case: Case, name: str) -> None:
    """GET asks for the content, and so does who declares 200 only: the type has no None."""
    error = case.error(lambda client: getattr(client.default, name)(), Answer(204))
    assert isinstance(error, case.package.InvalidResponseError)
