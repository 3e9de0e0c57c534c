"""Failures on demand: what happens to the next calls in place of, or after, the work."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["FAULTS", "Fault", "Faults", "Kind"]

Kind: TypeAlias = Literal["drop", "drop-after", "stall", "html", "truncate"]
FAULTS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to the next `times` calls of an operation, or of any."""

    status: int | Kind
    times: int
    operation: str
    headers: Mapping[str, str] = field(repr=False)


class Faults:
    """Those that are still to happen, in the order in which they were asked for; safe to share between threads."""

    def __init__(self) -> None:
        """None yet."""
        self._pending: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let it happen after those that were asked for earlier."""
        with self._lock:
            self._pending.append(fault)

    def take(self, operation: str) -> Fault | None:
        """The fault of this call, which counts as one of its times; None: the call goes well."""
        with self._lock:
            fault = next((fault for fault in self._pending if fault.operation in ("", operation)), None)
            if fault is not None:
                fault.times -= 1
                if not fault.times:
                    self._pending.remove(fault)
            return fault

    def clear(self) -> None:
        """Forget those that have not happened."""
        with self._lock:
            self._pending.clear()
