"""Scopes: `permission:object` or a bare permission, with spaces between several (RFC 6749, 3.3).

The list of permissions is the server's and grows, so none is refused here; only what no scope can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ._checks import invalid_argument, plain

__all__ = ["Scope", "Scopes", "Words", "join", "joined", "parse"]

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, 3.3


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be done, and to which object; without an object, to all.

    Raises:
        InvalidRequestError: a part is empty, or has a character that it can't have. An empty object above all: it would
            be read as all objects.
    """

    permission: str
    object: str | None = None

    def __post_init__(self) -> None:
        """Check both parts."""
        if not _is_token(self.permission) or ":" in self.permission:
            raise invalid_argument("scope", "a permission is a word without blanks, quotes and colons")
        if self.object is not None and not _is_token(self.object):
            raise invalid_argument("scope", f"the object of {self.permission} must be a word without blanks and quotes")

    def __str__(self) -> str:
        """As it is sent."""
        return plain(self.permission) if self.object is None else ":".join((self.permission, self.object))

    def __lt__(self, other: Scope) -> bool:
        """By permission; the one for all objects comes first."""
        return (self.permission, self.object or "") < (other.permission, other.object or "")


Scopes: TypeAlias = str | Scope | Iterable[str | Scope]
"""One scope or several: in a text with spaces between them, or one by one."""


def parse(text: str) -> tuple[Scope, ...]:
    """The scopes of a text, such as the `scope` of an access token; () for an empty one.

    Raises:
        InvalidRequestError: one of them can't be a scope.
    """
    return tuple(map(_parsed, text.split()))


def join(scopes: Scopes) -> str:
    """The text that is sent, each scope once, in the order of the argument; those of a set are sorted.

    Raises:
        InvalidRequestError: one of them can't be a scope, or it is a mapping or holds a pair.
    """
    return " ".join(dict.fromkeys(str(_parsed(word)) for word in _separated("scope", scopes)))


class Words(NamedTuple):
    """What the description says of an argument that is a text of several words."""

    pattern: str = ""
    """What each word has to match (ECMA-262); empty: nothing."""
    description: str = ""
    """What each word is, for the texts of errors."""

    def refusal_of(self, position: int) -> str:
        """Why the word at this position, counted from 1, is refused; without the word."""
        expected = f"be {self.description}" if self.description else f"match {self.pattern}"
        return f"each word must {expected}; word {position} does not fit"


def joined(argument: str, value: object, words: Words) -> str:
    """An argument as the text that is sent: each word once, with one space between them.

    Raises:
        InvalidRequestError: naming the argument.
    """
    separate = list(_separated(argument, value))
    if not separate:
        raise invalid_argument(argument, "has no word in it; pass at least one, or leave an optional argument out")
    for position, word in enumerate(separate, 1):
        if words.pattern and not re.search(words.pattern, word):
            raise invalid_argument(argument, words.refusal_of(position))
    return " ".join(dict.fromkeys(separate))


def _separated(argument: str, value: object) -> Iterator[str]:
    """The words of a text, or of each item, in this order; of a set in sorted order, since its own differs per process.

    A mapping and what is not one level deep are refused: their parts would be sent as if they did not belong together.
    """
    if isinstance(value, (str, Scope)):
        yield from _text(value).split()
    elif hasattr(value, "keys"):
        raise invalid_argument(argument, "must not be a mapping: pass a list, with Scope(key, value) for each key")
    elif isinstance(value, Iterable):
        items = [word for item in value for word in _words_of_item(argument, item)]
        yield from sorted(items) if isinstance(value, AbstractSet) else items
    else:
        raise invalid_argument(argument, "must be a text, a Scope, or an iterable of texts and Scopes")


def _words_of_item(argument: str, item: object) -> list[str]:
    if not isinstance(item, (str, Scope)):
        reason = f"must hold texts and Scopes, not a {type(item).__name__}"
        is_pair = isinstance(item, Iterable) and not isinstance(item, bytes)
        raise invalid_argument(argument, f"{reason}: write a pair as Scope(permission, object)" if is_pair else reason)
    words = _text(item).split()
    if not words:
        raise invalid_argument(argument, "has an empty text in it")
    return words


def _text(value: str | Scope) -> str:
    return plain(value) if isinstance(value, str) else str(value)


def _parsed(word: str) -> Scope:
    permission, colon, target = word.partition(":")
    return Scope(permission, target if colon else None)


def _is_token(text: object) -> bool:
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None
