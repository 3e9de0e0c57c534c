"""The server of the benchmarks: answers every request alike, and as fast as Python can, so that clients decide.

`python -m tests.benchmarks.server` prints its port, and serves until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

# The call of all benchmarks, `create_authorization`.
KEY = "persona_sandbox_0f5f4f1e"
CLIENT_ID = "org_Wq3nVbT8kZr5MhYx2DpLc7Fs"
SCOPE = "inquiry.read:inq_Jt6RmKx9wBv4NgQz3HsPd8Ya"

_BODY = b'{"code":"Vd7kPw2XsRt9LmZq4HbNc6YgJf3T","expires-in":599}'
_ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\nRequest-Id: req_7Hq2\r\n"
    b"RateLimit-Limit: 300\r\nRateLimit-Remaining: 299\r\nRateLimit-Reset: 12\r\nContent-Length: %d\r\n\r\n%b"
) % (len(_BODY), _BODY)
_LENGTH = b"\r\ncontent-length:"


class Answering(asyncio.Protocol):
    """Finds where a request ends, and nothing else."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        self._transport = cast(asyncio.Transport, transport)
        self._pending = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._pending += data
        while end := _end(self._pending):
            self._pending = self._pending[end:]
            self._transport.write(_ANSWER)


def _end(data: bytes) -> int:
    """Where the first request ends; 0: it isn't complete."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return 0
    lower = data[:head].lower()
    start = lower.find(_LENGTH)
    length = int(lower[start + len(_LENGTH) :].partition(b"\r\n")[0]) if start >= 0 else 0
    end = head + 4 + length
    return end if len(data) >= end else 0


async def serve() -> None:
    """Until standard input ends, so that no server outlives the process that started it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
