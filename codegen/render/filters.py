"""The filters that text of the description passes through: each returns what the text cannot break out of."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Undefined
from markupsafe import Markup
from packaging.version import Version

from codegen.model.values import literal as python_literal
from codegen.naming.versions import nearest_version
from codegen.parser.reading import UntrustedString

#: Columns of the generated files.
WIDTH = 120


def literal(value: Any) -> Markup:
    """A Python literal; a list becomes a tuple."""
    if isinstance(value, (tuple, list)):
        items = [literal(item) for item in value]
        return Markup(f"({', '.join(items)}{',' if len(items) == 1 else ''})")
    return Markup(python_literal(str(value) if isinstance(value, str) else unwrap(value)))


def as_json(value: Any) -> Markup:
    """A value as JSON, in ASCII: a list or an object in one line."""
    return Markup(json.dumps(unwrap(value)))


def docstring(value: Any, indent: int = 0, first: int = 0) -> Markup:
    """Text inside a docstring: escaped, wrapped, re-indented; `first` columns are taken on the first line."""
    return _docstring(unwrap(value), indent, first)


@cache  # sync and async say the same, and operations share parameters and answers
def _docstring(text: str, indent: int, first: int) -> Markup:
    text = _printable(text).replace("\\", "\\\\").replace('"""', "'''").rstrip()
    text = re.sub(r'"$', "'", text)  # a quote at the end would join the closing ones
    lines = [line for block in _blocks(text) for line in _wrapped(block, WIDTH - indent, first)]
    return Markup(f"\n{' ' * indent}".join(lines).replace(f"\n{' ' * indent}\n", "\n\n"))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs and list items of Markdown, each as one line; a blank line as an empty one."""
    block: list[str] = []
    for line in text.splitlines():
        starts = not line.strip() or re.match(r"\s*([-*+]|\d+[.)])\s|\s{4}|\||```|#", line)
        if starts and block:
            yield " ".join(block)
            block = []
        if line.strip():
            block.append(line.rstrip() if starts else line.strip())
        else:
            yield ""
    yield " ".join(block)


def _wrapped(block: str, width: int, first: int) -> list[str]:
    item = re.match(r"\s*([-*+] |\d+[.)] )?", block)
    hang = " " * len(item[0]) if item else ""
    lines = textwrap.wrap(
        "x" * first + block, width, subsequent_indent=hang, break_on_hyphens=False, break_long_words=False
    )
    return [lines[0][first:], *lines[1:]] if lines else [""]


#: What makes a heading, a quotation or a fence at the start of a line, also within lists (CommonMark 0.31, 4.2 to 4.5).
_BLOCK_START = re.compile(r"^((?: |[-*+] |[0-9]{1,9}[.)] )*)(#|>|```|~~~|---|[=-]+ *$)", re.MULTILINE)
#: What makes an image, a definition of a link's label, and a link to anything but http(s) (4.7, 6.3, 6.4).
_INLINE_START = re.compile(r"!(?=\[)|\](?=:|\((?!\s*https?://))", re.IGNORECASE)


def markdown(value: Any) -> Markup:
    """Markdown of the description in Markdown of ours: emphasis, code, lists, tables, and links to http(s).

    No HTML, heading, quotation, fence or image, and no definition of a label, which would make links of our own text.
    """
    return _markdown(unwrap(value))


@cache
def _markdown(text: str) -> Markup:
    text = _BLOCK_START.sub(r"\1\\\2", _printable(text).replace("<", "&lt;").rstrip())
    return Markup(_INLINE_START.sub(r"\g<0>\\", text))


def cell(value: Any) -> Markup:
    """Text in one cell of a Markdown table."""
    return _cell(unwrap(value))


@cache
def _cell(text: str) -> Markup:
    return Markup(_without_pipes(" ".join(_markdown(text).split())))


def _without_pipes(text: str) -> str:
    """Escape each `|` that is not escaped yet: a table splits at it even within code (GitHub's Markdown, 4.10)."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", text)


def code_span(value: Any) -> Markup:
    """Text as a Markdown code span."""
    return _code_span(str(unwrap(value)))


@cache
def _code_span(text: str) -> Markup:
    text = " ".join(_printable(text).split())
    if not text:
        return Markup("")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{padding}{text}{padding}{fence}")


def joined(notes: Iterable[Markup]) -> Markup:
    """Those of the notes in a cell that are not empty."""
    return Markup(", ").join(filter(None, notes))


def code_cell(value: Any) -> Markup:
    """Text as a code span in one cell of a Markdown table."""
    return _code_cell(str(unwrap(value)))


@cache
def _code_cell(text: str) -> Markup:
    return Markup(_without_pipes(_code_span(text)))


def link(value: Any) -> Markup:
    """An address in Markdown; anything but http(s) stays text."""
    text = "".join(_printable(unwrap(value)).split())
    safe = re.fullmatch(r"https?://[^<>]+", text)
    return Markup(f"<{text}>") if safe else code_span(text)


def plain(value: Any) -> Markup:
    """A name within a comment or a command: letters, digits and what joins them."""
    return Markup(re.sub(r"[^A-Za-z0-9._-]", "", unwrap(value)))


def comment(value: Any) -> Markup:
    """A file's name in a comment of Python, TOML or Markdown: what is special anywhere is encoded as in a URL.

    So neither the line nor `<!--` ends in it, and `coding=` in it does not name the encoding of a module (PEP 263).
    """
    return Markup(re.sub(r"[^\w ./+@-]", lambda match: quote(match[0], errors="surrogatepass"), unwrap(value)))


def toml(value: Any) -> Markup:
    """A TOML basic string."""
    text = json.dumps(" ".join(_printable(unwrap(value)).split()), ensure_ascii=False)
    return Markup(text.replace("\x7f", "\\u007f"))


def constant(value: str) -> Markup:
    """A string that stands in the template itself; text of the description is not a `str`, so it cannot pass."""
    if not isinstance(value, (str, Undefined)):
        raise TypeError(f"a {type(value).__name__} is no constant of a template")
    return Markup(unwrap(value))


#: A statement that imports names in one line: its start, the names, and between them the width of its indentation.
_IMPORT = re.compile(r"(( *)(?:from \S+ )?import )(.+)")


def used_in(imports: Markup, code: Markup) -> Markup:
    """The imports without the names that are nowhere in the code, which may leave some too many: ruff removes these.

    It reads a file again after each change, which takes longer than to look. A line that was too long becomes one for
    each name.
    """
    lines = imports.splitlines()
    text = "\n".join([*(line for line in lines if not _IMPORT.fullmatch(line)), code])
    used = [kept for line in lines if (kept := _IMPORT.sub(lambda match: _used(match, text), line)) or not line]
    return Markup(re.sub(r"\n{3,}", "\n\n", "\n".join([*used, ""])))


def _used(statement: re.Match[str], code: str) -> str:
    start, indent, names = statement.groups()
    after = "." if start.lstrip() == "import " else ""  # of a module, something is used: `os` alone is in any text
    used = [name for name in names.split(", ") if name.rpartition(" ")[2] + after in code]
    if not used:
        return ""
    if len(statement[0]) <= WIDTH:
        return start + ", ".join(used)
    return "\n".join([f"{start}(", *(f"{indent}    {name}," for name in used), f"{indent})"])


def pep440(value: Any) -> Markup:
    """`info.version` in the form of PEP 440, else the numbers in it; check `versions` has reported it."""
    return Markup(nearest_version(unwrap(value)))


def development_status(value: Any) -> Markup:
    """The classifier for a version: before 1.0.0, anything may change (Semantic Versioning, 4)."""
    version = Version(nearest_version(unwrap(value)))
    status = "3 - Alpha" if version.is_prerelease else "5 - Production/Stable" if version.major else "4 - Beta"
    return Markup(f"Development Status :: {status}")


def sentence(value: Any) -> UntrustedString:
    """A text that ends like a sentence."""
    text = unwrap(value).rstrip()
    return UntrustedString(text if text.endswith((".", "!", "?", ":")) else f"{text}.")


def first_sentence(value: Any) -> UntrustedString:
    """The first sentence of a text, in one line."""
    text = " ".join(unwrap(value).split())
    return UntrustedString(re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0])


def unwrap(value: Any) -> Any:
    """The value itself, of a text the bare `str`.

    Raises:
        UndefinedError: A template has misspelt a name.
    """
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is misspelt
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else value


def _printable(text: str) -> str:
    if text.isprintable():  # nearly all that is asked
        return text
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)
