"""What a command or a function costs, measured in turns, so that a busy machine slows every contender alike."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Cost:
    """One run."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of processor time, user and system, of the process and those that it waited for."""
    memory: float = 0.0
    """MiB that its largest process held at its peak; 0 where it isn't measured.

    Never less than what the measuring process holds: Linux counts that as the new one's until that runs its program.
    """


Costs = Mapping[str, Sequence[Cost]]


class CommandError(Exception):
    """A measured command failed: what it said."""


def run(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run the command to its end.

    Raises:
        CommandError: It exited with another status than 0.
    """
    started = perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**_outer(), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)  # the only call that tells the peak of this process alone
    wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(output.strip() or f"exit status {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)  # ru_maxrss: KiB on Linux


def _outer() -> dict[str, str]:
    """The environment, but Python keeps what it has compiled: an installed package is compiled already."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turns(contenders: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Run each contender once a round; a first round warms up, and isn't counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for order in _orders(contenders, 1 + rounds):
        for name in order:
            costs[name].append(contenders[name]())
    return {name: found[1:] for name, found in costs.items()}


async def in_turns_async(contenders: Mapping[str, Callable[[], Awaitable[Cost]]], rounds: int) -> dict[str, list[Cost]]:
    """The same within an event loop."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for order in _orders(contenders, 1 + rounds):
        for name in order:
            costs[name].append(await contenders[name]())
    return {name: found[1:] for name, found in costs.items()}


def _orders(contenders: Iterable[str], rounds: int) -> Iterator[list[str]]:
    """Who is when: forwards and backwards in turn, so that nobody is always the one who comes after another."""
    names = list(contenders)
    return (names if number % 2 == 0 else names[::-1] for number in range(rounds))


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each part by itself."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.memory for cost in costs),
    )


def ratio(costs: Sequence[Cost], against: Sequence[Cost]) -> Cost:
    """Each part of the one by that of the other: the median of what the rounds say.

    Both of a round met the same neighbours on the machine, so that their ratio is steadier than either.
    """
    pairs = list(zip(costs, against, strict=True))
    return median([Cost(one.wall / other.wall, one.cpu / other.cpu, _over(one, other)) for one, other in pairs])


def _over(one: Cost, other: Cost) -> float:
    return one.memory / other.memory if other.memory else 0.0
