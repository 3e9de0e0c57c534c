"""Draws results.png from the JSON on standard input.

`python plot.py OUTPUT` runs in .venv-bench, where matplotlib is; stands alone, since nothing else is installed there.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

_COLOURS = {"ours": "#2563eb", "stock": "#9ca3af", "httpx2": "#10b981"}
_GOOD, _BAD = "#2563eb", "#dc2626"


def main(output: str) -> None:
    """What must be reached above, the absolute numbers below."""
    data = json.load(sys.stdin)
    matplotlib: Any = import_module("matplotlib")  # by name: the type checkers run where it isn't installed
    matplotlib.use("Agg")
    plots: Any = import_module("matplotlib.pyplot")
    figure = plots.figure(figsize=(10, 12), layout="constrained")
    # Figures of their own, so that the long names of one don't squeeze the others.
    upper, lower = figure.subfigures(2, 1)
    draw_ratios(upper.subplots(), data["lines"])
    left, right = lower.subplots(1, 2)
    draw_generation(left, data["generation"])
    draw_throughput(right, data["throughput"])
    figure.savefig(output, dpi=110, metadata={"Software": None})


def draw_ratios(axes: Any, lines: list[tuple[str, float, float]]) -> None:
    """Each demand as a share of what it allows, so that one line is the limit of all."""
    names = [f"{what} ({worst:.2f} of {limit:g})" for what, worst, limit in lines]
    shares = [worst / limit for _, worst, limit in lines]
    axes.barh(names, shares, color=[_GOOD if share <= 1 else _BAD for share in shares])
    axes.axvline(1, color="black", linewidth=1)
    axes.invert_yaxis()
    axes.set(title="Must reach: ratio as a share of its limit", xlabel="share of the limit")


def draw_generation(axes: Any, series: dict[str, list[tuple[int, float]]]) -> None:
    """Time by operations."""
    for who, points in series.items():
        axes.plot(*zip(*points, strict=True), marker="o", color=_COLOURS[who], label=who)
    axes.set(title="Generation", xlabel="operations", ylabel="seconds", xscale="log", yscale="log")
    axes.legend()


def draw_throughput(axes: Any, kinds: dict[str, dict[str, float]]) -> None:
    """Calls per second, grouped by kind of call."""
    names = list(next(iter(kinds.values()), {}))
    width = 0.8 / max(1, len(names))
    for index, name in enumerate(names):
        places = [place + index * width for place in range(len(kinds))]
        axes.bar(places, [rates[name] for rates in kinds.values()], width, color=_COLOURS[name], label=name)
    middle = width * (len(names) - 1) / 2
    axes.set_xticks([place + middle for place in range(len(kinds))], list(kinds))
    axes.set(title="Throughput of one process", ylabel="calls per second")
    axes.legend()


if __name__ == "__main__":
    main(sys.argv[1])
