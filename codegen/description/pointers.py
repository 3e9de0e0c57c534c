"""JSON pointers (RFC 6901) as URI fragments: `#/components/schemas/Error`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote


def tokens(pointer: str) -> list[str]:
    """The reference tokens of a pointer, unescaped (RFC 6901, section 4).

    Raises:
        LookupError: It is no pointer into this document, but a URL or the name of an `$anchor`.
    """
    if pointer != "#" and not pointer.startswith("#/"):
        raise LookupError(pointer)
    steps = pointer[1:].split("/")[1:]
    return [unescape(step) for step in steps] if "~" in pointer else steps


def join(pointer: str, *names: str) -> str:
    """The pointer to what stands in `pointer` under these names, one within the other (RFC 6901, section 3)."""
    for name in names:
        # Seldom, and this is called for every place of a description.
        is_special = "~" in name or "/" in name
        pointer = f"{pointer}/{name.replace('~', '~0').replace('/', '~1') if is_special else name}"
    return pointer


def around(pointer: str) -> Iterator[str]:
    """The pointer, and those of all that it is within."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def unescape(token: str) -> str:
    """A reference token as the name in the document that it stands for."""
    return token.replace("~1", "/").replace("~0", "~")


def pointer_of(path: Iterable[str | int]) -> str:
    """The pointer to a place that is given by its names and indices, as validators give it."""
    return join("#", *map(str, path))


def canonical(pointer: str) -> str:
    """The pointer without the percent-encoding that a URI fragment may have (RFC 6901, section 6)."""
    steps = tokens(pointer)
    return join("#", *map(unquote, steps)) if "%" in pointer or "~" in pointer else pointer
