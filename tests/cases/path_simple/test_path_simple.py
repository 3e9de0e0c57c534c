"""OpenAPI 3.1, 4.8.12.3 and RFC 6570, 3.2.2: style `simple` in a path."""

from __future__ import annotations

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("value", "segment"), [("a b", "a%20b"), ("a/b?c#d%", "a%2Fb%3Fc%23d%25"), ("é", "%C3%A9"), ("a.b~c", "a.b~c")]
)
def test_text(case: Case, value: str, segment: str) -> None:
    """One segment, whatever is in it."""
    assert case.call(lambda client: client.default.get_thing(id=value)).target == f"/things/{segment}"


def test_lists_and_objects(case: Case) -> None:
    """Commas between items; exploded objects with `=`, others as a list of names and values."""
    sent = case.call(lambda client: client.default.get_lists(ids=[1, 2], point={"x": 1, "y": 2}, flat={"x": 1, "y": 2}))
    assert sent.target == "/lists/1,2/of/x=1,y=2/x,1,y,2"


def test_two_in_a_segment(case: Case) -> None:
    """Text around parameters stays."""
    assert case.call(lambda client: client.default.get_file(name="a.b", ext="csv")).target == "/files/a.b.csv"
    assert case.call(lambda client: client.default.get_file(name="..", ext="csv")).target == "/files/...csv"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_other_resource(case: Case, value: str) -> None:
    """A segment that would lead elsewhere is refused (RFC 3986, 3.3)."""
    with case.client() as client, pytest.raises(ValueError, match=r"^id: can't be a segment"):
        client.default.get_thing(id=value)


def test_empty_list(case: Case) -> None:
    """Nothing can't be sent in a path."""
    with case.client() as client, pytest.raises(ValueError, match=r"^ids: is required"):
        client.default.get_lists(ids=[], point={"x": 1}, flat={"x": 1})


def test_reserved(case: Case) -> None:
    """`allowReserved` is for queries: in a path, a slash would lead elsewhere (OpenAPI 3.1, 4.8.12.2.1 and 4.8.8)."""
    sent = case.call(lambda client: client.default.get_kept(id="../a?b"))
    assert sent.target == "/kept/..%2Fa%3Fb"
