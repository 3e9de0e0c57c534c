"""The results as Markdown, and as the data that plot.py draws."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from tests.benchmarks.generating import SIZES
from tests.benchmarks.limits import Line
from tests.benchmarks.measuring import Cost, Costs, median


@dataclass
class Results:
    """All that a run measured; a part that it left out is empty."""

    lines: list[Line] = field(default_factory=list)
    generation: Costs = field(default_factory=dict)
    growth: Costs = field(default_factory=dict)
    idle: Costs = field(default_factory=dict)
    imports: Costs = field(default_factory=dict)
    cold: Costs = field(default_factory=dict)
    calls: dict[str, Costs] = field(default_factory=dict)
    calls_per_batch: int = 1


def demands(lines: Sequence[Line]) -> str:
    """The table of the limits with what was measured."""
    head = ("what", "against", "wall", "CPU", "other", "at most", "")
    rows = [
        (
            line.what,
            line.against,
            *(_ratio(part) for part in (line.wall, line.cpu, line.other)),
            f"{line.limit:g}",
            "met" if line.is_met else "**missed**",
        )
        for line in lines
    ]
    return _table(head, rows)


def markdown(results: Results) -> str:
    """The whole page."""
    parts = [
        "# Benchmarks",
        "Written by `make bench`; do not edit. Ratios within one run, contenders in turns; each is the median over the"
        "\nrounds, and for time the clock that shows us worse decides.",
        f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
        f"httpx2 {version('httpx2')}, pydantic {version('pydantic')}, "
        f"openapi-python-client {version('openapi-python-client')}.",
        "![Ratios and times](results.png)",
        "## Must reach",
        demands(results.lines),
        *_generation(results.generation),
        *_growth(results.growth),
        *_simple("make, our own description", results.idle),
        *_simple("Import", results.imports),
        *_simple("Cold start to the first answered call", results.cold),
        *_calls(results),
    ]
    return "\n\n".join(parts) + "\n"


def plot_data(results: Results) -> dict[str, Any]:
    """What plot.py reads."""
    return {
        "lines": [(line.what, line.worst, line.limit) for line in results.lines],
        "generation": {
            who: [(size, median(results.generation[f"{who} {size}"]).wall) for size in SIZES]
            for who in ("ours", "stock")
            if results.generation
        },
        "throughput": {
            kind: {who: results.calls_per_batch / median(costs).wall for who, costs in contenders.items()}
            for kind, contenders in results.calls.items()
        },
    }


def _generation(costs: Costs) -> Iterable[str]:
    if costs:
        yield "## Generation"
        head = ("operations", *(f"{who}, {unit}" for who in ("ours", "stock") for unit in ("s", "CPU s", "MiB")))
        rows = [
            (f"{size:,}", *(text for who in ("ours", "stock") for text in _cost(median(costs[f"{who} {size}"]))))
            for size in SIZES
        ]
        yield _table(head, rows)


def _growth(costs: Costs) -> Iterable[str]:
    if costs:
        yield "## Growth, by how many there are in a description"
        yield _table(("", "s", "CPU s", "MiB"), [(name, *_cost(median(found))) for name, found in costs.items()])


def _simple(title: str, costs: Costs) -> Iterable[str]:
    if costs:
        yield f"## {title}"
        yield _table(("", "s", "CPU s"), [(name, *_cost(median(found))[:2]) for name, found in costs.items()])


def _calls(results: Results) -> Iterable[str]:
    if results.calls:
        yield "## Calls, microseconds of client processor time each, and calls per second"
        names = list(next(iter(results.calls.values())))
        head = ("", *(f"{name}, {unit}" for name in names for unit in ("µs", "per s")))
        yield _table(head, [(kind, *_per_call(results, kind, names)) for kind in results.calls])


def _per_call(results: Results, kind: str, names: list[str]) -> Iterable[str]:
    for name in names:
        cost = median(results.calls[kind][name])
        yield f"{cost.cpu / results.calls_per_batch * 1e6:,.0f}"
        yield f"{results.calls_per_batch / cost.wall:,.0f}"


def _cost(cost: Cost) -> tuple[str, str, str]:
    return f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.memory:.0f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
