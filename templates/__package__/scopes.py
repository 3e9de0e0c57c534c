"""Scopes: `permission:object` or a bare permission, with spaces between several (RFC 6749, 3.3).

The list of permissions is the server's and grows, so none is refused here; only what no scope can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ._checks import refusal
from ._model import Unset
from .errors import InvalidRequestError

__all__ = ["Scope", "Scopes", "join", "joined", "parse"]

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
            raise refusal("scope", "a permission is a word without blanks, quotes and colons")
        if self.object is not None and not _is_token(self.object):
            raise refusal("scope", f"the object of {self.permission} must be a word without blanks and quotes")

    def __str__(self) -> str:
        """As it is sent."""
        return self.permission if self.object is None else f"{self.permission}:{self.object}"

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
    """The text that is sent, each scope once, in the order given.

    Raises:
        InvalidRequestError: one of them can't be a scope.
    """
    given: Iterable[object] = (scopes,)
    if isinstance(scopes, Iterable) and not isinstance(scopes, str):
        given = scopes
    return " ".join(dict.fromkeys(str(scope) for one in given for scope in _listed(one)))


def joined(argument: str, value: Scopes | Unset | None) -> str | Unset | None:
    """What becomes of an argument. A text goes as it is: what it may hold is the server's to say; so does no value.

    Raises:
        InvalidRequestError: naming the argument.
    """
    if value is None or isinstance(value, (str, Unset)):
        return value
    try:
        return join(value)
    except InvalidRequestError as error:
        reason = str(error).partition(": ")[2]
    raise refusal(argument, reason)


def _listed(item: object) -> tuple[Scope, ...]:
    if isinstance(item, Scope):
        return (item,)
    if isinstance(item, str):
        return parse(item)
    raise refusal("scope", "must be a text, or an iterable of texts and scopes")


def _parsed(word: str) -> Scope:
    permission, colon, target = word.partition(":")
    return Scope(permission, target if colon else None)


def _is_token(text: object) -> bool:
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None
