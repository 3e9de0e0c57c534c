"""What must be reached, and the lines of the table that say whether it is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.measuring import Cost, Costs, median, ratio
from tests.support.checkout import PACKAGE


@dataclass(frozen=True, slots=True)
class Line:
    """One demand and how it is met."""

    what: str
    against: str
    limit: float
    wall: float | None = None
    """Ratio of the time on the clock; None where it isn't what is asked for."""
    cpu: float | None = None
    """Ratio of processor time."""
    other: float | None = None
    """Ratio of what is no time."""

    @property
    def worst(self) -> float:
        """The ratio that is judged: time is kept by whichever clock shows us worse."""
        return max(part for part in (self.wall, self.cpu, self.other) if part is not None)

    @property
    def is_met(self) -> bool:
        """The verdict."""
        return self.worst <= self.limit


def generation(costs: Costs) -> Iterator[Line]:
    """Of as many sizes as were measured."""
    for size, limit in ((2, 0.8), (200, 0.45), (1000, 0.25)):
        if f"ours {size}" in costs:
            yield _time(
                f"generate, {size:,} operations", "stock command", limit, costs, f"ours {size}", f"stock {size}"
            )
    if {"ours 200", "ours 1000"} <= costs.keys():
        yield _time("time from 200 to 1,000 operations", "itself", 5.5, costs, "ours 1000", "ours 200")
        memory = ratio(costs["ours 1000"], costs["stock 1000"]).memory
        yield Line("peak memory, 1,000 operations", "stock command", 1.0, other=memory)


def idle(costs: Costs) -> Iterator[Line]:
    """Of a run that has nothing to do."""
    yield _time("unchanged `make generate`", "a full one", 0.2, costs, "unchanged", "full")


def saves(seconds: Sequence[float]) -> Iterator[Line]:
    """Of what a maintainer waits for at every save."""
    yield Line("a save while `make watch` runs", "seconds", 0.15, wall=statistics.median(seconds))


def lines(found: dict[str, int]) -> Iterator[Line]:
    """Of the models for Persona's whole description."""
    share = found["ours"] / found["stock"]
    yield Line("model lines for Persona's published description", f"stock's {found['stock']:,}", 0.25, other=share)


def growth(costs: Costs, counts: Mapping[str, tuple[int, int]]) -> Iterator[Line]:
    """Of twice as many: no more than n log n, which the part that never changes makes less."""
    for kind, (few, many) in counts.items():
        yield _time(f"{kind}, from {few:,} to {many:,}", "itself", 2.3, costs, f"{kind} {many}", f"{kind} {few}")


def start(imports: Costs, cold: Costs) -> Iterator[Line]:
    """Of what comes before the first answer."""
    yield _time(f"`import {PACKAGE}`", "`import httpx2`", 0.5, imports, PACKAGE, "httpx2")
    yield _time("cold start to the first answered call", "a script by hand", 1.10, cold, "ours", "by hand")


def calls(kinds: dict[str, Costs]) -> Iterator[Line]:
    """Of calls on warm connections."""
    for kind, name in (("sync", "one sync call"), ("async 50", "one async call at concurrency 50")):
        against = f"bare httpx2 (the stock client: {ratio(kinds[kind]['stock'], kinds[kind]['httpx2']).wall:.2f})"
        yield _time(name, against, 1.06, kinds[kind], "ours", "httpx2")


def answers(prices: dict[str, list[float]]) -> Iterator[Line]:
    """Of the worst answers of 1 MiB, by seconds of processor time and bytes of memory."""
    slowest = max(prices, key=lambda name: prices[name][0])
    largest = max(prices, key=lambda name: prices[name][1])
    yield Line(f"the slowest answer of 1 MiB ({slowest})", "1 s", 1.0, cpu=prices[slowest][0])
    yield Line(f"memory of an answer of 1 MiB ({largest})", "its size", 20, other=prices[largest][1] / 2**20)


def _time(what: str, against: str, limit: float, costs: Costs, one: str, other: str) -> Line:
    found = ratio(costs[one], costs[other])
    return Line(what, against, limit, found.wall, found.cpu)


def medians(costs: Costs) -> dict[str, Cost]:
    """What the rounds come to."""
    return {name: median(found) for name, found in costs.items()}
