"""`format: password`, wherever it stands: the value is sent, and shown nowhere."""

from __future__ import annotations

import json
import traceback
from typing import Any

import anyio
import pytest

from tests.support.cases import Answer, Case

BODY: dict[str, Any] = {
    "plain": "shown",
    "nullable": "planted-1",
    "several": ["planted-2"],
    "by_name": {"a": "planted-3"},
    "nested": [{"a": "planted-4"}],
    "one": "planted-5",
    "referenced": "planted-6",
    "merged": "planted-7",
}
ARGUMENTS: dict[str, Any] = {**BODY, "key": "planted-8", "q": ["planted-9"], "x_secret": "planted-0"}


def call(client: Any) -> Any:
    return client.default.make_thing(**ARGUMENTS)


def test_an_answer_shows_none(case: Case) -> None:
    """Nor does a request, which is of the same class here."""
    sent = case.call(call, Answer(200, json.dumps(BODY).encode()))
    assert json.loads(sent.body) == BODY
    assert sent.result.merged == "planted-7"
    assert "shown" in repr(sent.result)
    assert "planted" not in repr(sent.result)


def test_an_error_shows_none(case: Case) -> None:
    """Not even one whose body quotes the whole request."""
    quoted = json.dumps([BODY, "/things/planted-8?q=planted-9", {"X-Secret": "planted-0"}]).encode()
    error = case.error(call, Answer(400, quoted))
    assert "shown" in str(vars(error))
    assert "planted" not in f"{error!r} {vars(error)}"


@pytest.mark.parametrize("method", ["make_thing", "make_thing_with_http_info"])
def test_no_frame_shows_one(case: Case, method: str) -> None:
    """The locals of our frames, which error reporters show, of a method and of its twin, when nobody answers."""

    async def later() -> None:
        async with case.module("client").AsyncClient(base_url="http://127.0.0.1:9", max_retries=0) as client:
            await getattr(client.default, method)(**ARGUMENTS)

    with case.client(max_retries=0) as client:
        for call in (lambda: getattr(client.default, method)(**ARGUMENTS), lambda: anyio.run(later)):
            with pytest.raises(case.package.ApiError) as caught:
                call()
            frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
            ours = [str(frame.locals) for frame in frames if f"/{case.name}/" in frame.filename]
            assert len(ours) >= 2
            assert "planted" not in "".join(ours)
