"""Words of mixed case stay one word."""

from __future__ import annotations

from tests.support.cases import Answer, Case


def test_names(case: Case) -> None:
    """`OAuth` is `oauth`, not `o_auth`."""
    assert case.call(lambda client: client.oauth.get_oauth_token()).target == "/a"
    assert case.call(lambda client: client.oauth.list_oauth2_clients()).target == "/b"
    assert case.call(lambda client: client.ios_apps.parse_http_response()).target == "/c"
    body = b'{"userID": "u", "OpenIDToken": "t"}'
    result = case.call(lambda client: client.ios_apps.get_ipv4_address(), Answer(200, body)).result
    assert (type(result).__name__, result.user_id, result.openid_token) == ("OAuthGrant", "u", "t")
    assert case.module("api.oauth").OAuthApi
