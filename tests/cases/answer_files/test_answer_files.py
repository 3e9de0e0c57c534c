"""Answers of bytes: larger than others, and into a file while they arrive."""

from __future__ import annotations

import gzip
import inspect
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from tests.support.cases import Answer, Case
from tests.support.server import Act, response

MEBIBYTE = 1 << 20
CONTENT = bytes(range(256)) * 16


def file(body: bytes = CONTENT, **headers: str) -> Answer:
    """A file as an answer."""
    return Answer(200, body, "application/octet-stream", headers)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def perform(request: pytest.FixtureRequest, case: Case) -> Callable[..., Any]:
    """Calls with a client of each kind; returns what the call returns or raises."""

    def calls(call: Callable[[Any], Any], *answers: Any, **options: Any) -> Any:
        def sync() -> Any:
            with case.module("client").Client(**options) as client:
                return outcome(lambda: call(client))

        async def tasks() -> Any:
            async with case.module("client").AsyncClient(**options) as client:
                try:
                    return await call(client)
                except case.package.ApiError as error:
                    return error

        def outcome(function: Callable[[], Any]) -> Any:
            try:
                return function()
            except case.package.ApiError as error:
                return error

        options = {"base_url": case.server.base_url, "max_retries": 0, **options}
        run = sync if request.param == "sync" else lambda: anyio.run(tasks, backend=request.param)
        return case.server.exchanges(run, *answers)[0]

    return calls


def snapshot(path: object) -> Callable[[Any], Any]:
    """A call that takes the answer into a file; None: into memory."""
    return lambda client: client.default.get_snapshot(id="a", into=path)


def test_file(perform: Callable[..., Any], tmp_path: Path) -> None:
    """Its path comes in place of the bytes; what the file was before is replaced, and nothing else is there."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    assert perform(snapshot(str(path)), file()) == path
    assert path.read_bytes() == CONTENT
    assert perform(snapshot(path), file(b"")) == path
    assert path.read_bytes() == b""
    assert perform(snapshot(path), file(gzip.compress(CONTENT), **{"Content-Encoding": "gzip"})) == path
    assert path.read_bytes() == CONTENT
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444, 0o4755])
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_permissions_are_kept(perform: Callable[..., Any], tmp_path: Path, mode: int, encoding: str) -> None:
    """As when an editor saves; but for the right to run as another user, which was given to the former content."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    path.chmod(mode)
    answer = file(gzip.compress(CONTENT), **{"Content-Encoding": encoding}) if encoding else file()
    assert perform(snapshot(path), answer) == path
    assert (path.stat().st_mode & 0o7777, path.read_bytes()) == (mode & 0o777, CONTENT)


