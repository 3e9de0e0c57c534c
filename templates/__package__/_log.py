"""The log on standard error, where an environment variable asks for it; loaded only then."""

from __future__ import annotations

import logging

from ._checks import invalid_argument

__all__ = ["write_log"]

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}
_handler = logging.StreamHandler()  # one object for all clients: a logger takes it once
_handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


def write_log(level: str, variable: str) -> None:
    """Write the lines of this package from this level on, beside the handlers that there are.

    Raises:
        InvalidRequestError: naming the variable; there is no such level.
    """
    if level.lower() not in _LEVELS:
        raise invalid_argument("", f"the environment variable {variable} must be {' or '.join(_LEVELS)}")
    logger = logging.getLogger(__package__)
    logger.setLevel(_LEVELS[level.lower()])
    logger.addHandler(_handler)
