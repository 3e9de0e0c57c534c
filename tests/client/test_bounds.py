"""No answer makes the client compute for longer than it takes to read it."""

from __future__ import annotations

import codecs
import email.message
import encodings
import json
import pkgutil
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from encodings.aliases import aliases
from typing import Any, TypeAlias, Union

import pydantic
import pytest
from pydantic import TypeAdapter, ValidationError, create_model

from persona_oauth import ApiError, InvalidResponseError
from persona_oauth._checks import adapter_of, explain, validate
from persona_oauth._model import Model
from persona_oauth._operation import Answer, Decoder
from persona_oauth.errors import InvalidRequestError
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
    """An error is made for one variant of one item, not for all of each."""
    decoder = Decoder(Answer("200", "json", kind))
    with pytest.raises(ValidationError) as caught:
        decoder.decode(json.dumps(body).encode(), {}, 0.0)
    assert caught.value.error_count() == 1


# --- unions that no member tells apart


class Leaf(Model):
    """A variant without others."""

    name: str


class Pair(Model):
    """A variant that holds others."""

    left: Leaf | Pair | Row | None = None
    right: Leaf | Pair | Row | None = None


class Row(Model):
    """Another one."""

    left: Leaf | Pair | Row | None = None
    items: list[Leaf | Pair | Row] | None = None


Tree: TypeAlias = Leaf | Pair | Row


def nested(member: str, levels: int, innermost: str) -> bytes:
    """Objects within one another."""
    return (f'{{"{member}":' * levels + innermost + "}" * levels).encode()


def depth_of(value: Any, member: str) -> int:
    """How many objects are within one another."""
    depth = 0
    while value is not None:
        value, depth = getattr(value, member), depth + 1
    return depth


@pytest.mark.parametrize(("kind", "member", "levels"), [(Tree, "left", 90), (list[Tree] | Pair, "left", 90)])
def test_a_union_in_itself(kind: Any, member: str, levels: int) -> None:
    """The time grows with the depth, where each level would double it: 2 to the power of 90 would never end."""
    decoder = Decoder(Answer("200", "json", kind))
    assert depth_of(decoder.decode(nested(member, levels, "{}"), {}, 0.0), member) == levels + 1
    with pytest.raises(ValidationError) as caught:
        decoder.decode(nested(member, levels, "1"), {}, 0.0)
    assert explain(caught.value)[0].split(".") == [member] * levels
    assert caught.value.error_count() <= levels + 2


@pytest.mark.parametrize("kind", [Tree, list[Tree] | Pair])
def test_an_argument_in_itself(kind: Any) -> None:
    """As an answer: an application may pass on what somebody sent."""
    value: Any = {}
    for _ in range(90):
        value = {"left": value}
    assert depth_of(validate(adapter_of(kind), value, "body"), "left") == 91


@pytest.mark.parametrize("levels", [150, 190, 1_000])
def test_a_union_that_nests_too_deeply(levels: int) -> None:
    """It is told where, as far as JSON's parser goes."""
    with pytest.raises(ValidationError) as caught:
        Decoder(Answer("200", "json", Tree)).decode(nested("left", levels, "{}"), {}, 0.0)
    path, reason = explain(caught.value)
    assert (path, reason) == (
        (f"{'left.' * 100}"[:499], "input nests too deeply")
        if levels < 200
        else ("", "invalid JSON: recursion limit exceeded at line 1 column 1609")
    )


def test_an_argument_that_holds_itself() -> None:
    """It is refused."""
    value: dict[str, Any] = {}
    value["left"] = value
    with pytest.raises(InvalidRequestError, match=r"^body(\.left)+: recursion loop$"):
        validate(adapter_of(Tree), value, "body")


def test_little_of_the_stack_is_left() -> None:
    """What does not fit on it is refused, too, and the next answer is read."""
    adapter = adapter_of(Tree)
    value: Any = {}
    for _ in range(90):
        value = {"left": value}

    def at_the_end() -> None:
        try:
            at_the_end()
        except RecursionError:
            validate(adapter, value, "body")

    with pytest.raises((InvalidRequestError, RecursionError)):
        at_the_end()
    assert validate(adapter, value, "body")


