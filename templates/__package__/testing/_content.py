"""Reads request bodies: the inverse of `_bodies.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from fnmatch import fnmatchcase
from typing import Any, get_args
from urllib.parse import quote, unquote_plus

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from .._bodies import BodyEncoder, Encoding
from .._checks import explain
from .._facts import HAS_CASINGS
from .._http import essence, is_json, media_kind
from .._model import UNSET, File, Upload
from .._operation import Operation, Parameter, decode_text
from .._styles import _members as sent_members
from ._behaviour import Problem
from ._conversion import Part, Repeated, alternatives, converted, is_file, members_of
from ._outcome import Request
from ._parameters import read_styled

__all__ = ["ProblemError", "read_body"]


class ProblemError(Exception):
    """What is wrong with a request; the first of the `statuses` that the operation declares says so."""

    def __init__(self, statuses: Iterable[int], message: str, argument: str = "", pointer: str = "") -> None:
        super().__init__(message)
        self.statuses = tuple(statuses)
        self.argument = argument
        self.pointer = pointer

    def problem(self, status: int) -> Problem:
        """The same, for a status."""
        return Problem(status, str(self), self.argument, self.pointer)


def read_body(operation: Operation[Any], request: Request) -> dict[str, Any]:
    """The arguments of the body, checked, by Python name; `content_type` where the operation takes several types.

    Raises:
        ProblemError: The body is missing, is of another media type, or does not fit.
    """
    encoders = operation._body_encoders
    content_type = request.headers.get("content-type", "")
    if not encoders or not (request.body or content_type):
        if any(encoder.body.required for encoder in encoders):
            raise ProblemError((400, 422), "the request needs a body", encoders[0].body.argument)
        return {}
    fitting = sorted(_of_type(encoders, content_type), key=lambda encoder: encoder.body.content_type != content_type)
    if not fitting:
        declared = dict.fromkeys(encoder.body.content_type for encoder in encoders)
        raise ProblemError((415, 400, 422), f"the body has to be {' or '.join(declared)}", "", "Content-Type")
    arguments = _of_first(fitting, request)
    if len({encoder.body.content_type for encoder in encoders}) > 1:
        return {"content_type": fitting[0].body.content_type, **arguments}
    return arguments


def _of_type(encoders: Iterable[BodyEncoder], content_type: str) -> Iterator[BodyEncoder]:
    own = essence(content_type)
    return (encoder for encoder in encoders if fnmatchcase(own, essence(encoder.body.content_type) or "*"))


def _of_first(encoders: list[BodyEncoder], request: Request) -> dict[str, Any]:
    """The arguments of the variant that fits; else what is wrong with the one that comes closest."""
    problems: list[tuple[int, ProblemError]] = []
    for encoder in encoders:
        raw = _raw(encoder, request)
        try:
            return _arguments(encoder, raw)
        except ProblemError as error:
            known = {*members_of(encoder.body.type)[0]} & {*raw} if isinstance(raw, dict) else ()
            problems.append((len(known), error))
    raise max(problems, key=lambda problem: problem[0])[1]


def _arguments(encoder: BodyEncoder, raw: Any) -> dict[str, Any]:
    body = encoder.body
    try:
        value = encoder._adapter.validate_python(raw, by_alias=True, by_name=False)
    except ValidationError as error:
        wires: dict[str | None, str] = {info.serialization_alias or name: name for name, info in encoder.fields.items()}
        path, reason = explain(error, wires)
        raise _misfit(encoder, path, reason) from None
    except RecursionError:
        raise ProblemError((400, 422), "the body nests too deeply") from None
    if problem := next(_unsent(value), None):
        raise _misfit(encoder, *problem)
    if not body.fields:
        return {body.argument: value}
    members = {name: getattr(value, name) for name in body.fields if name in value.model_fields_set}
    return members or ({} if body.required else {body.argument: value})  # without any, it could be no body at all


def _unsent(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """What types let pass, since it means that a caller gave nothing: null, and a constant that is missing."""
    if isinstance(value, BaseModel):
        for member in sent_members(type(value)):
            item, at = getattr(value, member.name), (*path, member.wire if path else member.name)
            if reason := _reason(member, item, is_there=member.name in value.model_fields_set):
                yield ".".join(at), reason
            yield from _unsent(item, at)
    elif isinstance(value, (list, dict)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _unsent(item, (*path, str(key)))


def _reason(member: Any, item: Any, *, is_there: bool) -> str:
    if is_there:
        return "input should not be null" if item is None and not member.nullable else ""
    return "field required" if member.has_to_be_sent and item not in (None, UNSET) else ""


def _misfit(encoder: BodyEncoder, path: str, reason: str) -> ProblemError:
    first, _, rest = path.partition(".")
    info = encoder.fields.get(first)
    names = [info.serialization_alias or first if info else first, *(rest.split(".") if rest else ())]
    pointer = "".join(f"/{name}" for name in names if name)
    argument = first if info else encoder.body.argument
    return ProblemError((422, 400), f"{path}: {reason}" if path else reason, argument, pointer)


# From bytes


def _raw(encoder: BodyEncoder, request: Request) -> Any:
    """The body without types: JSON, or texts by name, converted as far as the types say."""
    body, content = encoder.body, request.body
    kind = media_kind(body.content_type)
    if kind in ("json", "text") and body.type is File:
        kind = "bytes"
    match kind:
        case "json":
            return _json(content)
        case "form":
            return _form(encoder, content)
        case "multipart":
            return _members(encoder, _parts(content, request.headers.get("content-type", "")))
        case "text":
            return decode_text(content, request.headers)
        case _:
            return Upload(content, "", request.headers.get("content-type", ""))


def _json(content: bytes) -> Any:
    try:
        return from_json(content)
    except ValueError:
        raise ProblemError((400, 422), "the body is no JSON") from None


def _form(encoder: BodyEncoder, content: bytes) -> Any:
    """WHATWG URL, 5.1; the whole text where the schema says that it is one."""
    if encoder.body.type is str:
        return content.decode("utf-8", "replace")
    pairs = (pair.partition("=") for pair in content.decode("utf-8", "replace").split("&") if pair)
    described = _described_names(encoder) if HAS_CASINGS else {}
    return _members(encoder, [(described.get(unquote_plus(name), name), value) for name, _, value in pairs])


def _described_names(encoder: BodyEncoder) -> dict[str, str]:
    """The names of the members, escaped, by their spellings: the validators of JSON take all of them, too."""
    from .._casings import spellings  # only in packages whose API has casings

    names = [info.serialization_alias or name for name, info in encoder.fields.items()]
    spelled = {spelling: name for name in names for spelling in spellings(name)}
    return {name: quote(described) for name, described in {**spelled, **{name: name for name in names}}.items()}


def _members(encoder: BodyEncoder, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object, each as its encoding says."""
    styled, pairs = _styled_members(encoder, pairs)
    known, _ = members_of(encoder.body.type)
    grouped: dict[str, Any] = {}
    for name, value in pairs:
        if isinstance(value, str):
            decoded = unquote_plus(name)
            content_type = encoder.body.encoding.get(decoded, Encoding()).content_type
            part = (
                Part(unquote_plus(value).encode(), "", content_type) if is_json(content_type) else unquote_plus(value)
            )
            grouped.setdefault(decoded, Repeated()).append(part)
        else:
            _place(grouped, [name] if name in known or "[" not in name else re.split(r"\]?\[", name.rstrip("]")), value)
    read: dict[str, Any] = converted(encoder.body.type, grouped)
    return {**read, **styled}


