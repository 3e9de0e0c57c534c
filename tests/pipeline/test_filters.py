"""What text of a description can do to the files that it is printed into: nothing. Properties, on texts that attack."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import Any

import pytest
from hypothesis import example, given, strategies as st
from jinja2 import StrictUndefined, UndefinedError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from packaging.version import Version

from codegen.model.types import NULL, Kind, ListOf, MapOf, Scalar, Type, Words, union
from codegen.parser.reading import UntrustedString
from codegen.render import filters
from codegen.render.environment import FILTERS
from codegen.render.filters import WIDTH
from codegen.render.limits import limits

#: Any text, and above all the pieces that end something in Python, TOML, Markdown or Jinja.
PIECES = [
    *(
        "\n# ",
        "\n=",
        "\n- ",
        "\n  ",
        "1. ",
        "![",
        "](",
        "[optional]",
        "]: https://x.y",
        "http://x.y)",
        "javascript:",
        "&#33;",
    ),
    *('"', "'", '"""', "'''", "\\", '\\"', "\\N{DIGIT ONE}", "\\u0041", "import os", "\nimport os\n", "{x}", "%s"),
    *("\n", "\r", "\r\n", "\x00", "\x0b", "\x1b", "\x85", "\u2028", "\u202e", "\ufeff", "\x7f", "\ud800", "\t"),
    *("`", "``", "```", "~~~", "|", "\\|", "# ", "===", "---", "- ", "> ", "    ", "[x](y)"),
    *("<", "-->", "<!--", "<script>", "{{ 1 }}", "{% raw %}", "${x}", "x", " ", "é", "\N{FACE WITH TEARS OF JOY}"),
]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def untrusted(text: str) -> UntrustedString:
    return UntrustedString(text)


def shown(text: str) -> str:
    """What may be left of a text: its printable characters, whatever happens to its white space and escapes."""
    return "".join(char for char in text if char.isprintable() and not char.isspace() and char not in "\\\"'")


# --- Imports

IMPORTS = """\
import os
from typing import TYPE_CHECKING, Any as _Any

from pydantic import Field

from . import models

if TYPE_CHECKING:
    import httpx2

    from .scopes import Scope
"""


def test_imports_are_those_that_the_code_has() -> None:
    """A module counts where something of it is used; a statement and a group without names are gone."""
    assert filters.used_in(Markup(IMPORTS), Markup("close: models.Close | httpx2.Timeout")) == (
        "from typing import TYPE_CHECKING\n\nfrom . import models\n\nif TYPE_CHECKING:\n    import httpx2\n\n"
    )
    code = "_Any, Field, Scope, os.PathLike, models.Close, httpx2.Timeout"
    assert filters.used_in(Markup(IMPORTS), Markup(code)) == IMPORTS


def test_imports_in_a_line_that_is_too_long_are_one_in_a_line() -> None:
    """As ruff writes those that it has to sort, so that each has a line of its own in a diff."""
    line = f"    from .models import {', '.join(f'Model{number:03}' for number in range(20))}\n"
    expected = "    from .models import (\n        Model003,\n        Model007,\n    )\n"
    assert filters.used_in(Markup(line), Markup("Model003 | Model007")) == expected


# --- Python


@given(TEXTS)
def test_a_literal_is_the_text(text: str) -> None:
    """It evaluates to the very text, is ASCII where it has to be, and stands on one line."""
    code = filters.literal(untrusted(text))
    assert ast.literal_eval(code) == text
    assert "\n" not in code
    assert code.isprintable()


