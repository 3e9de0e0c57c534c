"""The regular expressions of `pattern` (ECMA-262) in the syntax of the engine that the client checks them with.

That is Rust's `regex`, whose time grows with the length of the text; Python's `re` for what it lacks: look-around and
references to groups, where its time is bounded, too (`backtracking.py`). Classes such as `\\w` are written out, since
both engines read more into them than ECMA-262 does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import NamedTuple

from pydantic_core import SchemaError, SchemaValidator, core_schema

from .backtracking import (
    LAST,
    Chain,
    Characters,
    Choice,
    End,
    Look,
    Part,
    Range,
    Reference,
    Repeat,
    Start,
    is_quick_at_once,
    is_quick_backtracking,
    others,
)

_DIGITS: list[Range] = [(0x30, 0x39)]
_WORD: list[Range] = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
#: ECMA-262, 12.2 and 12.3: WhiteSpace and LineTerminator.
_SPACE: list[Range] = [
    *((0x9, 0xD), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
]
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": 0x9, "n": 0xA, "v": 0xB, "f": 0xC, "r": 0xD, "0": 0x0}
_ANY: list[Range] = [(0, LAST)]
_NO_NEWLINE: list[Range] = [(0xA, 0xA), (0xD, 0xD), (0x2028, 0x2029)]
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??")
_USUAL = {"*": (0, inf), "+": (1, inf), "?": (0, 1)}
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}")
_PROPERTY = re.compile(r"([pP])\{(\w+(?:=\w+)?)\}")
_LOOK_AROUND = re.compile(r"\?(?:=|!|<=|<!)")
_NAME = re.compile(r"\?<([^>]+)>")


class Pattern(NamedTuple):
    """A pattern that the client can check."""

    text: str
    is_linear: bool
    """Whether Rust's engine takes it; otherwise Python's does."""


class _PatternError(ValueError):
    """Why a pattern is none of ECMA-262, or none that the client can check."""


@cache
def translated(pattern: str) -> Pattern | str:
    """The pattern as the client checks it; a text that says why it cannot."""
    try:
        return _for_rust(pattern) or _for_python(pattern)
    except (_PatternError, re.error, OverflowError, RecursionError) as error:
        return str(error)


def _for_rust(pattern: str) -> Pattern | None:
    whole = _read(pattern, is_rust=True)
    if whole is None or not _is_accepted(whole.text):
        return None
    if not is_quick_at_once(whole):
        raise _PatternError("its repetitions are too many to check a long text with")
    return Pattern(whole.text, is_linear=True)


def _for_python(pattern: str) -> Pattern:
    whole = _read(pattern, is_rust=False)
    assert whole is not None
    re.compile(whole.text)
    if not is_quick_backtracking(whole):
        why = "with look-around or references, its repetitions can take too long with a long text"
        raise _PatternError(why if pattern.startswith("^") else f"{why}; `^` at its beginning makes it quicker")
    return Pattern(whole.text, is_linear=False)


def _is_accepted(text: str) -> bool:
    try:
        SchemaValidator(core_schema.str_schema(pattern=text))
    except SchemaError:
        return False
    return True


def _read(pattern: str, *, is_rust: bool) -> Part | None:
    """The pattern in the syntax of one engine; None where Rust's engine lacks a part of it."""
    reader = _Reader(pattern, is_rust=is_rust)
    whole = reader.alternatives()
    if reader.position < len(pattern):
        raise _PatternError(f"unmatched `)` at position {reader.position}")
    return None if is_rust and reader.needs_python else whole