def _holds_file(kind: Any) -> bool:
    return any(is_file(part) or any(map(_holds_file, get_args(part))) for part in alternatives(kind))


def _place(members: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a part into an object, or into one in it: `name[member]`."""
    for name in path[:-1]:
        inner = members.setdefault(name, {})
        members = inner if isinstance(inner, dict) else {}
    last = members.setdefault(path[-1], Repeated())
    if isinstance(last, Repeated):
        last.append(value)


def _styled_members(encoder: BodyEncoder, pairs: list[tuple[str, Any]]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """The members that are written as parameters would be, and the pairs of all others."""
    members: dict[str, Any] = {}
    types, others = members_of(encoder.body.type)
    unescape = unquote_plus if media_kind(encoder.body.content_type) == "form" else str
    for name, encoding in encoder.body.encoding.items():
        kind = types.get(name, others)
        if encoding.has_style and not encoding.content_type and not _holds_file(kind):
            texts = [
                (key, value if isinstance(value, str) else value.read().decode("utf-8", "replace"))
                for key, value in pairs
            ]
            parameter = Parameter(name, name, "query", kind, style=encoding.style, explode=encoding.explode)
            value, left = read_styled(parameter, texts, unescape, types.keys() - {name})
            if value is not UNSET:
                members[name] = value
            pairs = [pairs[index] for index in left]
    return members, pairs


def _parts(content: bytes, content_type: str) -> list[tuple[str, Part]]:
    """RFC 7578 and RFC 2046, 5.1.1.

    Raises:
        ProblemError: There is no boundary.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        raise ProblemError((400, 422), "the body has no boundary between its parts", "", "Content-Type")
    pieces = (b"\r\n" + content).split(b"\r\n--" + boundary.encode("latin-1", "replace"))
    return [_part(piece.removeprefix(b"\r\n")) for piece in pieces[1:] if not piece.startswith(b"--")]


def _part(piece: bytes) -> tuple[str, Part]:
    head, _, content = piece.partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    disposition = headers.get("content-disposition", "")
    name, filename = (_quoted(disposition, key) for key in ("name", "filename"))
    return name, Part(content, filename, headers.get("content-type", ""))


def _quoted(disposition: str, key: str) -> str:
    """A parameter of a header, without what WHATWG HTML, 4.10.21.8, escapes."""
    match = re.search(rf';\s*{key}="([^"]*)"', disposition, re.IGNORECASE)
    written = match[1] if match else ""
    return written.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
