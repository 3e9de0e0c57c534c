"""A base that one other schema extends: the base is a class all the same."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (b'{"type": "AD", "dn": "x"}', "AdConfig"),
        (b'{"type": "Config"}', "Config"),
        (b"{}", "Config"),
        (b'{"type": "LDAP"}', "UnknownVariant"),
    ],
)
def test_answer(case: Case, config: bytes, name: str) -> None:
    """Its heir where the discriminator says so, the base where it is left out, which the description allows."""
    answer = Answer(200, b'{"config": %b}' % config)
    result = case.call(lambda client: client.t.find(), answer).result
    assert type(result.config).__name__ == name


def test_broken(case: Case) -> None:
    """A heir that lacks what it requires is not taken for the base."""
    error = case.error(lambda client: client.t.find(), Answer(200, b'{"config": {"type": "AD"}}'))
    assert (type(error), error.field) == (case.package.InvalidResponseError, "config.dn")
