"""What text of the description goes through in templates: each filter returns what nothing can break out of."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup

from codegen.model.api import Argument
from codegen.model.values import literal as python_literal
from codegen.parser.reading import UntrustedString

#: Columns of the generated files.
WIDTH = 120


def literal(value: Any) -> Markup:
    """A Python literal; a list becomes a tuple."""
    if isinstance(value, tuple | list):
        items = [literal(item) for item in value]
        return Markup(f"({', '.join(items)}{',' if len(items) == 1 else ''})")
    return Markup(python_literal(str(value) if isinstance(value, str) else _raw(value)))


def docstring(value: Any, indent: int = 0, first: int = 0) -> Markup:
    """Text inside a docstring: escaped, wrapped, re-indented; `first` columns are taken on the first line."""
    return _docstring(_raw(value), indent, first)


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


def markdown(value: Any) -> Markup:
    """Markdown of the description in Markdown of ours: no HTML, no heading of its own."""
    return _markdown(_raw(value))


@cache
def _markdown(text: str) -> Markup:
    text = _printable(text).replace("<", "&lt;").rstrip()
    return Markup(re.sub(r"^(\s*)(#|>|```|~~~|---|===)", r"\1\\\2", text, flags=re.MULTILINE))


def cell(value: Any) -> Markup:
    """Text in one cell of a Markdown table."""
    return Markup(_without_pipes(" ".join(markdown(value).split())))


def _without_pipes(text: str) -> str:
    """Escape each `|` that is not escaped yet: a table splits at it even within code (GitHub's Markdown, 4.10)."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", text)


def code_span(value: Any) -> Markup:
    """Text as a Markdown code span."""
    return _code_span(str(_raw(value)))


@cache
def _code_span(text: str) -> Markup:
    text = " ".join(_printable(text).split())
    if not text:
        return Markup("")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{padding}{text}{padding}{fence}")


def code_cell(value: Any) -> Markup:
    """Text as a code span in one cell of a Markdown table."""
    return Markup(_without_pipes(code_span(value)))


def bare(value: Markup) -> Markup:
    """A type as a reader of the documentation knows it, without the module that holds it."""
    return value.replace("models.", "")


def link(value: Any) -> Markup:
    """An address in Markdown; anything but http(s) stays text."""
    text = "".join(_printable(_raw(value)).split())
    safe = re.fullmatch(r"https?://[^<>]+", text)
    return Markup(f"<{text}>") if safe else code_span(text)


def plain(value: Any) -> Markup:
    """A name within a comment or a command: letters, digits and what joins them."""
    return Markup(re.sub(r"[^A-Za-z0-9._-]", "", _raw(value)))


def sample(argument: Argument) -> Markup:
    """A value to show in an example: the description's own, else one of the right type."""
    if argument.example is not None and isinstance(argument.example, str | int | float | bool):
        return literal(argument.example)
    if argument.has_default:
        return argument.default or Markup("None")
    kind = argument.annotation.removesuffix(" | None")
    if kind.startswith("Literal["):
        values = ast.parse(kind, mode="eval").body
        return literal(next(node.value for node in ast.walk(values) if isinstance(node, ast.Constant)))
    return Markup({"int": "1", "float": "1.0", "bool": "True", "str": f'"{argument.name}"'}.get(kind, "..."))


def toml(value: Any) -> Markup:
    """A TOML basic string."""
    text = json.dumps(" ".join(_printable(_raw(value)).split()), ensure_ascii=False)
    return Markup(text.replace("\x7f", "\\u007f"))


def constant(value: str) -> Markup:
    """A string that stands in the template itself; text of the description is not a `str`, so it cannot pass."""
    if not isinstance(value, Undefined | str):
        raise TypeError(f"a {type(value).__name__} is no constant of a template")
    return Markup(_raw(value))


def sentence(value: Any) -> UntrustedString:
    """A text that ends like a sentence."""
    text = _raw(value).rstrip()
    return UntrustedString(text if text.endswith((".", "!", "?", ":")) else f"{text}.")


def first_sentence(value: Any) -> UntrustedString:
    """The first sentence of a text, in one line."""
    text = " ".join(_raw(value).split())
    return UntrustedString(re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0])


def pep440(value: Any) -> Markup:
    """`info.version` as a version that Python's packaging accepts (PEP 440)."""
    raw = _raw(value).strip()
    if re.fullmatch(r"v?[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?", raw):
        return Markup(raw)
    return Markup(".".join(str(int(number)) for number in re.findall(r"[0-9]{1,18}", raw)[:4]) or "0")


def _raw(value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # raises, and says what is misspelt
    return value.get_untrusted_value() if isinstance(value, UntrustedString) else value


def _printable(text: str) -> str:
    if text.isprintable():  # nearly all that is asked
        return text
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


#: Names of the error classes, by status; the others are named after their hundred. A test holds them to errors.py.
ERROR_CLASSES = {
    "400": Markup("BadRequestError"),
    "401": Markup("UnauthorizedError"),
    "403": Markup("ForbiddenError"),
    "404": Markup("NotFoundError"),
    "409": Markup("ConflictError"),
    "422": Markup("UnprocessableEntityError"),
    "429": Markup("TooManyRequestsError"),
}


def error_class(status: str) -> Markup:
    """The class that an answer with this status, range or `default` is raised as."""
    fallback = {"4": "ClientError", "5": "ServerError"}.get(status[:1], "StatusError")
    return ERROR_CLASSES.get(str(status), Markup(fallback))


FILTERS: dict[str, Callable[..., Any]] = {
    "bare": bare,
    "cell": cell,
    "code_cell": code_cell,
    "code_span": code_span,
    "constant": constant,
    "docstring": docstring,
    "error_class": error_class,
    "first_sentence": first_sentence,
    "link": link,
    "literal": literal,
    "markdown": markdown,
    "pep440": pep440,
    "plain": plain,
    "sample": sample,
    "sentence": sentence,
    "toml": toml,
}
