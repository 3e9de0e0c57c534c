"""The description's version as Python's packaging tools write versions."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from packaging.version import InvalidVersion, Version

from codegen.render.filters import unwrap


def pep440(value: Any) -> Markup:
    """`info.version` as it is where PEP 440 allows it in its normal form; else the numbers in it."""
    text = unwrap(value).strip()
    if _is_normal(text):
        return Markup(text)
    return Markup(".".join(str(int(number)) for number in re.findall(r"[0-9]{1,18}", text)[:4]) or "0")


def _is_normal(text: str) -> bool:
    """Whether the text is in normal form (PEP 440), a leading `v` and leading zeros aside.

    In other forms it can mean another version than in SemVer: `1.0.0-1` is a post-release.
    """
    try:
        public = Version(text).public
    except InvalidVersion:
        return False
    return public == re.sub(r"(?<![0-9])0+(?=[0-9])", "", text.removeprefix("v"))
