"""Operations stand under their first tag, or under `default`."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("tag", "operation", "path"),
    [
        ("big_things", "get_one", "/one"),
        ("big_things", "get_two", "/two"),
        ("big_things", "get_three", "/three"),
        ("small", "get_one", "/four"),
        ("default", "get_five", "/five"),
        ("default", "get_six", "/six"),
        ("close_", "get_seven", "/seven"),
        ("with_options_", "get_ten", "/ten"),
        ("class_", "get_eight", "/eight"),
        ("uberweisungen_2", "get_nine", "/nine"),
    ],
)
def test_attribute(case: Case, tag: str, operation: str, path: str) -> None:
    """One name under two tags is two methods; two tags that make one name are one; keywords get an underscore."""
    assert case.call(lambda client: getattr(getattr(client, tag), operation)()).target == path


def test_other_tags(case: Case) -> None:
    """Further tags give no second method."""
    with case.client() as client:
        assert not hasattr(client.small, "get_two")