@given(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_literal_is_the_number(value: float | None) -> None:
    """Scalars of the description keep value and type."""
    found = ast.literal_eval(filters.literal(value))
    assert (found, type(found)) == (value, type(value))


@given(st.lists(TEXTS.map(untrusted), max_size=4))
def test_a_list_becomes_a_tuple(texts: list[UntrustedString]) -> None:
    """Also one of one text."""
    assert ast.literal_eval(filters.literal(texts)) == tuple(text.get_untrusted_value() for text in texts)


@given(TEXTS, st.sampled_from([0, 4, 8, 16]))
@example('ends with a quote"', 4)
@example("ends with a backslash\\", 4)
@example('""""', 0)
def test_a_docstring_holds_the_text(text: str, indent: int) -> None:
    """It is one string and nothing else, says what the text says, and leaves what stands behind it alone."""
    quoted = f'"""{filters.docstring(untrusted(text), indent, 3)}"""'
    pad = " " * indent
    body = "".join(f"{' ' * level}if True:\n" for level in range(0, indent, 4))
    tree = ast.parse(f"{body}{pad}{quoted}\n{pad}last = 1\n")
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert shown("".join(strings)) == shown(text)
    assert len([node for node in ast.walk(tree) if isinstance(node, ast.Expr | ast.Assign)]) == 2


@given(TEXTS, st.sampled_from([4, 8]))
def test_a_docstring_is_wrapped(text: str, indent: int) -> None:
    """No line is longer than the limit, unless a single word (or what stands in front of it) is."""
    lines = filters.docstring(untrusted(text), indent, 3).split("\n")
    long = [line for number, line in enumerate(lines) if len(line) + (0 if number else indent + 3) > WIDTH]
    assert all(len(line.split()) <= 2 or not line[: WIDTH - indent].strip() for line in long)


@given(TEXTS)
def test_a_plain_name_is_harmless_anywhere(text: str) -> None:
    """In a comment or a shell command: no white space, no quote, nothing that means something."""
    assert re.fullmatch(r"[A-Za-z0-9._-]*", filters.plain(untrusted(text)))


@given(TEXTS | st.from_regex(r"v?\d{1,5}(\.\d{1,5}){0,4}([-.+]?(a|b|rc|dev|beta)\d{0,3})?", fullmatch=True))
@example("2025-12-08")
@example("v1.0.0-beta.1")
@example("\N{ARABIC-INDIC DIGIT ONE}.\N{ARABIC-INDIC DIGIT TWO}")
def test_a_version_is_one(text: str) -> None:
    """Whatever `info.version` says, packaging tools accept what becomes of it."""
    made = filters.pep440(untrusted(text))
    assert Version(made).public
    assert made.isascii()


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.0.0-rc.1", "3 - Alpha"), ("0.1.0", "4 - Beta"), ("1.0.0", "5 - Production/Stable"), ("soon", "4 - Beta")],
)
def test_a_version_says_how_mature_it_is(version: str, status: str) -> None:
    """As a classifier that package indexes know."""
    assert filters.development_status(untrusted(version)) == f"Development Status :: {status}"


# --- TOML


@given(TEXTS)
def test_a_toml_string_is_the_text_in_one_line(text: str) -> None:
    """It parses to the text, but for characters that cannot be seen."""
    document = f"before = 1\nvalue = {filters.toml(untrusted(text))}\nafter = 2\n"
    expected = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    assert tomllib.loads(document) == {"before": 1, "value": expected, "after": 2}


# --- Markdown, by the rules of CommonMark and of GitHub's tables


def cells(row: str) -> int:
    """How many cells a row of a table has: a pipe divides, unless a backslash that is none itself escapes it."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) - 1


@given(TEXTS)
@example("a\\|b")
@example("a\\\\|b")
def test_a_cell_stays_one_cell(text: str) -> None:
    """No pipe divides it, no line ends it, no HTML opens in it."""
    for made in (filters.cell(untrusted(text)), filters.code_cell(untrusted(text))):
        assert cells(f"| {made} |") == 1
        assert "\n" not in made
    assert "<" not in filters.cell(untrusted(text))


@given(TEXTS)
@example("")
@example("`")
@example(" ` ")
def test_a_code_span_is_closed(text: str) -> None:
    """Its fence does not occur in it (CommonMark 6.1), so that what follows is no code."""
    made = str(filters.code_span(untrusted(text)))
    if made:
        fence = re.match("`+", made)
        assert fence is not None
        assert [run for run in re.findall("`+", made) if run == fence[0]] == [fence[0]] * 2
        assert made.endswith(fence[0])


def tokens(page: str) -> list[Token]:
    """The page as a reader of CommonMark and of GitHub's tables takes it, inline parts after the blocks they are in."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # its own list is of a few bad schemes
    return [inner for token in parser.parse(page) for inner in (token, *(token.children or ()))]


HARMLESS = set(
    "paragraph bullet_list ordered_list list_item code_block inline text softbreak hardbreak code_inline em strong "
    "link hr table thead tbody tr th td".split()
)


