"""What it costs to generate, by us and by the stock command."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.description import description
from tests.benchmarks.measuring import Cost, Costs, in_turns, run

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "openapi.yaml"
STOCK = "stock_client"
"""The package that the stock command is told to make where it is imported."""
OWN_SIZE = 2
"""Operations of our own description."""
SIZES = (OWN_SIZE, 20, 200, 1000)

_BIN = Path(sys.executable).parent
# The hooks of the stock command find ruff, as they do for its users.
_WITH_RUFF = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}


@dataclass(frozen=True, slots=True)
class Generators:
    """Both, at work on one description."""

    spec: Path
    folder: Path

    @property
    def ours_output(self) -> Path:
        """What generate.py makes."""
        return self.folder / "ours"

    @property
    def stock_output(self) -> Path:
        """What the stock command makes."""
        return self.folder / "stock"

    def ours(self) -> Cost:
        """A full run of generate.py."""
        shutil.rmtree(self.ours_output, ignore_errors=True)
        names = ("--spec", str(self.spec), "--output", str(self.ours_output), "--package", "measured")
        return run([sys.executable, "generate.py", *names], cwd=ROOT)

    def stock(self, *options: str) -> Cost:
        """A run of the stock command, with its hooks."""
        shutil.rmtree(self.stock_output, ignore_errors=True)
        command = [str(_BIN / "openapi-python-client"), "generate", "--path", str(self.spec)]
        return run([*command, "--output-path", str(self.stock_output), *options], cwd=ROOT, environment=_WITH_RUFF)

    def stock_package(self) -> Path:
        """Make the stock package as `STOCK`; the folder that it is imported from."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "stock.yaml"
        # literal_enums: or it refuses Persona's description, where two values of one enum become the same constant.
        config.write_text(f"package_name_override: {STOCK}\nliteral_enums: true\n", encoding="utf-8")
        self.stock("--config", str(config))
        return self.stock_output

    def demand(self, operations: int) -> None:
        """Both outputs have all operations: it is no feat to be fast and leave some out."""
        ours = sum(_count(path, ": Operation[") for path in self.ours_output.glob("*/api/*.py"))
        stock = sum(_count(path, "def _get_kwargs(") for path in self.stock_output.glob("*/api/*/*.py"))
        assert (ours, stock) == (operations, operations), f"{ours} and {stock} of {operations} operations"


def measure(folder: Path, rounds: int, sizes: Iterable[int] = SIZES) -> Costs:
    """Full runs of both, named `ours 200` or `stock 200`, for descriptions of so many operations."""
    generators = {size: Generators(_spec(size, folder), folder / str(size)) for size in sizes}
    ours = {f"ours {size}": both.ours for size, both in generators.items()}
    stock = {f"stock {size}": both.stock for size, both in generators.items()}
    costs = in_turns({**ours, **stock}, rounds)
    for size, both in generators.items():
        both.demand(size)
    return costs


def measure_idle(folder: Path, rounds: int) -> Costs:
    """`make generate` that has all to do, or nothing; and `make check` of what it made."""
    output = folder / "made"
    arguments = f"ARGS=--output {output}"

    def full() -> Cost:
        shutil.rmtree(output, ignore_errors=True)
        return run(["make", "generate", arguments], cwd=ROOT)

    full()
    idle = {verb: partial(run, ["make", verb, arguments], cwd=ROOT) for verb in ("generate", "check")}
    return in_turns({"unchanged": idle["generate"], "check": idle["check"], "full": full}, rounds)


def model_lines(spec: Path, folder: Path) -> dict[str, int]:
    """Lines of the models that each makes of a description."""
    both = Generators(spec, folder / "lines")
    stock = (both.stock_package() / STOCK / "models").glob("*.py")
    both.ours()
    ours = (path for path in both.ours_output.glob("measured/**/*.py") if "models" in (path.stem, path.parent.name))
    return {"ours": _lines(ours), "stock": _lines(stock)}


def _spec(operations: int, folder: Path) -> Path:
    if operations == OWN_SIZE:
        return SPEC
    path = folder / f"{operations}.yaml"
    path.write_text(description(operations), encoding="utf-8")
    return path


def _count(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").count(text)


def _lines(paths: Iterable[Path]) -> int:
    return sum(_count(path, "\n") for path in paths)
