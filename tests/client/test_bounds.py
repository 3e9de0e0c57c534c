"""No answer makes the client compute for longer than it takes to read it."""

from __future__ import annotations

import codecs
import email.message
import encodings
import json
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from encodings.aliases import aliases
from typing import Any

import pytest
from pydantic import ValidationError

from persona_oauth import ApiError, InvalidResponseError
from persona_oauth._model import Model
from persona_oauth._operation import Answer, Decoder
from tests.client.scripted import CODE, GRANT, Act, Driver, ScriptedServer, answer

MEBIBYTE = 1024 * 1024
#: Encodings of the web, as Python names them, and UTF-32; each takes a time that grows with the length.
OF_THE_WEB = re.compile(
    r"utf-8|utf-16(-[bl]e)?|utf-32(-[bl]e)?|ascii|iso8859-\d+|cp125\d|cp866|cp874|koi8-[ru]|mac-roman|gbk|gb2312|gb18030"
    r"|big5(hkscs)?|euc_(jp|kr)|shift_jis|iso2022_jp"
)


def charsets() -> Iterator[str]:
    """Every name of an encoding that Python knows."""
    modules = (module.name for module in pkgutil.iter_modules(encodings.__path__))
    for name in sorted({*aliases, *modules, "utf8_sig", "Punycode", "PUNYCODE ", "iso-8859-99", "no-such-charset"}):
        if name not in ("aliases", "mbcs", "oem"):
            yield name.replace("_", "-")


def raw(status: int, content: bytes, content_type: str) -> Act:
    """An answer of that media type."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    return Act(head.encode() + content)


def body_of(*answers: Act) -> list[str | None]:
    """What the errors keep of them."""
    with ScriptedServer(*answers) as server:
        errors = Driver("sync").calls(server.base_url, [{"max_retries": 0}] * len(answers))
    assert all(isinstance(error, ApiError) for error in errors)
    return [error.body for error in errors if isinstance(error, ApiError)]


def test_each_charset_of_python() -> None:
    """One of the web is read as it is; any other name is as good as none, however Python knows it."""
    content, names = b"<p>gr\xfc\xdf-a+b-hqaaa</p>", list(charsets())
    bodies = body_of(*[raw(400, content, f"text/html; charset={name}") for name in names])
    for name, body in zip(names, bodies, strict=True):
        known = ""
        with suppress(LookupError):
            known = codecs.lookup(name.strip()).name
        is_read = OF_THE_WEB.fullmatch(known) and known != "utf-8"
        readings = {content.decode(known, "replace")} if is_read else set()
        # Python has more names for an encoding than the web has.
        assert body in {*readings, content.decode("utf-8", "replace")}, name
    assert len(names) > 300


@pytest.mark.parametrize(
    "name", ["iso-8859-1", "ISO-8859-15", "windows-1252", "latin1", "us-ascii", "koi8-r", "Shift_JIS"]
)
def test_charset_of_the_web(name: str) -> None:
    """It is read."""
    content = "<p>abc ¤ я 表</p>".encode(name, "ignore")
    assert body_of(raw(400, content, f'text/html; a=b; Charset="{name}"')) == [content.decode(name)]


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-32", "UTF-8"])
def test_secret_in_another_charset(name: str) -> None:
    """It is hidden."""
    assert body_of(raw(400, f"<p>{CODE}</p>".encode(name), f"text/html; charset={name}")) == ["<p>[redacted]</p>"]


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode-escape", "rot13", "zlib", "utf-7"])
@pytest.mark.parametrize("place", ["media type", "XML"])
def test_slow_charset(driver: Driver, name: str, place: str) -> None:
    """As good as none, wherever it is named: the time of punycode grows with the square of the length."""
    declaration = f'<?xml version="1.0" encoding="{name}"?>' if place == "XML" else ""
    content = (declaration + "a-" * (MEBIBYTE // 2 - 50)).encode()
    content_type = "application/xml" if place == "XML" else f"text/plain; charset={name}"
    with ScriptedServer(raw(400, content, content_type)) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, ApiError)
    assert error.body == content[:4096].decode()


@pytest.mark.parametrize(
    "content_type",
    [
        'text/html; a="' + ";" * 60_000,
        "text/html" + "; charset =" * 5_000,
        "text/html;" + " " * 60_000 + "charset=punycode",
    ],
    ids=["semicolons", "names", "blanks"],
)
def test_long_media_type(content_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its start is read, and not by Python's parser, whose time grows with the square of the length."""
    monkeypatch.delattr(email.message.Message, "get_content_charset")
    assert body_of(raw(400, b"abc-d", content_type)) == ["abc-d"]


# --- JSON


@pytest.mark.parametrize("status", [201, 400])
@pytest.mark.parametrize("content", [b"[" * MEBIBYTE, b'{"a":' * 200_000, b"1" * MEBIBYTE, b'"' + b"\\u0041" * 170_000])
def test_json_that_is_none(driver: Driver, status: int, content: bytes) -> None:
    """Too deep, a number without end, a text without end."""
    with ScriptedServer(raw(status, content[:MEBIBYTE], "application/json")) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, ApiError)
    assert error.status_code == status


@pytest.mark.parametrize("item", ["{}", '"odd"', "[]", '{"title":1}', "null"])
def test_errors_without_end(driver: Driver, item: str) -> None:
    """Only the start of the body is looked at, so only some of 300,000 items are made."""
    content = b'{"errors":[%s' % b",".join([item.encode()] * (MEBIBYTE // (len(item) + 1) - 20))
    with ScriptedServer(raw(400, content + b"]}", "application/json")) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, ApiError)
    assert len(error.errors) <= 64 * 1024 // 3


class First(Model):
    """A variant."""

    a: int


class Second(Model):
    """A variant."""

    b: int


class Holder(Model):
    """Lists and maps, also of one another."""

    items: list[First | Second] | None = None
    named: dict[str, First | Second] | None = None
    deep: dict[str, list[list[First | Second]]] | None = None


ODD = [{"c": 1}] * 1000


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Holder, {"items": ODD}),
        (Holder, {"named": {str(number): item for number, item in enumerate(ODD)}}),
        (Holder, {"deep": {"a": [ODD, ODD]}}),
        (list[First | Second], ODD),
        (dict[str, list[Holder]], {"a": [{"items": ODD}, {"items": ODD}]}),
    ],
    ids=["list", "map", "deep", "answer", "answer of models"],
)
def test_first_misfit_is_enough(kind: Any, body: Any) -> None:
    """An error is made for each variant of one item, not of each."""
    decoder = Decoder(Answer("200", "json", kind))
    with pytest.raises(ValidationError) as caught:
        decoder.decode(json.dumps(body).encode(), {}, 0.0)
    assert caught.value.error_count() == 2


def test_odd_success(driver: Driver) -> None:
    """A million of nulls is refused like one."""
    with ScriptedServer(raw(201, json.dumps([None] * 200_000).encode(), "application/json")) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, InvalidResponseError)
    with ScriptedServer(answer(201, {**GRANT, "more": [1.5] * 100_000, "expires-in": None})) as server:
        outcome = driver.call(server.base_url)
    assert not isinstance(outcome, ApiError)
