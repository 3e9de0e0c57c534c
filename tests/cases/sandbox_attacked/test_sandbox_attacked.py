"""What anybody can send to the sandbox: no text of theirs gets through, and nothing costs more than it is worth."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from tests.support.cases import Case


@pytest.fixture
def sandbox(case: Case) -> Any:
    """A sandbox of its own."""
    return case.module("testing").Sandbox()


def sent(sandbox: Any, *pieces: bytes) -> bytes:
    """What the server answers to these bytes."""
    with sandbox.serve() as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"".join(pieces))
            return b"".join(iter(lambda: connection.recv(65536), b""))


def answer(case: Case, sandbox: Any, method: str, target: str, body: bytes = b"", content_type: str = "") -> Any:
    """The same without a network."""
    headers = httpx2.Headers({"Content-Type": content_type} if content_type else {})
    return sandbox.answer(case.module("testing._outcome").Request(method, f"/v1{target}", headers, body, "http://a"))


@pytest.mark.parametrize("end", ["", "/", ".txt/"])
def test_a_path_of_separators(case: Case, sandbox: Any, end: str) -> None:
    """Each parameter is looked for once; with all divisions of 60,000 characters among three, it would never end."""
    assert answer(case, sandbox, "GET", f"/parts/{'-' * 60_000}{end}").status == 404


def test_parameters_of_one_segment(case: Case, sandbox: Any) -> None:
    """The first ones are as short as they can be."""
    assert answer(case, sandbox, "GET", "/parts/x-y.txt-z-.txt.txt").status == 204
    assert sandbox.requests[0].arguments == {"a": "x", "b": "y.txt", "c": "z-.txt"}


def multipart(name: str) -> bytes:
    """A body of one part."""
    return f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n1\r\n--B--\r\n'.encode()


@pytest.mark.parametrize("kind", ["query", "multipart"])
def test_names_that_nest_without_end(case: Case, sandbox: Any, kind: str) -> None:
    """They are refused as what is wrong with a request, not as a mistake of the sandbox."""
    deep = "[a]" * 20_000
    if kind == "query":
        result = answer(case, sandbox, "GET", f"/filter?filter{deep}=1")
    else:
        result = answer(case, sandbox, "POST", "/files", multipart(f"a{deep}"), "multipart/form-data; boundary=B")
    assert result.status == 400
    assert sandbox.requests[0].problem.message == "the request nests too deeply"


def tree(depth: int, last: str) -> bytes:
    """A body of as many objects, one within the other; the innermost has this value."""
    names = [f"tree{'[tree]' * level}[right]" for level in range(depth)]
    values = [*["1"] * (depth - 1), last]
    head = '--B\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join([*map(head.format, names, values), "--B--\r\n"]).encode()


@pytest.mark.parametrize(("last", "status"), [("1", 204), ("x", 400)])
def test_a_union_that_contains_itself(
    case: Case, sandbox: Any, last: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each object is read once as each variant, not once for each way to it, of which there are 2 to the depth."""
    conversion = case.module("testing._conversion")
    checks, fits = [], conversion._fits

    def counted(member: Any, value: Any) -> bool:
        checks.append(member)
        return bool(fits(member, value))

    monkeypatch.setattr(conversion, "_fits", counted)
    counts = []
    for depth in (4, 8):
        checks.clear()
        sent = answer(case, sandbox, "POST", "/trees", tree(depth, last), "multipart/form-data; boundary=B")
        assert sent.status == status
        counts.append(len(checks))
    assert counts[0] < counts[1] < 3 * counts[0]


def test_a_union_that_nests_deeply(case: Case, sandbox: Any) -> None:
    """It is refused before any of it is checked."""
    sent = answer(case, sandbox, "POST", "/trees", tree(200, "1"), "multipart/form-data; boundary=B")
    assert sent.status == 400
    assert sandbox.requests[0].problem.message == "the request nests too deeply"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST /v1/notes HTTP/1.1\r\nContent-Length: " + b"9" * 5000, 413),
        (b"GET a\x01b HTTP/1.1", 400),
        (b"GET / HTTP/1.1\r\nHost: rebound.example", 403),
        (b"GET / HTTP/1.1\r\nHost: rebound.example:80", 403),
        (b"GET / HTTP/1.1\r\nHost: [", 403),
        (b"GET / HTTP/1.1\r\nHost: localhost:8080", 200),
        (b"GET / HTTP/1.1\r\nHost: [::1]", 200),
        (b"GET / HTTP/1.1", 200),
        (b"POST /v1/notes HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0" + b"\r\na: b" * 1000, 400),
    ],
)
def test_what_a_request_begins_with(sandbox: Any, request_line: bytes, status: int) -> None:
    """It is answered; the page is shown to those who name this machine, which a site that is rebound to it can't."""
    assert sent(sandbox, request_line, b"\r\nConnection: close\r\n\r\n").split(maxsplit=2)[1] == b"%d" % status


