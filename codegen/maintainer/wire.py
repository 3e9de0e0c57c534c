"""What changed on the wire: the requests that two versions of a package send for the same calls."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, unquote_plus

from codegen.maintainer import sender
from codegen.maintainer.annotations import RENAMED
from codegen.maintainer.samples import OperationSamples, samples
from codegen.maintainer.versions import Change
from codegen.model.read import read
from codegen.report.text import printable

#: How a key shows on the wire.
_CREDENTIALS = (sender.API_KEY, *sender.API_KEY.split(":"), base64.b64encode(sender.API_KEY.encode()).decode())
_PLACES = {"query": "in the query", "header": "as a header", "cookie": "as a cookie", "body": "in the body"}
#: By location and name.
_Parts: TypeAlias = Mapping[tuple[str, str], str]
_REFUSED = "refused"
_LONGEST = 120  # characters of a value that are shown


class SendingError(Exception):
    """A package cannot be imported, or fails in another way than by refusing a call."""


@dataclass(frozen=True, slots=True)
class _Difference:
    """Something in a request that differs."""

    aspect: str
    """What differs: reported once for each operation, and once for the argument that is varied."""
    text: str
    names: frozenset[str] = frozenset()
    """Those of the parameters or members on the wire that it is about, in lower case."""
    is_credential: bool = False
    breaking: bool = True


def compare(before: Path, after: Path, spec: Path, known: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """The changes of the requests of two packages, and the operations for which no request could be compared.

    The calls are those that the new description allows. `known`: the changes of the signatures, which are not repeated.

    Raises:
        GenerationError: The description cannot be read.
        SendingError: A package cannot be run.
    """
    operations = list(samples(read(spec, spec.name).api))
    calls = [call for operation in operations for call in operation.calls]
    outcomes = zip(*(_outcomes(folder, calls) for folder in (before, after)), strict=True)
    changes: list[Change] = []
    missed, new = [], _new_methods(known)
    old_operations = 0
    for operation in operations:
        pairs = [next(outcomes) for _ in operation.calls]
        if new & {operation.subject, f"Client.{operation.calls[0].attribute}"}:
            continue
        old_operations += 1
        changes += _changes(operation, pairs, known)
        if all("refused" in old or "refused" in new for old, new in pairs):
            missed.append(f"{operation.subject}: {pairs[0][1].get('refused') or pairs[0][0].get('refused')}")
    return _of_client(changes, old_operations), missed


def _new_methods(known: Sequence[Change]) -> set[str]:
    return {change.subject for change in known if change.text == "new method"}


def _outcomes(folder: Path, calls: Sequence[Any]) -> list[dict[str, Any]]:
    """What a package sends for each call."""
    [package] = [path.parent.name for path in folder.glob("*/__init__.py")]
    command = [sys.executable, "-I", "-B", sender.__file__, str(folder), package]
    literal = repr([(call.attribute, call.method, call.arguments) for call in calls])
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    result = subprocess.run(
        command, input=literal, capture_output=True, encoding="utf-8", env=environment, cwd=folder, check=False
    )
    if result.returncode:
        *_, reason = result.stderr.strip().splitlines() or ["no reason given"]
        raise SendingError(f"the requests of {package} cannot be compared: {reason}")
    return list(json.loads(result.stdout))


def _changes(
    operation: OperationSamples, pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]], known: Sequence[Change]
) -> list[Change]:
    """Each difference once, with the first call that shows it; without those that `known` explains.

    That a call is refused is worth a line only if nothing else explains it.
    """
    reported = _Reported(operation, known)
    news = [
        difference
        for call, (old, new) in zip(operation.calls, pairs, strict=True)
        for difference in _differences(old, new)
        if reported.is_news(difference, call.varied)
    ]
    others = [difference for difference in news if difference.aspect != _REFUSED]
    worth_a_line = others if any(difference.breaking for difference in others) else news
    return [Change(operation.subject, difference.text, difference.breaking) for difference in worth_a_line]


class _Reported:
    """What has been reported of an operation."""

    def __init__(self, operation: OperationSamples, known: Sequence[Change]) -> None:
        own = [change for change in known if change.subject.partition("(")[0] == operation.subject]
        self._python_names = operation.wire_names
        breaking = [change.text for change in own if change.breaking]
        texts = [*breaking, *(change.text for change in own if change.text.startswith("new optional argument"))]
        self._names = {name for text in texts for name in text.split("`")[1::2]} | _renamed(known)
        self._aspects = {_REFUSED} if breaking else set[str]()
        self._has_credentials = any("is called with" in text for text in breaking)

    def is_news(self, difference: _Difference, varied: str) -> bool:
        """Whether neither the signature nor an earlier call shows the difference; then it is reported now."""
        aspects = {f"{difference.aspect} {varied}" if varied and difference.names else difference.aspect}
        aspects |= {f"{difference.aspect} of {name}" for name in difference.names}
        names = {self._python_names.get(name, name) for name in difference.names}
        is_known = (bool(names) and names <= self._names) or (difference.is_credential and self._has_credentials)
        is_news = not is_known and not aspects & self._aspects
        self._aspects |= aspects
        return is_news


def _renamed(known: Sequence[Change]) -> set[str]:
    """The members of models that have another name on the wire, which is said of them."""
    return {change.subject.rpartition(".")[2] for change in known if RENAMED in change.text}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[_Difference]:
    """What differs between two requests for the same call."""
    if "refused" in old:
        return
    if "refused" in new:
        yield _Difference(_REFUSED, f"refuses what it sent before: {_short(new['refused'])}")
        return
    if (old["method"], old["path"]) != (new["method"], new["path"]):
        before, after = (f"{request['method']} {request['path']}" for request in (old, new))
        yield _Difference("path", f"sends {_short(after)} now, was {_short(before)}")
    if old["server"] != new["server"]:
        yield _Difference("server", f"is sent to {new['server']} now, was {old['server']}")
    parts = _parts(old), _parts(new)
    if _content_type(old) != _content_type(new):
        parts = _without_body(parts[0]), _without_body(parts[1])
    yield from _differing(*parts)
    if parts[0] == parts[1] and (old["query"], old["body"]) != (new["query"], new["body"]):
        yield _Difference("order", "sends the same in another order or layout", breaking=False)


def _without_body(parts: _Parts) -> _Parts:
    return {key: part for key, part in parts.items() if key[0] != "body"}


def _differing(old: _Parts, new: _Parts) -> Iterator[_Difference]:
    """The parameters and members that differ; those in other places or under other names are one difference."""
    for key in old.keys() & new.keys():
        if old[key] != new[key]:
            yield _difference({key: old[key]}, {key: new[key]})
    keys = old.keys() ^ new.keys()
    if keys:
        yield _difference(*({key: part[key] for key in part if key in keys} for part in (old, new)))


def _difference(old: _Parts, new: _Parts) -> _Difference:
    before, after = _written(old), _written(new)
    if not new:
        text = f"no longer sends {before}"
    elif not old:
        text = f"sends {after} now"
    else:
        text = f"sends {after} now, was {before}"
    names = frozenset(name.lower() for _, name in {**old, **new})
    values = [value for part in (old, new) for value in part.values()]
    is_credential = any(key in value for key in _CREDENTIALS for value in values)
    return _Difference("part", text, names, is_credential, breaking=not _is_harmless(names, values))


def _is_harmless(names: Collection[str], values: Sequence[str]) -> bool:
    """Whether it is only who sends the request, or that more kinds of answers are accepted."""
    if names == {"accept"} and len(values) == len(("before", "after")):
        return {*values[0].split(", ")} <= {*values[1].split(", ")}
    return names == {"user-agent"}


def _written(parts: _Parts) -> str:
    """Parts as they are sent, by location."""
    texts: dict[str, list[str]] = {}
    for (location, name), value in parts.items():
        is_named = location == "header" or (location == "body" and name and not value.startswith((name, quote(name))))
        texts.setdefault(location, []).append(f"{name}: {value}" if is_named else value)
    return " and ".join(f"{_short('&'.join(values))} {_PLACES[location]}" for location, values in texts.items())


def _parts(request: Mapping[str, Any]) -> _Parts:
    """The parameters and members of a request by location and name, each as it is written."""
    headers = {name: value for name, value in request["headers"].items() if name != "cookie"}
    parts = {
        "query": _pairs(request["query"], "&"),
        "header": headers,
        "cookie": _pairs(request["headers"].get("cookie", ""), "; "),
        "body": _body(request),
    }
    return {(location, name): value for location, named in parts.items() for name, value in named.items()}


def _body(request: Mapping[str, Any]) -> dict[str, str]:
    """The members of a form or of an object in JSON; else the whole body, which has no name."""
    content_type, body = _content_type(request), request["body"]
    if content_type == "application/x-www-form-urlencoded":
        return _pairs(body, "&")
    if content_type.startswith("multipart/"):
        parts: dict[str, str] = {}
        for part in body.split("--BOUNDARY")[1:-1]:
            name = part.partition('name="')[2].partition('"')[0]
            parts[name] = parts.get(name, "") + part.strip("\r\n")
        return parts
    try:
        read = json.loads(body.encode("latin-1"))
    except ValueError:
        read = None
    if not isinstance(read, dict):
        return {"": body} if body else {}
    return {name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in read.items()}


def _pairs(text: str, separator: str) -> dict[str, str]:
    """The items of a query, by name: the texts as they are sent, those of one name together."""
    pairs: dict[str, list[str]] = {}
    for item in text.split(separator) if text else ():
        pairs.setdefault(unquote_plus(item.partition("=")[0]), []).append(item)
    return {name: separator.join(items) for name, items in pairs.items()}


def _content_type(request: Mapping[str, Any]) -> str:
    return str(request["headers"].get("content-type", "")).partition(";")[0].strip().lower()


def _short(text: str) -> str:
    """A text in one line, with its end left out where it is long."""
    line = printable(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _of_client(changes: list[Change], operations: int) -> list[Change]:
    """The changes; one that all operations have is of the client."""
    subjects: dict[Change, set[str]] = {}
    for change in changes:
        subjects.setdefault(replace(change, subject="Client"), set()).add(change.subject)
    shared = {change for change, names in subjects.items() if len(names) == operations > 1}
    own = [change for change in changes if replace(change, subject="Client") not in shared]
    return sorted([*shared, *own], key=lambda change: (not change.breaking, change.subject, change.text))
