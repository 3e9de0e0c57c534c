"""Stands in for what _description.py.jinja becomes, so that the plain modules beside it are typed where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._client import AsyncBaseClient as AsyncClient, SyncBaseClient as Client
from .._security import Scheme

__all__ = ["BASE_URL", "ROUTES", "SECURITY", "SERVERS", "TITLE", "VARIABLE", "AsyncClient", "Client"]

TITLE: Final = "API"
BASE_URL: Final = "https://sandbox.invalid"
SERVERS: tuple[str, ...] = ()
VARIABLE = ""
ROUTES: tuple[tuple[str, str, str, str], ...] = ()
SECURITY: Mapping[str, Scheme] = {}
