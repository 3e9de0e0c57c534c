"""A key goes out only as the schemes of the operation say; for digest and mutual TLS it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case

KEYS = {"bearer": "b", "basic": "u:p", "hdr": "h", "qry": "q", "ck": "c", "oauth": "o", "oidc": "i"}
SENT: dict[str, tuple[str, dict[str, str]]] = {
    "get_a": ("/a?app_id=q", {"x-api-key": "h"}),
    "get_b": ("/b", {}),
    "get_c": ("/c", {"authorization": "Bearer b"}),
    "get_d": ("/d", {"authorization": "Basic dTpw"}),
    "get_e": ("/e", {"authorization": "Bearer o"}),
    "get_f": ("/f", {"cookie": "sid=c"}),
    "get_h": ("/h", {"authorization": "Bearer i"}),
    "get_i": ("/i", {}),
    "get_j": ("/j", {}),
    "get_k": ("/k", {"x-api-key": "h"}),
}


@pytest.mark.parametrize("operation", SENT)
def test_key_of_the_scheme(case: Case, operation: str) -> None:
    """Each scheme has a key of its own, also where an operation needs two."""

    def call(client: Any) -> Any:
        return getattr(client.default, operation)()

    sent = case.call(call, api_key=KEYS)
    credentials = {
        name: sent.headers[name] for name in ("authorization", "cookie", "x-api-key") if name in sent.headers
    }
    assert (sent.target, credentials) == SENT[operation]
