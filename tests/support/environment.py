"""Variables of the environment for commands that a person would type."""

from __future__ import annotations

import os
from pathlib import Path

#: Prefixes of the variables that an outer make, pytest, Git hook or Python sets or reads.
_OUTER = ("MAKE", "MFLAGS", "PYTEST", "GIT_", "PYTHON")


def clean(**variables: str) -> dict[str, str]:
    """Return the environment without what runs these tests, and with `variables`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OUTER)} | variables


def with_package(**variables: str) -> dict[str, str]:
    """Return the environment in which programs import the package as it is committed, and with `variables`."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "generated"), **variables}