@dataclass
class _Reader:
    """Reads a pattern from left to right, and writes it."""

    pattern: str
    is_rust: bool
    position: int = 0
    needs_python: bool = False
    """Whether the pattern looks around, or refers to a group."""
    groups: list[str] = field(default_factory=list)
    """The names of the capturing groups so far; empty for those without."""
    ended: dict[int, Part] = field(default_factory=dict)
    """Those that have ended, by number."""

    def taken(self, text: str) -> bool:
        """Whether the text comes next; it is then read."""
        if not self.pattern.startswith(text, self.position):
            return False
        self.position += len(text)
        return True

    def match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """The match of an expression that comes next; it is then read."""
        if match := expression.match(self.pattern, self.position):
            self.position = match.end()
        return match

    def next(self) -> str:
        """The next character."""
        if self.position == len(self.pattern):
            raise _PatternError("the pattern ends too early")
        self.position += 1
        return self.pattern[self.position - 1]

    # Terms

    def alternatives(self) -> Part:
        """Up to the end of the group."""
        parts = [self._terms()]
        while self.taken("|"):
            parts.append(self._terms())
        return parts[0] if len(parts) == 1 else Choice("|".join(part.text for part in parts), parts)

    def _terms(self) -> Part:
        parts = []
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            parts.append(self._repeated(self._term()))
        return Chain("".join(part.text for part in parts), parts)

    def _term(self) -> Part:
        if self.taken("("):
            return self._group()
        if self.taken("["):
            return self._class()
        if self.taken("."):
            return self._set(_NO_NEWLINE, is_negated=True)
        if self.taken("^"):
            return Start("^")
        if self.taken("$"):
            return End("$" if self.is_rust else r"\Z")
        if self.taken("\\"):
            return self._escape()
        if self.match(_QUANTIFIER):
            raise _PatternError(f"nothing to repeat at position {self.position}")
        return _literal(ord(self.next()))

    def _repeated(self, part: Part) -> Part:
        """As often as a quantifier says; a brace that is none stands for itself (annex B.1.2)."""
        match = self.match(_QUANTIFIER)
        if match is None:
            return part
        least, most = _USUAL.get(match[0][0]) or (
            int(match[1]),
            float(match[2] or (match[1] if match[2] is None else inf)),
        )
        if most < least:
            raise _PatternError(f"numbers out of order in {match[0]}")
        return Repeat(part.text + match[0], part, least, most)

    # Groups

    def _group(self) -> Part:
        before, opening = len(self.groups), self._opening()
        inner = self.alternatives()
        if not self.taken(")"):
            raise _PatternError("a group does not end")
        text = f"({opening}{inner.text})"
        if _LOOK_AROUND.fullmatch(opening):
            return Look(text, inner)
        group = Chain(text, [inner])
        if not opening:
            self.ended[before + 1] = group
        return group

    def _opening(self) -> str:
        if self.taken("?:"):
            return "?:"
        if match := self.match(_LOOK_AROUND):
            self.needs_python = True
            return match[0]
        if match := self.match(_NAME):
            self.groups.append(match[1])
            return ""
        if self.taken("?"):
            raise _PatternError(f"unknown kind of group at position {self.position}")
        self.groups.append("")
        return ""

    def _reference(self, number: int) -> Part:
        self.needs_python = True
        return Reference(f"(?:\\{number})", self.ended.get(number))

    def _number_of(self, name: str) -> int:
        if name not in self.groups:
            raise _PatternError(f"no group before it is named {name}")
        return self.groups.index(name) + 1

    # Escapes

    def _escape(self) -> Part:
        if match := self.match(re.compile(r"[bB]")):
            return Part(f"(?-u:\\{match[0]})" if self.is_rust else f"(?a:\\{match[0]})")
        if match := self.match(re.compile(r"k<([^>]+)>")):
            return self._reference(self._number_of(match[1]))
        if match := self.match(re.compile(r"[1-9]\d*")):
            return self._reference(int(match[0]))
        ranges = self._escaped()
        return Characters(ranges, _ANY) if isinstance(ranges, str) else self._set(ranges)

    def _escaped(self) -> list[Range] | str:
        """The characters of an escape, or how Rust writes those that have a property."""
        if match := self.match(_PROPERTY):
            if not self.is_rust:
                raise _PatternError(f"\\{match[0]} cannot be checked beside look-around or references")
            return f"\\{match[0]}"
        if match := self.match(_HEX):
            return _single(self._code_point(int(match[1] or match[2] or match[3], 16)))
        if match := self.match(re.compile(r"c([A-Za-z])")):
            return _single(ord(match[1]) % 32)
        letter = self.next()
        if letter.lower() in _CLASSES:
            ranges = _CLASSES[letter.lower()]
            return ranges if letter.islower() else others(ranges)
        if letter.isascii() and letter.isalnum() and letter not in _CONTROLS:
            raise _PatternError(f"\\{letter} is no escape of ECMA-262")
        return _single(_CONTROLS.get(letter, ord(letter)))

    def _code_point(self, code: int) -> int:
        """Of two escapes where these are halves of a surrogate pair."""
        if 0xD800 <= code < 0xDC00 and (low := self.match(re.compile(r"\\u([dD][c-fC-F][0-9A-Fa-f]{2})"))):
            return 0x10000 + ((code - 0xD800) << 10) + (int(low[1], 16) - 0xDC00)
        if 0xD800 <= code < 0xE000 or code > LAST:
            raise _PatternError(f"{code:#x} is no character")
        return code

    # Classes

    def _class(self) -> Part:
        is_negated, ranges, properties = self.taken("^"), list[Range](), list[str]()
        while not self.taken("]"):
            first = self._class_atom()
            if isinstance(first, str):
                properties.append(first)
            else:
                ranges += self._range(first)
        return self._set(ranges, properties, is_negated=is_negated)

    def _range(self, first: list[Range]) -> list[Range]:
        """Up to another character, if a hyphen follows; beside a class such as `\\w` it is a hyphen (annex B.1.2)."""
        if self.pattern.startswith("-]", self.position) or not self.taken("-"):
            return first
        last = self._class_atom()
        if isinstance(last, str):
            raise _PatternError("a property cannot end a range")
        if not (_is_single(first) and _is_single(last)):
            return [*first, *_single(0x2D), *last]
        if first[0][0] > last[0][0]:
            raise _PatternError("a range ends before it begins")
        return [(first[0][0], last[0][0])]

    def _class_atom(self) -> list[Range] | str:
        if not self.taken("\\"):
            return _single(ord(self.next()))
        return _single(0x8) if self.taken("b") else self._escaped()

    def _set(self, ranges: Iterable[Range], properties: Iterable[str] = (), *, is_negated: bool = False) -> Part:
        """One of some characters."""
        ranges, properties = list(ranges), list(properties)
        if len(ranges) == 1 and _is_single(ranges) and not (properties or is_negated):
            return _literal(ranges[0][0])
        if not (ranges or properties):
            ranges, is_negated = [(0, LAST)], not is_negated
        inner = "".join([*map(_written, ranges), *properties])
        known = others(ranges) if is_negated else ranges
        return Characters(f"[{'^' if is_negated else ''}{inner}]", _ANY if properties else known)


def _literal(code: int) -> Part:
    return Characters(_character(code), _single(code))


def _single(code: int) -> list[Range]:
    return [(code, code)]


def _is_single(ranges: list[Range]) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _written(characters: Range) -> str:
    """A range within brackets."""
    first, last = (_character(code, specials=r"\]^[&~-") for code in characters)
    return first if first == last else f"{first}-{last}"


def _character(code: int, specials: str = r"\.+*?()|[]{}^$") -> str:
    """A character as both engines read it: escaped where it means something, or cannot be seen."""
    character = chr(code)
    if character in specials:
        return f"\\{character}"
    if (character.isascii() and character.isprintable()) or unicodedata.category(character)[0] in "LNS":
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