def test_unions_in_unions_in_threads() -> None:
    """What is known of values is of one thread."""
    decoder = Decoder(Answer("200", "json", list[Tree]))
    bodies = [b"[%s]" % b",".join([nested("left", 20, f'{{"name":"{number}"}}')] * 20) for number in range(8)]
    expected = [decoder.decode(body, {}, 0.0) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda body: decoder.decode(body, {}, 0.0), bodies)] == expected


@pytest.mark.skipif(pydantic.VERSION < "2.14", reason="pydantic 2.13 counts the members of inner models otherwise")
def test_a_variant_is_chosen_as_pydantic_does() -> None:
    """By how many members of it the description knows, at every depth; of equal ones the first.

    An object that fits several is of these, too, with the same members.
    """
    chance = random.Random(15)
    names = ["a", "b", "c", "d"]

    def model(depth: int) -> type[Model]:
        fields: dict[str, Any] = {}
        for name in chance.sample(names, chance.randint(0, 4)):
            kind: Any = model(depth - 1) if depth and chance.random() < 0.5 else chance.choice([int, str, Any])
            fields[name] = (kind, ...) if chance.random() < 0.2 else (kind | None, None)
        return create_model("Variant", __base__=Model, **fields)

    def value(depth: int) -> Any:
        if not depth or chance.random() < 0.2:
            return chance.choice([1, "x", None])
        return {name: value(depth - 1) for name in chance.sample(names, chance.randint(0, 4))}

    for _ in range(300):
        union: Any = Union[tuple(model(1) for _ in range(chance.randint(2, 4)))]  # noqa: UP007 (of a variable number)
        ours, theirs = Decoder(Answer("200", "json", union)), TypeAdapter(union)
        for _ in range(10):
            content = json.dumps(value(2)).encode()
            try:
                expected = theirs.validate_json(content, strict=True, extra="allow")
            except ValidationError:
                with pytest.raises(ValidationError):
                    ours._validated(content, 0.0)
            else:
                result = ours._validated(content, 0.0)
                assert isinstance(result, type(expected))
                assert json.loads(result.model_dump_json(exclude_unset=True)) == json.loads(content)
                if type(result) is type(expected):
                    assert result == expected
                    assert theirs.dump_python(result) == theirs.dump_python(expected)
                    assert theirs.dump_json(result) == theirs.dump_json(expected)


# --- objects and arrays without content


@pytest.mark.parametrize(
    ("item", "most"), [("{}", MEBIBYTE // 40 - 2), ("[]", MEBIBYTE // 16 - 4), ('"{[\\""', MEBIBYTE)]
)
def test_an_object_takes_more_memory_than_its_text(driver: Driver, item: str, most: int) -> None:
    """So it counts as more than its text; brackets in texts do not."""
    room = (MEBIBYTE - len(json.dumps(GRANT)) - 200) // (len(item) + 1)
    bodies = [json.dumps(GRANT)[:-1] + f',"more":[{",".join([item] * count)}]}}' for count in (min(most, room), room)]
    with ScriptedServer(*(raw(201, body.encode(), "application/json") for body in bodies)) as server:
        fine, refused = (driver.call(server.base_url) for _ in bodies)
    assert not isinstance(fine, ApiError)
    assert isinstance(refused, InvalidResponseError) == (most < room)
    if most < room:
        told = "is larger than 1048576 bytes, of which each object counts as 40 bytes at least and each array as 16"
        assert str(refused).startswith(f"the body {told}")


def test_odd_success(driver: Driver) -> None:
    """A million of nulls is refused like one."""
    with ScriptedServer(raw(201, json.dumps([None] * 200_000).encode(), "application/json")) as server:
        error = driver.call(server.base_url)
    assert isinstance(error, InvalidResponseError)
    with ScriptedServer(answer(201, {**GRANT, "more": [1.5] * 100_000, "expires-in": None})) as server:
        outcome = driver.call(server.base_url)
    assert not isinstance(outcome, ApiError)