@pytest.mark.sweep
def test_a_body_of_tiny_chunks(sandbox: Any) -> None:
    """Each is read once, where to copy what came before would take minutes."""
    body = b"1\r\na\r\n" * 2_000_000
    head = b"POST /v1/none HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 404 " in sent(sandbox, head, body, b"0\r\n\r\n")
    assert len(sandbox.requests[0].body) == 2_000_000


def test_requests_are_forgotten_where_they_are_too_large(
    case: Case, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last ones stay, and the very last one whatever its size."""
    monkeypatch.setattr(case.module("testing._log"), "_LARGEST", 100)
    for size in (40, 50, 30, 101):
        answer(case, sandbox, "POST", "/none", b"x" * size)
        assert sum(len(call.body) for call in sandbox.requests) <= 101
    assert [len(call.body) for call in sandbox.requests] == [101]
    answer(case, sandbox, "POST", "/none", b"x")
    assert [len(call.body) for call in sandbox.requests] == [1]


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\0", "ä", " "])
def test_a_header_is_not_written_by_a_request(case: Case, sandbox: Any, value: str) -> None:
    """A handler that answers with what came makes no second header, also with what the socket can't carry."""

    def echo(call: Any) -> Any:
        return case.module("testing").Reply(204, headers={"X-Text": call.arguments["text"]})

    sandbox.on("send_note")(echo)

    with sandbox.serve() as server:
        answered = httpx2.post(f"{server.url}/notes", json={"text": value})
    assert answered.status_code == 500
    assert "set-cookie" not in answered.headers


def test_a_message_of_a_handler_is_printed_in_its_lines(sandbox: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """The terminal obeys nothing that came with a request."""

    def fail(call: Any) -> Any:
        raise LookupError(call.arguments["text"])

    sandbox.on("send_note")(fail)

    with sandbox.serve() as server:
        assert httpx2.post(f"{server.url}/notes", json={"text": "\x1b[2J\x07\u202e"}).status_code == 500
    assert r"LookupError: \x1b[2J\x07\u202e" in capfd.readouterr().err


def test_the_page_shows_text_as_text(sandbox: Any) -> None:
    """Of paths, names of parameters and arguments, and no secret."""
    markup = "<script>alert(1)</script>"
    with sandbox.serve() as server:
        httpx2.get(f"{server.url}/{markup}?{markup}")
        httpx2.get(f"{server.url}/filter", params={markup: markup, f"filter[{markup}]": markup})
        httpx2.post(f"{server.url}/notes", json={"text": markup, "token": "s3cret", markup: {"token": "s3cret"}})
        page = httpx2.get(f"{server.address}/")
    assert "<script" not in page.text.lower()
    assert "alert(1)" in page.text
    assert "s3cret" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_connections_are_bounded(case: Case, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is told so and closed; when one of the others ends, there is room again."""
    monkeypatch.setattr(case.module("testing._server"), "_MOST_CONNECTIONS", 2)
    with sandbox.serve() as server:
        host, port = server.address.removeprefix("http://").split(":")
        address = (host, int(port))
        with socket.create_connection(address) as first, socket.create_connection(address):
            refused = httpx2.post(f"{server.url}/notes", json={"text": "a" * 100_000})
            assert (refused.status_code, refused.headers["connection"]) == (503, "close")
            assert sandbox.requests == []
            first.shutdown(socket.SHUT_RDWR)
            while (answered := httpx2.get(f"{server.url}/none")).status_code == 503:
                pass  # until the thread of the first has seen its end
            assert answered.status_code == 404


def test_a_machine_without_threads(case: Case, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same to a client as too many connections."""

    class NoThread(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with sandbox.serve() as server, monkeypatch.context() as patch:
        patch.setattr(threading, "Thread", NoThread)
        assert httpx2.get(f"{server.url}/none").status_code == 503
        patch.undo()
        assert httpx2.get(f"{server.url}/none").status_code == 404


def test_refused_connections_are_bounded(case: Case, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is closed first, also before its time has come; all are, with the server."""
    module = case.module("testing._server")
    monkeypatch.setattr(module, "_MOST_CONNECTIONS", 0)
    monkeypatch.setattr(module, "_MOST_REFUSED", 3)
    monkeypatch.setattr(module, "_GRACE", 3600)
    with sandbox.serve() as server, ExitStack() as stack:
        host, port = server.address.removeprefix("http://").split(":")
        for _ in range(20):
            connection = stack.enter_context(socket.create_connection((host, int(port))))
            assert connection.recv(65536).startswith(b"HTTP/1.1 503 ")
        refused = server._server._refused
        while len(refused) > 3:
            pass  # until the server looks for them
        kept = [connection for _, connection in refused]
    assert [connection.fileno() for connection in kept] == [-1, -1, -1]
