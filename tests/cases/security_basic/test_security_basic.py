"""A user and a password may have blanks and any letter (RFC 7617); a bearer token may not."""

from __future__ import annotations

import base64

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize("key", ["user:pass word", "usér:pässwörd", "user:a:b", ":"])
def test_user_and_password(case: Case, key: str) -> None:
    """As UTF-8 in base64."""
    sent = case.call(lambda client: client.default.get_a(), api_key=key)
    assert base64.b64decode(sent.headers["authorization"].removeprefix("Basic ")).decode() == key


@pytest.mark.parametrize("key", ["", "user:pass\n", "user:\x00", "user:\x7f"])
def test_control_characters(case: Case, key: str) -> None:
    """Are refused, and not shown."""
    with pytest.raises(ValueError, match=r"^api_key: must be text without control characters") as caught:
        case.call(lambda client: client.default.get_a(), api_key=key)
    assert "user" not in str(caught.value)
