"""What an operation has on the command line: the extensions, and what is wrong with their values."""

from __future__ import annotations

import re
from typing import Any

#: The name of the command that calls an operation.
COMMAND = "x-python-command"
#: Arguments, by name on the wire, of a call that changes nothing: it shows whether credentials are known.
CHECK = "x-python-check"

#: The commands that each package has of itself.
_OWN = ("check", "keygen")


def command_problem(value: Any) -> str:
    """Why an operation can't have this command; empty if it can."""
    if not isinstance(value, str) or not re.fullmatch("[a-z][a-z0-9-]{0,63}", value):
        return "a command has small letters, digits and hyphens, and begins with a letter"
    return f"each package has a command `{value}` of its own" if value in _OWN else ""


def check_problem(value: Any) -> str:
    """Why these can't be the arguments of a check; empty if they can."""
    is_mapping = isinstance(value, dict) and all(isinstance(name, str) for name in value)
    return "" if is_mapping and value else "this is no mapping from names of parameters or members to values"
