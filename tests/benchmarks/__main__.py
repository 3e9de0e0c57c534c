"""Measures what limits.py demands, in one run: `make bench`, or a part of it: `make bench ARGS="--only calls --quick"`.

Writes results.md and results.png, unless only a part was asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import growth, limits, report
from tests.benchmarks.generating import ROOT, SIZES, SPEC, Generators, measure, measure_idle, model_lines
from tests.benchmarks.measuring import Cost
from tests.benchmarks.report import Results
from tests.benchmarks.starting import measure_cold_start, measure_import
from tests.benchmarks.watching import measure_saves
from tests.support.environment import with_package

HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: every demand that was measured is met; 1: some are missed."""
    options = parser().parse_args(arguments)
    # In a batch; at the highest concurrency each task makes one call, or four.
    results = Results(calls_per_batch=100 if options.quick else 400)
    with tempfile.TemporaryDirectory() as folder:
        for part in options.only or PARTS:
            print(f"{part} …", file=sys.stderr)
            PARTS[part](results, Path(folder), options)
    print(report.demands(results.lines))
    if not options.only and not options.quick:
        write(results, options.plot_python)
    return 0 if all(line.is_met for line in results.lines) else 1


def generation(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Full runs of the generators."""
    results.generation = measure(folder, 1 if options.quick else 5, SIZES[:2] if options.quick else SIZES)
    results.lines += limits.generation(results.generation)


def idle(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Runs of make with nothing to do."""
    results.idle = measure_idle(folder, 3 if options.quick else 15)
    results.lines += limits.idle(results.idle)


def watch(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Saves of the description while it is watched."""
    results.lines += limits.saves(measure_saves(folder, 4 if options.quick else 30))


def lines(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Size of the models for Persona's whole description."""
    if options.persona.exists():
        results.lines += limits.lines(model_lines(options.persona, folder))
    else:
        print(f"no file {options.persona}: --persona names Persona's published description", file=sys.stderr)


def grown(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """How generating grows with a description."""
    results.growth = growth.measure(folder, 1 if options.quick else 3, 10 if options.quick else 1)
    results.lines += limits.growth(results.growth, growth.counts(results.growth))


def start(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Imports, and a first call."""
    rounds = 3 if options.quick else 25
    with server() as url:
        results.cold = measure_cold_start(url, rounds)
    results.imports = measure_import(rounds)
    results.lines += limits.start(results.imports, results.cold)


def calls(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Calls on warm connections, in a process of their own."""
    path = os.pathsep.join(map(str, (ROOT / "generated", Generators(SPEC, folder / "client").stock_package())))
    rounds = 3 if options.quick else 25
    with server() as url:
        command = [sys.executable, "-m", "tests.benchmarks.calls", url, str(results.calls_per_batch), str(rounds)]
        output = subprocess.check_output(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    results.calls = {
        kind: {client: [Cost(*cost) for cost in costs] for client, costs in clients.items()}
        for kind, clients in json.loads(output).items()
    }
    results.lines += limits.calls(results.calls)


def answers(results: Results, folder: Path, options: argparse.Namespace) -> None:
    """Answers that are made to cost much, in a process of their own."""
    command = [sys.executable, "-m", "tests.benchmarks.answers"]
    output = subprocess.check_output(command, cwd=ROOT, env=with_package())
    results.lines += limits.answers(json.loads(output))


PARTS: dict[str, Callable[[Results, Path, argparse.Namespace], None]] = {
    "generation": generation,
    "idle": idle,
    "watch": watch,
    "growth": grown,
    "lines": lines,
    "start": start,
    "calls": calls,
    "answers": answers,
}


@contextmanager
def server() -> Iterator[str]:
    """The server, in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"


def write(results: Results, plot_python: str) -> None:
    """The page and its picture."""
    data = json.dumps(report.plot_data(results))
    command = [plot_python, str(HERE / "plot.py"), str(HERE / "results.png")]
    subprocess.run(command, input=data, encoding="utf-8", check=True)
    (HERE / "results.md").write_text(report.markdown(results), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    made.add_argument("--only", action="append", choices=PARTS, help="measure this part (may be repeated)")
    made.add_argument("--quick", action="store_true", help="few rounds, small descriptions: a look, not a measurement")
    made.add_argument(
        "--persona",
        type=Path,
        default=ROOT.parent / "shared" / "upstream" / "persona-2025-12-08.yaml",
        metavar="FILE",
        help="Persona's published description",
    )
    made.add_argument("--plot-python", default=sys.executable, metavar="FILE", help="the Python that has matplotlib")
    return made


if __name__ == "__main__":
    sys.exit(main())
