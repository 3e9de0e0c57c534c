"""How long a pattern can take, by its parts: Python's `re` tries one way after the other to match a text.

A repetition adds ways where what follows it may begin with the same characters: in `a*a*b`, the text can be split
between both at each place, so the time grows with the square of its length. In `a*b`, what follows fails at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import NamedTuple, TypeAlias

#: Code points, first and last.
Range: TypeAlias = tuple[int, int]

LAST = 0x10FFFF
#: The characters of the longest text that is thought of.
_LENGTH = 2**20
#: What may be done with such a text, and be kept in mind at each character of it: seconds, at most.
_MAX_STEPS = 256 * _LENGTH
_MAX_STATES = 2500
_ANY: tuple[Range, ...] = ((0, LAST),)
#: Of more ranges, all characters are taken, so that the analysis is no work of its own.
_MAX_RANGES = 64


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a pattern: by itself, a place such as `\\b`."""

    text: str
    """As the engine reads it."""


class Start(Part):
    """`^`."""


class End(Part):
    """`$`."""


@dataclass(frozen=True, slots=True, eq=False)
class Characters(Part):
    """One of some characters."""

    ranges: Sequence[Range]


@dataclass(frozen=True, slots=True, eq=False)
class Reference(Part):
    """The text of a group again; None: a group that has not ended yet."""

    group: Part | None


@dataclass(frozen=True, slots=True, eq=False)
class Look(Part):
    """Look-around, which never tries a second way once one has matched."""

    part: Part


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Part):
    """One after the other."""

    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Part):
    """Alternatives."""

    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat(Part):
    """A part with a quantifier."""

    part: Part
    least: int
    most: float


def is_quick_backtracking(part: Part) -> bool:
    """Whether Python's `re` searches any text up to `_LENGTH` in bounded time."""
    starts = 1 if _is_anchored(part) else _LENGTH
    return _effort(part, ()).steps * starts <= _MAX_STEPS


def is_quick_at_once(part: Part) -> bool:
    """The same of Rust's engine: it follows all ways at once, so each character takes as long as there are states."""
    return _states(part) <= _MAX_STATES or is_quick_backtracking(part)


def _is_anchored(part: Part) -> bool:
    if isinstance(part, Choice):
        return all(map(_is_anchored, part.parts))
    return isinstance(part, Start) or (isinstance(part, Chain) and _is_anchored((*part.parts, part)[0]))


def _states(part: Part) -> float:
    match part:
        case Chain(_, parts) | Choice(_, parts):
            return sum(map(_states, parts)) + 1
        case Repeat(_, inner, least, most):
            return _states(inner) * max(least, 1 if most == inf else most)
    return 1


# Ways and steps


class _Effort(NamedTuple):
    """What a part takes from one place of a text on, at most."""

    ways: float
    """In how many ways it can match so that more than the next character is looked at afterwards."""
    steps: float
    """In all of them together."""


@lru_cache(maxsize=10_000)
def _effort(part: Part, follow: tuple[Range, ...]) -> _Effort:
    """`follow` are the characters that may come next; none: the pattern or the look-around is at its end."""
    match part:
        case Look(_, inner):
            return _Effort(1, 1 + _effort(inner, ()).steps)
        case Reference(_, group):
            return _Effort(1, 1 + min(_width(group), _LENGTH))
        case Chain(_, parts):
            return _of_chain(parts, follow)
        case Choice(_, parts):
            return _of_choice(parts, follow)
        case Repeat(_, _, _, most):
            return _of_option(part, follow) if most <= 1 else _of_repeat(part, follow)
    return _Effort(1, 1)


def _of_chain(parts: Sequence[Part], follow: tuple[Range, ...]) -> _Effort:
    follows = [follow]
    for part in reversed(parts):
        follows.append(_first(part, follows[-1]))
    ways, steps = 1.0, 1.0
    for part, after in zip(parts, reversed(follows[:-1]), strict=True):
        effort = _effort(part, after)
        steps += _times(ways, effort.steps)
        ways = _times(ways, effort.ways)
    return _Effort(ways, steps)


