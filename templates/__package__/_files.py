"""Answers that go to a file while they arrive; loaded by those who ask for that."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import uuid4

import httpx2

from ._call import Body, DeadlineError, Reply
from ._checks import invalid_argument

__all__ = ["FileBody", "checked_path"]

_PIECE: Final = 64 * 1024  # bytes
_PRIVATE: Final = 0o600


def checked_path(into: Any) -> Path:
    """The path of a file that can be written, before anything is sent.

    Raises:
        InvalidRequestError: it is no path, or there is no such folder.
    """
    problem = "must be the path of a file"
    try:
        path = Path(into)
        if b"\0" in os.fsencode(path):
            pass
        elif path.is_dir():
            problem = "is a folder"
        elif path.exists() and not path.is_file():  # it would be replaced, such as /dev/null
            problem = "is neither a file nor free"
        elif path.parent.is_dir():
            return path
        else:
            problem = "is in a folder that does not exist"
    except (OSError, TypeError, ValueError):  # not chained: their texts may quote the path
        pass
    raise invalid_argument("into", problem)


class FileBody:
    """A body on its way into a file, within bounds of size and time.

    It is written beside the file, whose place it takes when all of it is there: nobody sees a part of it. The
    permissions of a file that was there are kept; a new one has those that the process gives (`umask`).
    """

    blocks = True

    def __init__(self, response: httpx2.Response, body: Body, now: Callable[[], float], deadline: float) -> None:
        assert body.into is not None
        self._response = response
        self._path = body.into
        self._part = self._path.with_name(_name())
        self._mode = _mode_of(self._path)
        self._limit = body.limit
        self._now = now
        self._deadline = deadline
        self._file: BinaryIO | None = None
        self._size = 0
        self._problem = ""

    def add(self, piece: bytes) -> bool:
        """Write a piece; False: stop reading.

        Raises:
            DeadlineError: it came too late.
        """
        if self._now() >= self._deadline:
            raise DeadlineError
        self._size += len(piece)
        if self._size > self._limit:
            self._problem = f"is larger than {self._limit} bytes"
            return False
        try:
            if self._file is None:
                opener = None if self._mode is None else _privately
                self._file = open(self._part, "xb", opener=opener)  # noqa: SIM115 (`close` does)
            self._file.write(piece)
        except OSError as error:
            self._problem = _unwritable(error)
        return not self._problem

    @property
    def is_refused(self) -> bool:
        """Whether it is too large, or cannot be written."""
        return bool(self._problem)

    def reply(self, content: bytes | None = None) -> Reply:
        """The answer, with all of its body in the file, or with what is wrong; `content` was read by someone else.

        Raises:
            DeadlineError: it came too late.
        """
        if self.add(content or b"") and content is None and "Content-Encoding" in self._response.headers:
            self._decompress()
        if self._file is not None and not self._problem:
            try:
                self._keep_mode(self._file.fileno())
                self._file.close()
                self._part.replace(self._path)
            except OSError as error:
                self._problem = _unwritable(error)
        return Reply(self._response, b"", self._problem, self._path)

    def _keep_mode(self, descriptor: int) -> None:
        """Of the file that is replaced; where that cannot be done, only its owner reads the new one."""
        if self._mode is not None and hasattr(os, "fchmod"):  # not on Windows
            with suppress(OSError):
                os.fchmod(descriptor, self._mode)

    def _decompress(self) -> None:
        """Through a second response, as httpx2 does it in pieces: what came would be closed in the midst of it."""
        came = self._part
        self.close(keep=True)
        self._part, self._file, self._size = self._path.with_name(_name()), None, 0
        stored = httpx2.Response(self._response.status_code, headers=self._response.headers, stream=_Stored(came))
        try:
            if self.add(b""):
                all(map(self.add, stored.iter_bytes()))
        except httpx2.DecodingError:
            self._problem = "can't be decompressed"
        except OSError as error:
            self._problem = _unwritable(error)
        finally:
            with suppress(OSError):
                came.unlink(missing_ok=True)

    def close(self, *, keep: bool = False) -> None:
        """Leave nothing beside the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                if not keep:
                    self._part.unlink(missing_ok=True)


class _Stored(httpx2.SyncByteStream):
    """What came, from its file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _mode_of(path: Path) -> int | None:
    """The permissions of a file but for that to run as its owner; None: there is none, or a link, which is replaced."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    return mode & 0o777 if stat.S_ISREG(mode) else None


def _privately(path: str, flags: int) -> int:
    """While it is written: the file that was there may be private, too."""
    return os.open(path, flags, _PRIVATE)


def _name() -> str:
    return f".{uuid4().hex}.part"


def _unwritable(error: OSError) -> str:
    """Without the path, which `strerror` does not have."""
    return f"cannot be written to the file: {os.strerror(error.errno) if error.errno else type(error).__name__}"
