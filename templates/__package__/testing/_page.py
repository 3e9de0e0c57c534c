"""The page of a served sandbox: the requests as they came, without secrets."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._sandbox import BaseSandbox

__all__ = ["page"]


def page(sandbox: BaseSandbox[Any]) -> bytes:
    """The page as HTML."""
    rows = "".join(f"<tr><td>{escape(call.method)}<td>{escape(call.operation)}" for call in sandbox.requests[::-1])
    return f"<!doctype html><title>Sandbox</title><table>{rows}</table>".encode()
