"""The plural of an acronym is one word, and so is `OAuth2`."""

from __future__ import annotations

import pytest

from codegen.naming.names import identifier
from tests.support.cases import Case


def test_names(case: Case) -> None:
    """Of tags, operations and parameters."""
    assert case.call(lambda client: client.beta_apis.list_apis(user_ids="a")).target == "/a?userIDs=a"
    assert case.call(lambda client: client.oauth2.get_ips(ids="a", urls="b")).target == "/b?IDs=a&URLs=b"


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("IDsByURLs", "ids_by_urls"),
        ("listVMs2", "list_vms_2"),
        ("HTTPSetting", "http_setting"),
        ("isSet", "is_set"),
        ("getOAuth2Token", "get_oauth2_token"),
        ("PhotoAuthor", "photo_author"),
        ("OAuth20", "oauth_20"),
    ],
)
def test_word(name: str, python: str) -> None:
    """A capital and the small letters after it begin another word."""
    assert identifier(name) == python