def test_a_private_file_stays_private(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the part of it that has come."""
    path, modes = tmp_path / "a.bin", set[int]()
    path.write_bytes(b"before")
    path.chmod(0o640)
    body = case.module("_files").FileBody
    add = body.add

    def watched(self: Any, piece: bytes) -> Any:
        done = add(self, piece)
        modes.update(part.stat().st_mode & 0o777 for part in tmp_path.glob(".*.part"))
        return done

    monkeypatch.setattr(body, "add", watched)
    with case.module("client").Client(base_url=case.server.base_url) as client:
        case.server.exchanges(lambda: snapshot(path)(client), file())
    assert modes == {0o600}
    assert path.stat().st_mode & 0o777 == 0o640


def test_permissions_of_a_new_file(perform: Callable[..., Any], tmp_path: Path) -> None:
    """They are those of any new file, also where a link was, whose file is left alone."""
    plain, other, link = tmp_path / "plain", tmp_path / "other", tmp_path / "link"
    plain.touch()
    other.write_bytes(b"other")
    other.chmod(0o600)
    link.symlink_to(other)
    for path in (tmp_path / "new", link):
        perform(snapshot(path), file())
        assert path.lstat().st_mode == plain.stat().st_mode
    assert (other.read_bytes(), other.stat().st_mode & 0o777) == (b"other", 0o600)


def test_twin(perform: Callable[..., Any], tmp_path: Path) -> None:
    """It has the rest of the answer, too."""

    def call(client: Any) -> Any:
        return client.default.convert_with_http_info(text="a", into=tmp_path / "a.png")

    answer = perform(call, Answer(200, CONTENT, "image/png"))
    assert (answer.data, answer.status_code, answer.content) == (tmp_path / "a.png", 200, b"")
    assert answer.data.read_bytes() == CONTENT


def test_other_answers(perform: Callable[..., Any], case: Case, tmp_path: Path) -> None:
    """Whatever is no bytes by the description is read as ever, and so are errors."""
    later = perform(snapshot(tmp_path / "a"), Answer(202, {"after": 5}))
    assert later.after == 5
    error = perform(snapshot(tmp_path / "a"), Answer(404, {"why": "gone"}))
    assert isinstance(error, case.package.NotFoundError)
    assert error.envelope.why == "gone"
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Act(response(200, [("Content-Length", "5000")], CONTENT), "close"), "RemoteProtocolError"),
        (file(CONTENT * 3), "larger than 10000 bytes"),
        (file(gzip.compress(bytes(MEBIBYTE)), **{"Content-Encoding": "gzip"}), "larger than 10000 bytes"),
        (file(CONTENT, **{"Content-Encoding": "gzip"}), "decompressed"),
    ],
    ids=["cut", "large", "bomb", "damaged"],
)
def test_no_half_file(perform: Callable[..., Any], case: Case, tmp_path: Path, answer: Any, reason: str) -> None:
    """What the file was before is left, and nothing else."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    error = perform(snapshot(path), answer, max_binary_size=10_000)
    assert isinstance(error, case.package.ApiError)
    assert reason in str(error)
    assert ([*tmp_path.iterdir()], path.read_bytes()) == ([path], b"before")


def test_again(perform: Callable[..., Any], tmp_path: Path) -> None:
    """A call that is repeated begins the file anew."""
    cut = Act(response(200, [("Content-Length", "5000")], CONTENT), "close")
    assert perform(snapshot(tmp_path / "a"), cut, file(b"whole"), max_retries=1) == tmp_path / "a"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_event_hook(case: Case, tmp_path: Path) -> None:
    """An answer that somebody else has read goes to the file all the same."""
    with httpx2.Client(event_hooks={"response": [lambda response: response.read()]}) as http_client:
        client = case.module("client").Client(base_url=case.server.base_url, http_client=http_client)
        case.server.exchanges(lambda: snapshot(tmp_path / "a")(client), file())
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("place", ["", "missing/a", 3, "a\0b", b"a"], ids=repr)
def test_no_such_place(perform: Callable[..., Any], tmp_path: Path, place: Any) -> None:
    """It is told before anything is sent."""
    error = perform(snapshot(str(tmp_path / place) if isinstance(place, str) else place))
    assert error.argument == "into"


def test_disk(perform: Callable[..., Any], case: Case) -> None:
    """What cannot be written is an error of the answer."""
    error = perform(snapshot("/proc/nothing"), file())
    assert isinstance(error, case.package.InvalidResponseError)
    assert "cannot be written" in str(error)


def test_memory_stays_flat(perform: Callable[..., Any], tmp_path: Path) -> None:
    """However large the answer is."""
    answer = file(bytes(32 * MEBIBYTE)).to("GET")
    tracemalloc.start()
    try:
        assert perform(snapshot(tmp_path / "a"), answer) == tmp_path / "a"
        assert tracemalloc.get_traced_memory()[1] < 4 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert (tmp_path / "a").stat().st_size == 32 * MEBIBYTE


def test_larger_than_others(perform: Callable[..., Any]) -> None:
    """Bytes have a bound of their own also where they are kept in memory."""
    call = snapshot(None)
    assert len(perform(call, file(bytes(2 * MEBIBYTE)))) == 2 * MEBIBYTE
    assert "larger than 9 bytes" in str(perform(call, file(bytes(10)), max_binary_size=9))
    assert "larger than 9 bytes" in str(perform(call, Answer(202, {"after": 12}), max_response_size=9))


def test_signature(case: Case) -> None:
    """A name of the description's that is the same is the one that changes; others have no such argument."""
    parameters = inspect.signature(case.module("api.default").DefaultApi.os_).parameters
    assert {"into", "into_"} <= {*parameters}


def test_what_is_no_file_stays(case: Case, tmp_path: Path) -> None:
    """A file that takes the place of a device or a pipe takes it from all who use it."""
    pipe, device = tmp_path / "pipe", tmp_path / "device"
    os.mkfifo(pipe)
    device.symlink_to(os.devnull)
    with case.client() as client:
        for path in (pipe, device):
            with pytest.raises(case.package.InvalidRequestError, match="into: is neither a file nor free"):
                client.default.get_snapshot(id="a", into=path)
    assert (pipe.is_fifo(), device.is_symlink()) == (True, True)
