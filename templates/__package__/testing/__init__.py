"""A stand-in for the API, for tests and for a first try without an account: `Sandbox`.

It checks each request against the operations of this package, answers with the examples of the description, and can
fail on demand. Nothing else of this package imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._behaviour import Call as Call, Problem as Problem, Reply as Reply
    from .behaviour import Behaviour as Behaviour, Sandbox as Sandbox

__all__ = ["Behaviour", "Call", "Problem", "Reply", "Sandbox"]

#: Where each public name lives; loaded when it is first asked for, so that the plugin of pytest costs nothing.
_HOMES = {
    "Behaviour": "behaviour",
    "Call": "_behaviour",
    "Problem": "_behaviour",
    "Reply": "_behaviour",
    "Sandbox": "behaviour",
}


if not TYPE_CHECKING:  # or type checkers would take any name for one of this module

    def __getattr__(name: str) -> object:
        """Load a public name when it is first needed (PEP 562)."""
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
