"""Regular expressions of the description, which are ECMA 262's; the client checks them with Python's `re`."""

from __future__ import annotations

import re
import warnings
from typing import Any


def fault(pattern: Any) -> str:
    """Why Python does not read a pattern, or says that it will read it in another way one day; empty if it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError, TypeError, FutureWarning) as error:
            return str(error)
    return ""
