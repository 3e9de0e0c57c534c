"""Keywords and builtins get an underscore, as PEP 8 has it."""

from __future__ import annotations

import keyword

from tests.support.cases import Answer, Case


def test_arguments(case: Case) -> None:
    """Sent by their own names."""
    sent = case.call(
        lambda client: client.async_.import_(
            class_="a", from_="b", none="c", id="d", type_="e", list_=["f"], print_="g"
        ),
        Answer(200, b"{}"),
    )
    assert sent.target == "/import?class=a&from=b&None=c&id=d&type=e&list=f&print=g"


def test_members(case: Case) -> None:
    """Fields that are named like types, of those types."""
    body = b'{"def": "a", "list": ["b"], "str": "c", "more": [{"int": 1, "bool": true, "float": 1.5}]}'
    result = case.call(lambda client: client.async_.import_(), Answer(200, body)).result
    assert (result.def_, result.list_, result.str_) == ("a", ["b"], "c")
    assert (result.more[0].int_, result.more[0].bool_, result.more[0].float_) == (1, True, 1.5)


def test_no_keyword(case: Case) -> None:
    """Classes are written like classes."""
    names = [name for name in dir(case.models) if name[0] != "_"]
    assert {"Class", "Dict"} <= {*names}
    assert not [name for name in names if keyword.iskeyword(name)]
