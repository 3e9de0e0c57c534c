"""`readOnly` and `writeOnly` (JSON Schema, validation, 9.4): required only on their way."""

from __future__ import annotations

import inspect

from tests.support.cases import Answer, Case

USER = b'{"id": "u1", "name": "n"}'


def test_sent(case: Case) -> None:
    """No argument for what the server decides."""
    with case.client() as client:
        assert "id" not in inspect.signature(client.default.create_user).parameters
    sent = case.call(lambda client: client.default.create_user(name="n", password="p"), Answer(200, USER))
    assert sent.body == b'{"name":"n","password":"p"}'


def test_received(case: Case) -> None:
    """An answer without what is never sent back."""
    user = case.call(lambda client: client.default.create_user(name="n", password="p"), Answer(200, USER)).result
    assert (user.id, user.name, user.password) == ("u1", "n", None)


def test_sent_back(case: Case) -> None:
    """An answer can be a request: what is read-only stays here."""
    user = case.models.User.model_validate_json(USER)
    sent = case.call(lambda client: client.default.put_users(body=[user]))
    assert sent.body == b'[{"name":"n"}]'
