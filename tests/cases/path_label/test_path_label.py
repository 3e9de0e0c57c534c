"""RFC 6570, 3.2.5: style `label`."""

from __future__ import annotations

from tests.support.cases import Case


def test_label(case: Case) -> None:
    """A dot before it; before each item only where it is exploded."""
    assert case.call(lambda client: client.default.get_value(value="a.b/c")).target == "/a.a.b%2Fc"
    assert case.call(lambda client: client.default.get_items(items=["x", "y z"])).target == "/b.x,y%20z"
    assert case.call(lambda client: client.default.get_exploded(items=["x", "y"])).target == "/c.x.y"


def test_object(case: Case) -> None:
    """Exploded with `=`."""
    point = {"R": 100, "G": 200}
    sent = case.call(lambda client: client.default.get_point(point=point, flat=point))
    assert sent.target == "/d.R=100.G=200/.R,100,G,200"
