"""Kebab, camel, dots, blanks, unicode, digits first: readable in Python, as they are on the wire."""

from __future__ import annotations

import json
from urllib.parse import unquote

from tests.support.cases import Case


def test_parameters(case: Case) -> None:
    """Each by its name on the wire."""
    sent = case.call(
        lambda client: client.default.create_thing_v_2(
            thing_id="t",
            page_size=1,
            page_token="p",
            sort_by="s",
            grosse=2,
            field_2fa=True,
            top=3,
            x_http_method="M",
        )
    )
    assert unquote(sent.target) == "/things/t?pageSize=1&page-token=p&sort by=s&größe=2&2fa=true&$top=3"
    assert sent.headers["x-httpmethod"] == "M"


def test_members(case: Case) -> None:
    """The same in a body."""
    sent = case.call(
        lambda client: client.default.create_thing_v_2(
            thing_id="t",
            first_name="a",
            last_name="b",
            home_address="c",
            iban="d",
            type_="e",
            naive="f",
            field_3d=True,
        )
    )
    assert json.loads(sent.body) == {
        "firstName": "a",
        "last-name": "b",
        "home address": "c",
        "IBAN": "d",
        "@type": "e",
        "naïve": "f",
        "3d": True,
    }
