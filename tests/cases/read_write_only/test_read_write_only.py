"""`readOnly` and `writeOnly` (JSON Schema, validation, 9.4): required only on their way."""

from __future__ import annotations

import inspect

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
    """An answer can be a request: what is read-only stays here."""
    user = case.models.User.model_validate_json(USER)
    sent = case.call(lambda client: client.default.put_users(body=[user]))
    assert sent.body == b'[{"name":"n"}]'


def test_secrets(case: Case) -> None:
    """`format: password` keeps out of every text also where null is allowed."""
    user = case.models.User(id="u1", name="n", password="p4ss", pin="1234", token="t0ken")
    assert not [secret for secret in ("p4ss", "1234", "t0ken") if secret in repr(user)]