def _of_choice(parts: Sequence[Part], follow: tuple[Range, ...]) -> _Effort:
    """Of alternatives that begin differently, one alone comes further than a character."""
    efforts = [_effort(part, follow) for part in parts]
    ways = [effort.ways for effort in efforts]
    is_apart = _are_disjoint(*(_first(part, follow) for part in parts))
    return _Effort(max(ways) if is_apart else sum(ways), 1 + sum(effort.steps for effort in efforts))


def _of_option(option: Repeat, follow: tuple[Range, ...]) -> _Effort:
    """Of a part that is matched once, if at all."""
    ways, steps = _effort(option.part, follow)
    is_apart = option.least or _are_disjoint(_first(option.part, ()), follow)
    return _Effort(ways if is_apart else ways + 1, 1 + steps)


def _of_repeat(repeat: Repeat, follow: tuple[Range, ...]) -> _Effort:
    """Each way of one time adds to those of the next; where there is one way, the text says how often it is."""
    part, most = repeat.part, min(repeat.most, _LENGTH)
    first = _first(part, ())
    again = _effort(part, first)
    if again.ways > 1:
        ways = _power(max(again.ways, _effort(part, follow).ways) + 1, most)
        return _Effort(ways, _times(ways, again.steps))
    last = _effort(part, follow)
    is_fixed = last.ways == 1 and _are_disjoint(first, follow)
    # From each place of the text, it can go on in one way at most.
    ways = 1 if is_fixed else min(_times(last.ways, most - repeat.least + 1), _LENGTH)
    steps = _times(most, again.steps + last.steps)
    # Of a part without look-around or references, each step goes on in the text, or is the last one.
    return _Effort(ways, 1 + (min(steps, 2 * _LENGTH * _size(part)) if _is_plain(part) else steps))


def _times(first: float, second: float) -> float:
    return first * second if first and second else 0.0


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return inf


# Properties of a part


def _first(part: Part, follow: tuple[Range, ...]) -> tuple[Range, ...]:
    """The characters that a part, or what follows where it is empty, can begin with; of what is only looked at, any."""
    match part:
        case Characters(_, ranges):
            return _union(ranges)
        case End():
            return ()
        case Chain(_, parts):
            for inner in reversed(parts):
                follow = _first(inner, follow)
            return follow
        case Choice(_, parts):
            return _union(pair for inner in parts for pair in _first(inner, follow))
        case Repeat(_, inner, least, _):
            return _union([*_first(inner, follow), *([] if least else follow)])
    return _ANY


def _width(part: Part | None) -> float:
    """How many characters a part has at most."""
    match part:
        case None:
            return inf
        case Characters():
            return 1
        case Chain(_, parts):
            return sum(map(_width, parts))
        case Choice(_, parts):
            return max(map(_width, parts))
        case Repeat(_, inner, _, most):
            return _times(_width(inner), most)
        case Reference(_, group):
            return _width(group)
    return 0


def _is_plain(part: Part) -> bool:
    match part:
        case Chain(_, parts) | Choice(_, parts):
            return all(map(_is_plain, parts))
        case Repeat(_, inner, _, _):
            return _is_plain(inner)
    return not isinstance(part, (Look, Reference))


def _size(part: Part) -> int:
    match part:
        case Chain(_, parts) | Choice(_, parts):
            return 1 + sum(map(_size, parts))
        case Repeat(_, inner, _, _):
            return 1 + _size(inner)
    return 1


# Sets of characters


def others(ranges: Iterable[Range]) -> list[Range]:
    """All characters but these."""
    edges = [-1, *(edge for pair in merged(ranges) for edge in pair), LAST + 1]
    return [(edges[at] + 1, edges[at + 1] - 1) for at in range(0, len(edges), 2) if edges[at] + 1 < edges[at + 1]]


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same characters in order, each once."""
    done: list[Range] = []
    for first, last in sorted(ranges):
        if done and first <= done[-1][1] + 1:
            done[-1] = done[-1][0], max(last, done[-1][1])
        else:
            done.append((first, last))
    return done


def _union(ranges: Iterable[Range]) -> tuple[Range, ...]:
    whole = tuple(merged(ranges))
    return whole if len(whole) <= _MAX_RANGES else _ANY


def _are_disjoint(*sets: Iterable[Range]) -> bool:
    """Whether no character is in two of them."""
    ranges = sorted(pair for each in sets for pair in merged(each))
    return all(before[1] < after[0] for before, after in pairwise(ranges))
