"""RFC 6570, 3.2.7: style `matrix`."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(("value", "path"), [("a;b", ";id=a%3Bb"), ("", ";id"), ("é", ";id=%C3%A9")])
def test_text(case: Case, value: str, path: str) -> None:
    """With its name, which stands alone before an empty text."""
    assert case.call(lambda client: client.default.get_thing(id=value)).target == f"/things{path}"


def test_lists(case: Case) -> None:
    """The name once, or exploded with each item."""
    sent = case.call(lambda client: client.default.get_lists(flat_ids=[1, 2], ids=[3, 4]))
    assert sent.target == "/lists;flat-ids=1,2;ids=3;ids=4"


def test_objects(case: Case) -> None:
    """Exploded, the members' names take the place of its own."""
    point = {"x": 1, "y": "a b"}
    sent = case.call(lambda client: client.default.get_points(flat=point, point=point))
    assert sent.target == "/points;flat=x,1,y,a%20b/;x=1;y=a%20b"


def test_empty_items(case: Case) -> None:
    """RFC 6570, 3.2.1 and 3.2.7: the name of an empty item stands alone, too."""
    sent = case.call(lambda client: client.default.get_texts(texts=["", "a"], named={"x": "", "y": "b"}))
    assert sent.target == "/texts;texts;texts=a/;x;y=b"
