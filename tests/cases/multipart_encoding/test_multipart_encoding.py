"""OpenAPI 3.1, 4.8.15: the content type of single parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case


@pytest.mark.parametrize(
    ("arguments", "head", "content"),
    [
        ({"png": b"x"}, 'name="png"; filename="upload"\r\nContent-Type: image/png', "x"),
        (
            {"picture": ("p.jpg", b"x", "image/jpeg")},
            'name="picture"; filename="p.jpg"\r\nContent-Type: image/jpeg',
            "x",
        ),
        ({"any_image": ("p", b"x", "image/gif")}, 'name="any-image"; filename="p"\r\nContent-Type: image/gif', "x"),
        ({"any_image": ("p.gif", b"x")}, 'name="any-image"; filename="p.gif"\r\nContent-Type: image/gif', "x"),
        ({"picture": ("p.png", b"x")}, 'name="picture"; filename="p.png"\r\nContent-Type: image/png', "x"),
        ({"meta": {"a": 1}}, 'name="meta"\r\nContent-Type: application/vnd.meta+json', '{"a":1}'),
        ({"quoted": "a"}, 'name="quoted"\r\nContent-Type: application/json', '"a"'),
        ({"xml": "<a/>"}, 'name="xml"\r\nContent-Type: application/xml; charset=utf-8', "<a/>"),
        ({"latin": "é"}, 'name="latin"\r\nContent-Type: text/plain; charset=iso-8859-1', "é"),
        ({"prose": "a"}, 'name="prose"\r\nContent-Type: text/plain', "a"),
        ({"ids": [1, 2]}, 'name="ids"', "1,2"),
        ({"files": [b"x"]}, 'name="files"; filename="upload"\r\nContent-Type: application/octet-stream', "x"),
    ],
)
def test_part(case: Case, arguments: dict[str, Any], head: str, content: str) -> None:
    """As the description says, or the caller where it leaves a choice."""
    sent = case.call(lambda client: client.default.upload(**arguments))
    expected = f"--BOUNDARY\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n--BOUNDARY--\r\n"
    assert sent.body.decode("latin-1") == expected


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"picture": b"x"}, "picture"),
        ({"any_image": b"x"}, "any_image"),
        ({"picture": ("p.gif", b"x")}, "picture"),
        ({"png": ("p.gif", b"x", "image/gif")}, "png"),
        ({"any_image": ("p", b"x", "text/html")}, "any_image"),
        ({"any_image": ("p", b"x", "image/png\r\nX: y")}, "any_image"),
        ({"any_image": ("p", b"x", "image/png\0")}, "any_image"),
        ({"any_image": ("p", b"x", "image/png; a=é")}, "any_image"),
    ],
)
def test_refused(case: Case, arguments: dict[str, Any], argument: str) -> None:
    """A type that the description does not allow; none where it leaves the choice to the caller."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{argument}: .*content type"):
        client.default.upload(**arguments)


def test_charset(case: Case) -> None:
    """What the charset of a part does not have."""
    with case.client() as client, pytest.raises(ValueError, match=r"^latin: has characters that text/plain; charset"):
        client.default.upload(latin="€")
