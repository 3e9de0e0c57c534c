"""A request as it came, and what becomes of it, for the transport and the server alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from .._http import BODILESS, USUAL_MEDIA_TYPES, is_json, is_name, is_value
from .._operation import Answer, Operation
from ._behaviour import Call, Reply

__all__ = ["Exchange", "Outcome", "Request", "answer_of", "written"]

_ANYTHING: Final[TypeAdapter[Any]] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A request as it came. Its repr shows the method only."""

    method: str
    target: str = field(repr=False)
    """Path and query, encoded."""
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    origin: str = field(default="", repr=False)
    """Scheme, host and port that it was sent to."""

    @property
    def url(self) -> str:
        """Without the query."""
        return self.origin + self.target.partition("?")[0]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What is sent back, and how that ends."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    end: Literal["", "drop", "stall", "truncate"] = ""
    """Nothing special; the connection is closed without an answer; nothing comes; the body breaks off."""

    @property
    def sent(self) -> bytes:
        """As much of the body as is sent."""
        return self.body[: len(self.body) // 2] if self.end == "truncate" else self.body


@dataclass(slots=True, eq=False)
class Exchange:
    """A call and what came of it, for people."""

    call: Call
    at: float
    """Seconds since 1970."""
    result: str = ""
    """The status, or how the connection ended; empty: there is none yet."""
    reason: str = field(default="", repr=False)
    """What an error says of itself; as the API writes it, so a secret may be in it."""


def answer_of(operation: Operation[Any], status: int) -> Answer | None:
    """What the operation declares for a status: the status itself, else its range, else `default`."""
    declared = {answer.status.upper(): answer for answer in operation.answers}
    keys = (str(status), f"{status // 100}XX", "DEFAULT")
    return next((declared[key] for key in keys if key in declared), None)


def written(reply: Reply, operation: Operation[Any] | None, method: str) -> Outcome:
    """The reply in bytes, in the media type that the operation declares for its status."""
    answer = answer_of(operation, reply.status) if operation else None
    headers = _headers(reply)
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if reply.body is None or reply.status in BODILESS:
        body = b""
    else:
        usual = _media_type(answer, reply.body)
        body = _bytes(reply.body, content_type or usual)
        if not content_type:
            headers["Content-Type"] = usual
    if reply.status not in BODILESS:  # RFC 9110, 8.6
        headers["Content-Length"] = str(len(body))
    return Outcome(reply.status, headers, b"" if method == "HEAD" else body)


def _headers(reply: Reply) -> dict[str, str]:
    """Those of the reply; what a handler took from a request makes no second header."""
    headers = {name: str(value) for name, value in reply.headers.items()}
    for name, value in headers.items():
        if not (is_name("header", name) and is_value("header", value)):
            raise ValueError(f"HTTP does not allow this header, or its value: {name!r}")
    return headers


def _media_type(answer: Answer | None, body: Any) -> str:
    """That of the declared answer if it can hold the body; else the usual one of the body."""
    kind = "bytes" if isinstance(body, bytes) else "json"
    if answer is None or answer.kind == "empty":
        return USUAL_MEDIA_TYPES["text" if isinstance(body, str) else kind]
    if answer.kind == "text" and not isinstance(body, (str, bytes)):
        return USUAL_MEDIA_TYPES[kind]
    if "*" in (declared := answer.content_type or USUAL_MEDIA_TYPES[answer.kind]):
        return USUAL_MEDIA_TYPES[answer.kind] if declared.startswith("*") else declared.replace("*", "octet-stream")
    return declared


def _bytes(body: Any, content_type: str) -> bytes:
    """Objects by their names on the wire, without the members that nobody has set."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str) and not is_json(content_type):
        return body.encode()
    return _ANYTHING.dump_json(body, by_alias=True, exclude_unset=True)
