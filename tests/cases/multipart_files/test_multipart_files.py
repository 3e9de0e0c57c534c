"""`multipart/form-data` (RFC 7578)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.cases import Answer, Case


def part(disposition: str, content: str, content_type: str = "") -> str:
    """One part as it has to be written."""
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    return f"--BOUNDARY\r\nContent-Disposition: form-data; {disposition}\r\n{kind}\r\n{content}\r\n"


END = "--BOUNDARY--\r\n"
BINARY = "application/octet-stream"


def test_parts(case: Case) -> None:
    """Texts, files, JSON; one part for each item of an array; in the order of the description."""
    sent = case.call(
        lambda client: client.default.upload(
            photo=b"\x89PNG",
            file_name="ü",
            size=3,
            pages=[("1.txt", b"one", "text/plain"), ("2.bin", b"two")],
            tags=["a", "b"],
            owner={"first-name": "A"},
        )
    )
    assert sent.headers["content-type"] == "multipart/form-data; boundary=BOUNDARY"
    assert sent.body == (
        (part('name="file-name"', "ü") + part('name="size"', "3")).encode()
        + part('name="photo"; filename="upload"', "\x89PNG", BINARY).encode("latin-1")
        + part('name="pages"; filename="1.txt"', "one", "text/plain").encode()
        + part('name="pages"; filename="2.bin"', "two", BINARY).encode()
        + (part('name="tags"', "a") + part('name="tags"', "b")).encode()
        + part('name="owner"', '{"first-name":"A"}', "application/json").encode()
        + END.encode()
    )


def test_file_within_an_object(case: Case) -> None:
    """JSON can't hold a file, so the objects around it come apart, as Persona's imports have it."""
    attributes = {"file": ("a.csv", b"a,b"), "owner": {"first-name": "A"}, "ids": [1, 2]}
    sent = case.call(lambda client: client.default.import_things(data={"attributes": attributes}))
    assert sent.headers["content-type"] == "multipart/form-data; boundary=BOUNDARY"  # not that of the description
    assert sent.body.decode() == (
        part('name="data[attributes][file]"; filename="a.csv"', "a,b", BINARY)
        + part('name="data[attributes][owner]"', '{"first-name":"A"}', "application/json")
        + part('name="data[attributes][ids]"', "1")
        + part('name="data[attributes][ids]"', "2")
        + END
    )
    without = case.call(lambda client: client.default.import_things(data={"attributes": {"ids": []}}))
    assert without.body.decode() == part('name="data"', '{"attributes":{"ids":[]}}', "application/json") + END


def test_open_file(case: Case, tmp_path: Path) -> None:
    """Read once, from where it stands; its name goes with it."""
    path = tmp_path / "a b.txt"
    path.write_bytes(b"0123")
    with path.open("rb") as first, path.open("rb") as second:
        files = [first, second]
        files[0].seek(1)
        files[1].seek(1)
        sent = case.call(lambda client: client.default.upload(photo=files.pop()))
    assert sent.body.decode() == part('name="photo"; filename="a b.txt"', "123", BINARY) + END


def test_names_in_quotes(case: Case) -> None:
    """What would end a name is encoded as browsers do it (WHATWG HTML, 4.10.21.8)."""
    sent = case.call(lambda client: client.default.upload(photo=('a"\r\nb ü', io.BytesIO(b"x"), "image/png")))
    assert sent.body.decode() == part('name="photo"; filename="a%22%0D%0Ab ü"', "x", "image/png") + END


def test_repeats(case: Case) -> None:
    """Each attempt sends the same bytes, though the file is at its end after the first; each call others."""
    busy = Answer(503, b"{}", headers={"Retry-After": "0"})
    first, second = case.attempts(lambda client: client.default.replace(photo=io.BytesIO(b"x")), busy, Answer())
    assert first == second
    assert first.body.decode() == part('name="photo"; filename="upload"', "x", BINARY) + END
    (third,) = case.attempts(lambda client: client.default.replace(photo=io.BytesIO(b"x")), Answer())
    assert third.boundary not in ("", first.boundary)


@pytest.mark.parametrize("photo", ["path.png", io.StringIO("x"), ("name",), ("a", "text"), 3])
def test_refused(case: Case, photo: object) -> None:
    """A text could be a path or the content; a file has to be binary, and open."""
    with case.client() as client, pytest.raises(ValueError, match=r"^photo: "):
        client.default.upload(photo=photo)


def test_closed_file(case: Case) -> None:
    """Told as an error of the argument."""
    closed = io.BytesIO(b"x")
    closed.close()
    with case.client() as client, pytest.raises(ValueError, match=r"^photo: can't be read"):
        client.default.upload(photo=closed)


def test_nameless(case: Case) -> None:
    """A file without the name of a member makes no form."""
    with case.client() as client, pytest.raises(ValueError, match=r"^body: has no members"):
        client.default.send_nameless(body=b"x")