@given(TEXTS)
@example("Heading\n=")
@example("Heading\n-")
@example("- Heading\n  ---")
@example("- # Heading")
@example("1. - ## Heading")
@example("* ```\n  never closed")
@example("![x](https://example.com/pixel.png)")
@example("\\![x](https://example.com/pixel.png)")
@example("![x]\n\n[x]: https://example.com/pixel.png")
@example("[optional]: https://example.com/")
@example("[x]( \njavascript:alert(1))")
@example("[x](<javascript:alert(1)>)")
@example("[x](&#106;avascript:alert(1))")
@example('\\[x](HTTPS://example.com) [y](https://example.com "title")')
def test_markdown_makes_no_more_than_text(text: str) -> None:
    """No HTML, heading, quotation, fence or image; links to the web only; what stands behind it is not part of it."""
    made = filters.markdown(untrusted(text))
    page = tokens(f"[optional] ![pixel]\n\n{made}\n\nlast\n")
    assert {re.sub("_(open|close)$", "", token.type) for token in page} <= HARMLESS
    links = [str(token.attrs["href"]) for token in page if "href" in token.attrs]
    assert [link for link in links if not re.match("https?://", link, re.IGNORECASE)] == []
    assert [(token.type, token.level, token.content) for token in page[-4:-1]] == LAST
    assert shown(str(made).replace("&lt;", "<")) == shown(text.replace("&lt;", "<"))  # which is Markdown for it as well


LAST = [("paragraph_open", 0, ""), ("inline", 1, "last"), ("text", 0, "last")]


@pytest.mark.parametrize(
    "text", ["*a*, **b** and `c`", "- a\n- b", "1. a", "[x](https://example.com/y)", "a | b\n- | -"]
)
def test_markdown_that_is_harmless_stays(text: str) -> None:
    """Emphasis, code, lists, tables and links are the description's own."""
    assert filters.markdown(untrusted(text)) == text


@given(TEXTS | TEXTS.map("https://example.com/{}".format))
def test_a_link_leads_to_the_web_or_is_none(text: str) -> None:
    """`javascript:` and the like stay text."""
    made = str(filters.link(untrusted(text)))
    if made.startswith("<"):
        assert re.fullmatch(r"<https?://[^<>\s]+>", made)
    else:
        assert made == "" or made.startswith("`")


# --- all of them


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_a_misspelt_attribute_is_told_by_every_filter(name: str) -> None:
    """What is undefined is never taken for empty, and the message says what it was."""
    undefined: Any = StrictUndefined(name="titel")
    context = [undefined] if name in ("follow_up", "uses", "used_in") else []  # what these filters look into
    with pytest.raises(UndefinedError, match="titel"):
        FILTERS[name](undefined, *context)


@given(TEXTS)
def test_text_stays_text_until_it_is_escaped(text: str) -> None:
    """A filter that changes a text without escaping it does not make code of it."""
    for change in (filters.sentence, filters.first_sentence):
        assert isinstance(change(untrusted(text)), UntrustedString)
    with pytest.raises(TypeError, match="no constant"):
        FILTERS["constant"](untrusted(text))


@given(TEXTS)
def test_what_a_filter_makes_is_code(text: str) -> None:
    """Else the environment would refuse to print it."""
    for name in (
        "cell",
        "code_cell",
        "code_span",
        "development_status",
        "docstring",
        "link",
        "literal",
        "markdown",
        "pep440",
        "plain",
        "toml",
    ):
        assert isinstance(FILTERS[name](untrusted(text)), Markup)


MULTIPLES = "[at most 1 item], [each a multiple of `5`]"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Scalar(Kind.STRING), ""),
        (Scalar(Kind.STRING, (("min_length", 1),)), "[at least 1 character]"),
        (Scalar(Kind.STRING, (("min_length", 2), ("max_length", 64))), "[2 to 64 characters]"),
        (Scalar(Kind.STRING, (("min_length", 3), ("max_length", 3))), "[3 characters]"),
        (Scalar(Kind.STRING, (("pattern", "^a|b`$"),)), r"[matches ``^a\|b`$``]"),
        (Scalar(Kind.INTEGER, (("ge", 1), ("le", 100))), "[at least `1`], [at most `100`]"),
        (Scalar(Kind.NUMBER, (("gt", 0.5), ("lt", 2))), "[over `0.5`], [under `2`]"),
        (ListOf(Scalar(Kind.INTEGER, (("multiple_of", 5),)), (("max_length", 1),)), MULTIPLES),
        (MapOf(Scalar(Kind.STRING, (("max_length", 9),))), "[each at most 9 characters]"),
        (union([Scalar(Kind.STRING, (("min_length", 1),)), NULL]), "[at least 1 character]"),
        (Scalar(Kind.STRING, words=Words("^[a-z]+$")), "[each word matches `^[a-z]+$`]"),
    ],
)
def test_bounds_are_notes(kind: Type, text: str) -> None:
    """In the terms of the description, escaped for a cell."""
    assert limits(kind) == text
