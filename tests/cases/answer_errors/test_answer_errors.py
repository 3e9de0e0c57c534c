"""Errors: by status, with the body that the description gives them."""

from __future__ import annotations

import pytest

from tests.support.cases import Answer, Case

BODY = b'{"errors": [{"title": "Bad", "details": "very"}]}'


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
