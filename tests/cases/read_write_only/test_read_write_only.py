"""`readOnly` and `writeOnly` (JSON Schema, validation, 9.4): required only on their way."""

from __future__ import annotations

import inspect

import pytest

from tests.support.cases import Answer, Case

USER = b'{"id": "u1", "name": "n", "made": {"by": "a"}, "changed": {"by": "b"}, "seen": "now"}'


def test_sent(case: Case) -> None:
    """No argument for what the server decides, also where that stands beside a reference or null."""
    with case.client() as client:
        names = inspect.signature(client.default.create_user).parameters
    assert not {"id", "made", "changed", "seen"} & {*names}
    sent = case.call(lambda client: client.default.create_user(name="n", password="p"), Answer(200, USER))
    assert sent.body == b'{"name":"n","password":"p"}'


def test_received(case: Case) -> None:
    """An answer without what is never sent back."""
    user = case.call(lambda client: client.default.create_user(name="n", password="p"), Answer(200, USER)).result
    assert (user.id, user.name, user.password) == ("u1", "n", None)


def test_sent_back(case: Case) -> None:
    """An answer can be a request, with what only requests have: what is read-only stays here."""
    user = case.models.User.model_validate_json(USER)
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.0\.password: field required"):
        client.default.put_users(body=[user])
    complete = user.model_copy(update={"password": "p"})
    assert case.call(lambda client: client.default.put_users(body=[complete])).body == b'[{"name":"n","password":"p"}]'


def test_one_way_only(case: Case) -> None:
    """What is required on the one way that an object goes is required."""
    login, receipt = case.models.Login(secret="s"), Answer(200, b'{"number": 1}')
    assert case.call(lambda client: client.default.log_in(body=[login]), receipt).result.number == 1
    error = case.error(lambda client: client.default.log_in(body=[login]), Answer(200, b"{}"))
    assert (type(error), error.field) == (case.package.InvalidResponseError, "number")
    with case.client() as client, pytest.raises(ValueError, match=r"^body\.0\.secret: field required"):
        client.default.log_in(body=[{}])


def test_secret_echoed(case: Case) -> None:
    """An error that echoes what was sent echoes no secret of it, not of a list either."""
    user = case.models.User(id="u1", name="n", password="p4ssword", codes=["c0dec0de"])
    answer = Answer(400, b"p4ssword c0dec0de", "text/plain")
    assert case.error(lambda client: client.default.put_users(body=[user]), answer).body == "[redacted] [redacted]"


def test_secrets(case: Case) -> None:
    """`format: password` keeps out of every text also in a list and where null is allowed."""
    user = case.models.User(id="u1", name="n", password="p4ss", pin="1234", token="t0ken", codes=["c0de"])
    assert not [secret for secret in ("p4ss", "1234", "t0ken", "c0de") if secret in repr(user)]
