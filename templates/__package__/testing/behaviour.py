"""What the API does beyond its description: here, nothing. `behaviour.py` beside the description replaces this file."""

from __future__ import annotations

from typing import ClassVar

from ._behaviour import Behaviour
from ._sandbox import BaseSandbox

__all__ = ["Behaviour", "Sandbox"]


class Sandbox(BaseSandbox[Behaviour]):
    """A stand-in for the API that answers with the examples of its description."""

    behaviour_class: ClassVar[type[Behaviour]] = Behaviour
