"""`x-security`: what one of several bodies takes, in place of the operation's security."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.cases import Case


def authorization(case: Case, call: Callable[[Any], Any], **options: Any) -> str | None:
    """The header that the call sends."""
    return case.call(call, **options).headers.get("authorization")


def test_body_with_security(case: Case) -> None:
    """Its call needs a key, although the operation can go without one."""
    assert authorization(case, lambda client: client.default.create_token(code="c"), api_key="k") == "Bearer k"
    with case.client() as client, pytest.raises(ValueError, match=r"^api_key: create_token\(\) needs credentials"):
        client.default.create_token(code="c")


def test_body_without_security(case: Case) -> None:
    """No key goes with it, nor `auth`."""

    def call(client: Any) -> Any:
        return client.default.create_token(assertion="a")

    assert authorization(case, call, api_key="k") is None
    assert authorization(case, call) is None
    assert authorization(case, call, auth=lambda request: pytest.fail("asked")) is None


def test_body_that_is_one_argument(case: Case) -> None:
    """The value decides, be it a model or a mapping."""

    def public(client: Any) -> Any:
        return client.default.create_event(body=case.models.Public(kind="public"))

    assert authorization(case, public, api_key="k") is None
    assert authorization(case, lambda client: client.default.create_event(body={"kind": "public"})) is None
    private = authorization(case, lambda client: client.default.create_event(body={"kind": "private"}), api_key="k")
    assert private == "Bearer k"
    with case.client() as client, pytest.raises(ValueError, match="needs credentials"):
        client.default.create_event(body={"kind": "private"})


def test_bodies_without_names(case: Case) -> None:
    """Also where it stands beside `allOf`; a body without it has the operation's."""
    keys = {"key": "k", "second": "s"}
    sent = [
        case.call(partial(create_inline, body), api_key=keys).headers
        for body in ({"a": "1"}, {"b": "1", "base": "1"}, {"base": "1"})
    ]
    assert [headers.get("authorization") for headers in sent] == [None, None, "Bearer k"]
    assert [headers.get("x-second") for headers in sent] == [None, "s", None]


def create_inline(body: dict[str, str], client: Any) -> Any:
    """The call with this body."""
    return client.default.create_inline(body=body)
