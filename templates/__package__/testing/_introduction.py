"""What a person reads who has started the sandbox on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ._description import ROUTES, SECURITY, TITLE, VARIABLE

__all__ = ["introduction"]

_PACKAGE = __name__.rpartition(".testing")[0]


def introduction(settings: Mapping[str, Any], url: str) -> list[str]:
    """The address, the credentials, and three lines to try."""
    keys = settings.get("api_key")
    known = dict.fromkeys(SECURITY, keys) if isinstance(keys, str) else dict(keys or {})
    lines = [f"{TITLE} at {url}", *(f"  {name}: {key}" for name, key in known.items() if key)]
    return [*lines, "", *(f"  {line}" for line in _to_try(url, known.values()))]


def _to_try(url: str, keys: Iterable[str]) -> list[str]:
    """Lines for a Python that has the package."""
    arguments = [f"base_url={json.dumps(url)}"] if not VARIABLE else []
    first = next(iter(keys), "")
    key = [f"api_key={json.dumps(first)}"] if first else []
    lines = [f"export {VARIABLE}={url}"] if VARIABLE else []
    lines += ["python", f">>> import {_PACKAGE}", f">>> client = {_PACKAGE}.Client({', '.join([*key, *arguments])})"]
    return [*lines, f">>> help(client)  # {len(ROUTES)} operations"]
