"""Stands in for what _schemas.py.jinja becomes, so that the plain modules beside it are typed where they stand."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["SCHEMAS"]

SCHEMAS: Final[dict[str, Any]] = {}
