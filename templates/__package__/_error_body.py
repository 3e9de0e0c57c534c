"""Reads the body of an error: what the description says of it, what the RFCs say, or the text that it is.

Only its start is looked at, and what does not fit is passed over, so that no body takes long or hides what it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from ._operation import decode_text

__all__ = ["READ", "excerpt", "read_envelope", "read_json", "read_text"]

READ = 64 * 1024
"""Bytes of a body that are looked at."""
_KEPT = 4096  # bytes of a body that an error keeps, in UTF-8
_PASSES = 32  # over a body with members that do not fit; each leaves out one, the later ones all that follow it, too


def read_text(content: bytes, headers: Mapping[str, str]) -> str:
    """The start of a body."""
    return decode_text(content[:READ], headers)


def excerpt(text: str) -> str:
    """What of it an error keeps."""
    return text.encode(errors="replace")[:_KEPT].decode(errors="ignore")


def read_json(text: str, *, is_cut: bool) -> Any:
    """The text as JSON, as far as it goes where it was cut; None: it is none."""
    try:
        return from_json(text, allow_partial=is_cut)
    except ValueError:
        return None


def read_envelope(adapter: TypeAdapter[Any], problem: Any) -> Any:
    """The body as declared, without the members and items that do not fit, which are removed from `problem`.

    None: none of what is declared is there, of which all may be optional.
    """
    for number in range(_PASSES):
        try:
            envelope = adapter.validate_json(to_json(problem), strict=True, extra="allow", by_name=False, by_alias=True)
        except ValidationError as error:
            misfit = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        else:
            return envelope if _tells_something(envelope) else None
        if not _remove(problem, misfit, to_the_end=number >= _PASSES // 2):
            return None
    return None


def _tells_something(envelope: Any) -> bool:
    names = getattr(envelope, "model_fields_set", None)
    return names is None or bool(names - (envelope.model_extra or {}).keys())


def _remove(value: Any, path: Iterable[Any], *, to_the_end: bool) -> bool:
    """Remove the innermost value on a path of pydantic's; False: that is the whole.

    A path also names variants, and members that are missing: what lacks them is removed.
    """
    holder: Any = None
    place: Any = None
    for step in path:
        if isinstance(value, (dict, list)):
            with suppress(LookupError, TypeError):  # the name of a variant, or of a member that is missing
                holder, place, value = value, step, value[step]
    if holder is None:
        return False
    if to_the_end and isinstance(holder, list):
        del holder[place:]
    else:
        del holder[place]
    return True
