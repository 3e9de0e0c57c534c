"""Parameters of a path item, references to parameters, one name in several places; what operations share."""

from __future__ import annotations

from typing import Any

from tests.support.cases import Answer, Case


def operations(case: Case) -> list[Any]:
    """What the module of the one tag defines."""
    return [value for value in vars(case.module("api.default")).values() if type(value).__name__ == "Operation"]


def test_override(case: Case) -> None:
    """The operation's own parameter takes the place of its path's."""
    sent = case.call(lambda client: client.default.get_thing(id=1, verbose="very", x_trace="t"))
    assert (sent.target, sent.headers["x-trace"]) == ("/things/1?verbose=very", "t")


def test_same_name(case: Case) -> None:
    """The path keeps the name, others get that of their place."""
    sent = case.call(lambda client: client.default.delete_thing(id=1, id_query="q", id_header="h", verbose=True))
    assert (sent.target, sent.headers["id"]) == ("/things/1?verbose=true&id=q", "h")


def test_defined_once(case: Case) -> None:
    """What several operations have in common is one object; descriptions, and names of operations, don't matter."""
    parameters = [parameter for operation in operations(case) for parameter in operation.parameters]
    assert len({id(parameter) for parameter in parameters}) == len({*map(repr, parameters)}) == 7
    errors = [answer for operation in operations(case) for answer in operation.answers if answer.status[0] == "4"]
    assert [answer.status for answer in errors] == ["404", "409"] * 4
    assert len({id(answer) for answer in errors}) == 2


def test_alike_but_for_the_type(case: Case) -> None:
    """Parameters of one name, each of several operations, keep what tells them apart."""
    assert case.call(lambda client: client.default.get_thing(id=1, verbose="very")).target == "/things/1?verbose=very"
    assert case.call(lambda client: client.default.delete_thing(id=2, verbose=True)).target == "/things/2?verbose=true"
    assert case.call(lambda client: client.default.errors(id="33", verbose=False)).target == "/others/33?verbose=false"
    text = Answer(200, b"t", "text/plain")
    assert case.call(lambda client: client.default.x_trace(id="44", verbose="v"), text).target == "/others/44?verbose=v"


def test_errors(case: Case) -> None:
    """An operation that has nothing but the shared errors reads them as the others do."""
    fault = Answer(409, b'{"reason": "taken"}')
    for call in (lambda client: client.default.refuse(id="55"), lambda client: client.default.errors(id="55")):
        assert case.error(call, fault).envelope.reason == "taken"
