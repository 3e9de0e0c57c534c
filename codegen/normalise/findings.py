"""What normalising finds about a description."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that the client cannot express as the description does; becomes a diagnostic at the pointer."""

    pointer: str
    code: str
    message: str
    hint: str = ""
