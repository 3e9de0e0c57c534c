"""A server's text in what a caller prints: each in one line, bounded, without secrets and what a terminal obeys."""

from __future__ import annotations

import copy
import json
import logging
import random
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cases import Answer, Case

SECRET = "sec_planted-by-the-caller"
CONTROLS = "\x1b[2J\r\nforged: line\x85\x9b\u202e\u2066\u2028\u200b\x00\ud800"
PLANTS = [f"a{CONTROLS}", SECRET, f"{CONTROLS}{SECRET}", "k" * 30_000, CONTROLS * 3_000]
LONGEST = 2_000  # characters of a message, a path or a line of the log
THING = {
    "name": "n",
    "count": 1,
    "kind": "one",
    "at": "2026-01-02",
    "map": {"a": 1},
    "open": {"a": 1, "b": {"c": [1]}},
    "closed": {"a": 1},
    "things": [{"name": "m"}],
    "by_name": {"x": {"name": "o", "map": {"y": 2}}},
    "either": {"a": {"z": 1}},
    "animal": {"species": "cat", "lives": {"nine": 9}},
    "unknown": {"d": 1},
}
PROBLEM = {"errors": [{"title": "t", "details": "d", "more": 1}], "by_field": {"f": ["g"]}, "title": "u", "error": "v"}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value."""
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def planted(value: Any, path: tuple[Any, ...], text: str, how: str) -> Any:
    """A copy with the text in place of the value, or as the name of it, or of a further one."""
    root = {"root": copy.deepcopy(value)}
    holder: Any = root
    for key in ("root", *path)[:-1]:
        holder = holder[key]
    last = ("root", *path)[-1]
    if how == "value" or not isinstance(holder, dict) or not path:
        holder[last] = text
    elif how == "name":
        holder[text] = holder.pop(last)
    elif how == "misfit":
        holder[text] = [{text: text}]
    else:
        holder[text] = holder[last]
    return root["root"]


def messages(error: BaseException) -> Iterator[str]:
    """What is printed of an error, in pieces of one line each."""
    yield str(error)
    yield from map(str, error.args)
    yield str(getattr(error, "field", "") or "")
    yield traceback.TracebackException.from_exception(error).format_exception_only().__next__().rstrip("\n")
    if error.__cause__ is not None:
        yield from messages(error.__cause__)


def check(texts: list[str], reprs: list[str], logged: list[logging.LogRecord]) -> None:
    """Each of them can be printed; none has a secret."""
    fields = [str(value) for record in logged for name, value in vars(record).items() if name.startswith("api_")]
    lines = [*texts, *(record.getMessage() for record in logged), *fields]
    for text in lines:
        assert len(text) <= LONGEST, text[:300]
    for text in [*lines, *reprs]:
        assert text.isprintable(), ascii(text[:300])
        assert SECRET not in text, ascii(text[:300])


def outcome_of(case: Case, answer: Answer) -> tuple[list[str], list[str]]:
    """What is printed of an answer, and of its model."""
    found: list[Any] = []

    def call(client: Any) -> None:
        try:
            found.append(client.default.put_thing_with_http_info(secret=SECRET))
        except case.package.ApiError as error:
            found.append(error)

    with case.module("client").Client(base_url=case.server.base_url, max_retries=0) as client:
        case.server.exchanges(lambda: call(client), answer)
    result = found[0]
    assert result.status_code == answer.status
    if isinstance(result, case.package.ApiError):
        return [*messages(result), repr(result)], [repr(result.envelope), repr(result.errors)]
    return [], []


BODIES = [(200, THING, path) for path in places(THING)] + [(400, PROBLEM, path) for path in places(PROBLEM)]


@pytest.mark.parametrize("number", range(len(PLANTS)))
@pytest.mark.parametrize("how", ["value", "name", "further", "misfit"])
def test_in_every_place_of_a_body(case: Case, how: str, number: int, caplog: pytest.LogCaptureFixture) -> None:
    """As a value, as a name, beside what is there, with a value that does not fit."""
    caplog.set_level(logging.DEBUG, case.name)
    for status, body, path in BODIES:
        caplog.clear()
        answer = Answer(status, json.dumps(planted(body, path, PLANTS[number], how)).encode())
        check(*outcome_of(case, answer), caplog.records)


def test_in_any_places_of_a_body(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """In several at once, at random."""
    caplog.set_level(logging.DEBUG, case.name)
    chance = random.Random(15)
    for _ in range(300):
        status, body = chance.choice([(200, THING), (400, PROBLEM)])
        value: Any = body
        for _ in range(chance.randint(1, 5)):
            if isinstance(value, (dict, list)):
                path = chance.choice([*places(value)])
                value = planted(value, path, chance.choice(PLANTS[:3]), chance.choice(["value", "name", "misfit", ""]))
        caplog.clear()
        check(*outcome_of(case, Answer(status, json.dumps(value).encode())), caplog.records)


@pytest.mark.parametrize("name", ["map", "open", "by_name", "unknown", "animal"])
def test_names_in_a_repr(case: Case, name: str) -> None:
    """They are text like any other; those of an open object are bounded."""
    names = [f"a{CONTROLS[:-1]}", "k" * 900_000]
    value = case.models.Thing.model_validate_json(
        json.dumps({**THING, name: {**dict.fromkeys(names, {"name": "x"} if name != "map" else 1), "species": "owl"}})
        if name in ("open", "unknown", "animal")
        else json.dumps({**THING, name: dict.fromkeys(names, {"name": "x"} if name != "map" else 1)})
    )
    assert repr(value).isprintable()
    if name in ("open", "unknown", "animal"):
        assert len(repr(value)) < LONGEST


#: A header may have these (RFC 9110, 5.5: obs-text), which are controls in Latin-1.
IN_HEADERS = ["a\x85forged: line\x9b2J", SECRET, "x" * 150 + SECRET, "h" * 5_000]


@pytest.mark.parametrize("status", [200, 204, 302, 400, 429, 503])
@pytest.mark.parametrize("text", IN_HEADERS, ids=["controls", "secret", "secret at a cut", "long"])
def test_in_every_header(case: Case, status: int, text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Those that are read, and others; one at a time, and all."""
    caplog.set_level(logging.DEBUG, case.name)
    names = [
        "Request-Id",
        "RateLimit-Reset",
        "Retry-After",
        "Content-Type",
        "Location",
        "WWW-Authenticate",
        "Set-Cookie",
    ]
    names += ["Date", "Content-Language", "Content-Encoding", "X-Other"]
    for chosen in [*([name] for name in names), names]:
        caplog.clear()
        answer = Answer(status, b'{"title":"t"}', headers=dict.fromkeys(chosen, text))
        check(*outcome_of(case, answer), caplog.records)
