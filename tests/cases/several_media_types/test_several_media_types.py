"""One operation takes several media types: the caller chooses, the first is the default, exactly one is sent."""

from __future__ import annotations

import pytest

from tests.support.cases import Case

FORM = "application/x-www-form-urlencoded"


def test_one_schema(case: Case) -> None:
    """The same arguments in each of them."""
    sent = case.call(lambda client: client.default.create_thing(name="n", size=1))
    assert (sent.body, sent.headers["content-type"]) == (b'{"name":"n","size":1}', "application/json")
    sent = case.call(lambda client: client.default.create_thing(name="n", size=1, content_type=FORM))
    assert (sent.body, sent.headers["content-type"]) == (b"name=n&size=1", FORM)
    sent = case.call(lambda client: client.default.create_thing(name="n", content_type="multipart/form-data"))
    assert sent.body == b'--BOUNDARY\r\nContent-Disposition: form-data; name="name"\r\n\r\nn\r\n--BOUNDARY--\r\n'


def test_several_schemas(case: Case) -> None:
    """One argument, of the type that goes with the media type."""
    sent = case.call(lambda client: client.default.create_raw(body=case.models.Thing(name="n")))
    assert (sent.body, sent.headers["content-type"]) == (b'{"name":"n"}', "application/json")
    sent = case.call(lambda client: client.default.create_raw(body="n", content_type="text/plain"))
    assert (sent.body, sent.headers["content-type"]) == (b"n", "text/plain")
    sent = case.call(lambda client: client.default.create_raw(body=b"n", content_type="application/octet-stream"))
    assert (sent.body, sent.headers["content-type"]) == (b"n", "application/octet-stream")


def test_refused(case: Case) -> None:
    """A media type that is not declared; a body of another one's type."""
    with case.client() as client:
        with pytest.raises(ValueError, match=r"^content_type: must be one of application/json"):
            client.default.create_thing(name="n", content_type="text/html")
        with pytest.raises(ValueError, match=r"^body: "):
            client.default.create_raw(body=b"n", content_type="application/json")
