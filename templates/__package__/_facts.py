"""Stands in for what _facts.py.jinja becomes, so that the plain modules beside it are typed where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["HAS_CASINGS", "HEADERS", "ErrorFacts", "HeaderFacts"]

HAS_CASINGS: Final[bool] = True

HEADERS: Mapping[str, tuple[str, ...]] = {}


class HeaderFacts:
    """Mixed into answers."""

    __slots__ = ()


class ErrorFacts(HeaderFacts):
    """Mixed into errors."""

    envelope: Any = None

    @property
    def errors(self) -> tuple[Any, ...]:
        """Items of the envelope's `errors`."""
        return ()
