"""Variables of the environment for commands that a person would type."""

from __future__ import annotations

import os

#: Prefixes of the variables that an outer make, pytest, Git hook or Python sets or reads.
_OUTER = ("MAKE", "MFLAGS", "PYTEST", "GIT_", "PYTHON")


def clean(**variables: str) -> dict[str, str]:
    """Return the environment without what runs these tests, and with `variables`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OUTER)} | variables
