"""Where a mistake in YAML is: libyaml says where it could not go on, which may be many lines below."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

#: Characters that look like a space, or like nothing, and are text to YAML (1.2, 6.1).
ODD_SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"

#: Odd spaces in the indentation, and after the colon of a key.
_ODD_SPACE = re.compile(rf"^(?: |- )*(?=[{ODD_SPACES}])|^[^#'\"]*?[\w'\"]:(?=[{ODD_SPACES}])")
#: A key without a space after its colon; not the scheme of a URL.
_TIGHT_COLON = re.compile(r"""^(?: |- )*(?:[\w$./-]+|'[^']*'|"[^"]*"):(?=[^\s:/]|/[^/])""")
#: A key, and its value on the same line.
_KEY = re.compile(r"^ *(?:- +)?(?:[\w$./-]+|'[^']*'|\"[^\"]*\"):(?= |$)")
#: A line that has a key, or an item, so that it is no continuation of the one above.
_NEW_PART = re.compile(r"^ *- |:( |$)")


class Fault(NamedTuple):
    """A mistake and its place; line and column count from 0."""

    line: int
    column: int
    message: str
    hint: str


class _Scalar(NamedTuple):
    """A text in the file."""

    start: Any
    end: Any
    style: str

    @property
    def lines(self) -> int:
        """How many lines it goes over."""
        return int(self.end.line - self.start.line)


def find_fault(text: str, error: yaml.YAMLError, loader: Any) -> Fault | None:
    """The mistake that made an error of `loader`; None if only the error itself says where it is."""
    problem = getattr(error, "problem_mark", None)
    if problem is None:
        return None
    lines = text.splitlines()
    last = _last_scalar(text, problem, loader)
    context = getattr(error, "context_mark", None) if "simple key" in str(getattr(error, "context", "")) else None
    first = _first_line(lines, context.line if context else problem.line)
    suspects = range(first, min(problem.line + 1, len(lines)))
    return (
        _odd_space(lines, range(max(0, first - 1), suspects.stop))
        or _end_of_block(lines, last, first, problem.line)
        or _open_quote(text, last, context, problem)
        or _tight_colon(lines, suspects)
        or (_odd_indent(lines, problem) if str(getattr(error, "problem", "")).startswith("mapping values") else None)
    )


def _last_scalar(text: str, before: Any, loader: Any) -> _Scalar | None:
    """The last text that was read before the error."""
    last = None
    try:
        for token in yaml.scan(text, Loader=loader):
            if token.start_mark.index >= before.index:
                break
            if isinstance(token, yaml.ScalarToken):
                last = _Scalar(token.start_mark, token.end_mark, token.style or "")
    except yaml.YAMLError:
        pass
    return last


def _first_line(lines: list[str], line: int) -> int:
    """The line above that the part at `line` may be a continuation of."""
    above = _line_above(lines, line)
    return above if above >= 0 and not _NEW_PART.search(lines[above]) else min(line, max(len(lines) - 1, 0))


def odd_space(character: str) -> tuple[str, str]:
    """The message about a character that YAML takes for text, and the hint."""
    name = f"U+{ord(character):04X}"
    return f"{name} looks like a space, but is text to YAML", f"write a plain space in place of {name}"


def _odd_space(lines: list[str], suspects: range) -> Fault | None:
    for number in suspects:
        if match := _ODD_SPACE.match(lines[number]):
            return Fault(number, match.end(), *odd_space(lines[number][match.end()]))
    return None


def _end_of_block(lines: list[str], last: _Scalar | None, first: int, problem: int) -> Fault | None:
    """The line that ends a block scalar, since it is indented less."""
    if last is None or last.style not in ("|", ">"):
        return None
    ends = (number for number in range(last.start.line + 1, len(lines)) if number >= last.end.line)
    end = next((number for number in ends if lines[number].strip()), -1)
    if not first <= end <= problem:
        return None
    message = f"this line ends the text that begins on line {last.start.line + 1}, since it is indented less"
    return Fault(end, len(lines[end]) - len(lines[end].lstrip()), message, "indent it as the rest of the text")


def _open_quote(text: str, last: _Scalar | None, context: Any, problem: Any) -> Fault | None:
    """The quote that is closed by one that was to open another text."""
    if context is not None and text[context.index : context.index + 1] in ("'", '"') and context.line < problem.line:
        return open_quote(context, problem.line)
    return open_quote(last.start, last.end.line) if last and last.style in ("'", '"') and last.lines else None


def open_quote(start: Any, end_line: int) -> Fault:
    """That a quote is closed elsewhere than it was meant to be."""
    message = f"this text in quotes goes on to line {end_line + 1}"
    return Fault(start.line, start.column, message, "the quote is not closed on its line")


def _tight_colon(lines: list[str], suspects: range) -> Fault | None:
    for number in suspects:
        if match := _TIGHT_COLON.match(lines[number]):
            return Fault(number, match.end(), "there is no space after this colon", "write a space after the colon")
    return None


def _line_above(lines: list[str], line: int) -> int:
    """The nearest line above that is not blank, or the first one; -1: there is none."""
    above = line - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return above


def _odd_indent(lines: list[str], problem: Any) -> Fault | None:
    """The one of two keys that is not indented as its neighbours, so that the second one continues the first's text."""
    below = problem.line
    above = _line_above(lines, below)
    key = _KEY.match(lines[below])
    if above < 0 or key is None or key.end() != problem.column + 1 or not _KEY.match(lines[above]):
        return None
    upper, lower = _indent(lines[above]), _indent(lines[below])
    if upper >= lower:
        return None
    is_upper_odd = _next_indent(lines[below + 1 :], lower, upper) == lower
    line, column, other = (above, upper, below) if is_upper_odd else (below, lower, above)
    message = f"this line is indented {'less' if is_upper_odd else 'more'} than line {other + 1}"
    return Fault(line, column, message, f"indent it by {lower if is_upper_odd else upper} spaces")


def _next_indent(lines: list[str], most: int, default: int) -> int:
    """The indentation of the first line that is no item and is indented by `most` spaces at most."""
    indents = (_indent(line) for line in lines if line.strip() and not line.lstrip().startswith("- "))
    return next((indent for indent in indents if indent <= most), default)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
