"""Media types that are JSON by their suffix (RFC 6839, 3.1)."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_sent_and_received(case: Case) -> None:
    """Under the type that is declared, both ways; all declared ones are accepted."""
    answer = Answer(200, b'{"name": "n"}', "application/vnd.thing.v1+json")
    sent = case.call(lambda client: client.default.update_thing(name="n"), answer)
    assert (sent.body, sent.headers["content-type"]) == (b'{"name":"n"}', "application/merge-patch+json")
    assert sent.headers["accept"] == "application/vnd.thing.v1+json; charset=utf-8, application/problem+json"
    assert sent.result == case.models.Thing(name="n")


def test_problem(case: Case) -> None:
    """RFC 9457 as the description models it."""
    answer = Answer(409, b'{"title": "taken", "status": 409}', "application/problem+json")
    error = case.error(lambda client: client.default.update_thing(), answer)
    assert isinstance(error, case.package.ConflictError)
    assert error.envelope == case.models.Problem(title="taken", status=409)
