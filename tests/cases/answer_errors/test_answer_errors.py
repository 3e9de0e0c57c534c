"""Errors: by status, with the body that the description gives them."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case

BODY = b'{"errors": [{"title": "Bad", "details": "very"}]}'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"errors": [{"title": "Bad", "details": "very"}, {"title": "Worse"}]}', "Bad: very (and 1 more)"),
        (b'{"message": "No", "errors": [{"code": "missing"}]}', "No"),
        (b'{"detail": [{"loc": ["body", "a"], "msg": "Field required", "type": "missing"}]}', "Field required"),
        (b'{"detail": "No"}', "No"),
        (b'{"error": {"code": 3, "message": "No", "type": "invalid"}}', "No"),
        (b'{"error": "invalid_grant", "error_description": "Spent"}', "invalid_grant: Spent"),
        (b'{"type": "about:blank", "title": "No", "detail": "At all", "errors": {"a": ["bad"]}}', "No: At all"),
        (b'{"errors": ["No"], "detail": [], "error": {}}', ""),
        (b'[{"message": "No"}]', ""),
    ],
)
def test_text(case: Case, body: bytes, text: str) -> None:
    """What the server says is wrong, as most APIs write it, whatever the description says of it."""
    error = case.error(lambda client: client.default.list_things(), Answer(422, body))
    assert str(error) == f"422 Unprocessable Entity{': ' if text else ''}{text}"


@pytest.mark.parametrize(
    ("answer", "name", "errors", "body"),
    [
        (Answer(400, b"no", "text/plain"), "BadRequestError", 0, "no"),
        (Answer(401, b""), "UnauthorizedError", 0, ""),
        (Answer(404, BODY), "NotFoundError", 0, BODY.decode()),
        (Answer(422, BODY), "UnprocessableEntityError", 1, BODY.decode()),
        (Answer(422, b'{"other": 1}'), "UnprocessableEntityError", 0, '{"other": 1}'),
        (Answer(429, BODY, headers={"Retry-After": "7"}), "TooManyRequestsError", 1, BODY.decode()),
        (Answer(500, b"<html>", "text/html"), "ServerError", 0, "<html>"),
        (Answer(302, b""), "StatusError", 0, ""),
    ],
)
def test_error(case: Case, answer: Answer, name: str, errors: int, body: str | None) -> None:
    """The class, the parsed envelope, and the start of whatever came."""
    error = case.error(lambda client: client.default.list_things(), answer)
    assert type(error).__name__ == name
    assert (len(error.errors), error.body, error.status_code) == (errors, body, answer.status)
    if errors:
        assert (error.errors[0].title, error.errors[0].details) == ("Bad", "very")
    assert getattr(error, "retry_after", None) == (7 if answer.status == 429 else None)
