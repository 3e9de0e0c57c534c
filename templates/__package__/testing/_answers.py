"""Answers of the description: its examples, or values of its schemas, which the generator has made."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from .._operation import Answer, Operation
from ._behaviour import Problem, Reply
from ._outcome import answer_of
from ._routes import Routes

__all__ = ["Answers", "message_of"]

#: What members are called that say to people what is wrong, the most specific first; and those that say where.
_MESSAGES: Final = (
    "details",
    "detail",
    "message",
    "msg",
    "errordescription",
    "description",
    "reason",
    "title",
    "error",
)
_POINTERS: Final = ("pointer", "parameter", "field", "param", "path")


class Answers:
    """The answers to all operations."""

    def __init__(self, routes: Routes) -> None:
        """For these operations."""
        self._routes = routes

    @cached_property
    def _data(self) -> Any:
        return json.loads(Path(__file__).with_name("_answers.json").read_bytes())

    def success(self, name: str) -> Reply:
        """The example of the answer to a call that goes well."""
        operation = self._routes.by_name[name].operation
        answer = _success(operation)
        if answer is None:
            return Reply(204)
        return Reply(_status_of(answer), self._body(name, answer), self._headers(name, answer))

    def _headers(self, name: str, answer: Answer) -> dict[str, str]:
        return {**self._data["headers"].get(self._key(name), {}).get(answer.status, {})}

    def _key(self, name: str) -> str:
        return f"{self._routes.by_name[name].module}.{name.rpartition('.')[2]}"

    def _body(self, name: str, answer: Answer) -> Any:
        """A copy: whoever gets it may change it."""
        if answer.kind == "empty":
            return None
        if answer.kind == "bytes":
            return b"bytes"
        index = self._data["answers"].get(self._key(name), {}).get(answer.status)
        if index is None:
            return "text" if answer.kind == "text" else None
        return copy.deepcopy(self._data["values"][index])

    def failure(self, name: str, problem: Problem) -> Reply:
        """The error that an operation declares for a problem, with its message; RFC 9457 where it declares none."""
        operation = self._routes.operation(name)
        answer = answer_of(operation, problem.status) if operation else None
        if operation is None or answer is None or answer.kind == "bytes":
            body = {"title": problem.message, "status": problem.status}
            return Reply(problem.status, body, {"Content-Type": "application/problem+json"})
        example, headers = self._body(name, answer), self._headers(name, answer)
        if answer.kind == "text":
            return Reply(problem.status, problem.message, headers)
        body = copy.deepcopy(example)
        _tell(body, _MESSAGES, problem.message)
        _tell(body, _POINTERS, problem.pointer)
        return Reply(problem.status, body if _fits(operation, answer, body) else example, headers)


def _status_of(answer: Answer) -> int:
    """Of `2XX`, the first one."""
    return 200 if answer.status == "default" else int(answer.status.upper().replace("X", "0"))


def _success(operation: Operation[Any]) -> Answer | None:
    """The first declared status of success; else `default`, else whatever is no error."""
    for start in ("2", "default", "3", "1"):
        for answer in operation.answers:
            if answer.status.startswith(start):
                return answer
    return None


def message_of(body: bytes) -> str:
    """What an error in JSON says to people; empty: nothing."""
    with suppress(ValueError, RecursionError):
        for _, holder, member in _places(from_json(body), _MESSAGES):
            return str(holder[member])
    return ""


def _tell(body: Any, names: tuple[str, ...], text: str) -> None:
    """Put a text into the member that is there for it, if there is one."""
    places = _places(body, names)
    if places and text:
        _, holder, member = places[0]
        holder[member] = text


def _places(body: Any, names: tuple[str, ...]) -> list[tuple[str, Any, str]]:
    """The members with such names, in the order of `names`."""
    return sorted((place for place in _texts(body) if place[0] in names), key=lambda place: names.index(place[0]))


def _texts(body: Any) -> Iterator[tuple[str, Any, str]]:
    """The members that are texts, at any depth: the folded name, the object and the name."""
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, str):
            yield "".join(filter(str.isalnum, name)).lower(), body, name
    for value in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _texts(value)


def _fits(operation: Operation[Any], answer: Answer, body: Any) -> bool:
    with suppress(ValidationError):
        operation.decoders[answer.status.upper()].decode(to_json(body), {}, 0.0)
        return True
    return False
