"""Parameters of a path item, references to parameters, one name in several places."""

from __future__ import annotations

from tests.support.cases import Case


def test_override(case: Case) -> None:
    """The operation's own parameter takes the place of its path's."""
    sent = case.call(lambda client: client.default.get_thing(id=1, verbose="very", x_trace="t"))
    assert (sent.target, sent.headers["x-trace"]) == ("/things/1?verbose=very", "t")


def test_same_name(case: Case) -> None:
    """The path keeps the name, others get that of their place."""
    sent = case.call(lambda client: client.default.delete_thing(id=1, id_query="q", id_header="h", verbose=True))
    assert (sent.target, sent.headers["id"]) == ("/things/1?verbose=true&id=q", "h")
