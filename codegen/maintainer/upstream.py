"""Our operations against the same ones in a description that the provider publishes.

`make upstream FILE=…` tells every difference that `spec/upstream-differences.yaml` does not know of.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.checks.registry import check_description
from codegen.description.document import Document, join
from codegen.report.diagnostics import GenerationError, Position

from .facts import Fact, operations

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec" / "openapi.yaml"
DIFFERENCES = ROOT / "spec" / "upstream-differences.yaml"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the two descriptions do not say alike; `ours` or `theirs` is None where one says nothing."""

    name: str
    ours: object
    theirs: object
    position: Position

    @property
    def text(self) -> str:
        """What a reason is given for."""
        return f"{self.name}: ours {_shown(self.ours)}, theirs {_shown(self.theirs)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a comparison found."""

    differences: tuple[Difference, ...]
    unknown: tuple[Difference, ...]
    """Those that no reason is given for."""
    stale: tuple[str, ...]
    """Patterns with a reason for nothing."""
    uncovered: int
    """Operations of theirs that we do not have."""


def compare(ours: Document, theirs: Document, reasons: Mapping[str, str]) -> Comparison:
    """Compare our operations with theirs; `reasons` are by pattern of a difference's text, in which `*` is anything."""
    own, published = dict(operations(ours)), dict(operations(theirs))
    found = tuple(difference for name in own for difference in _differences(name, own[name], published.get(name), ours))
    used = {pattern for pattern in reasons for one in found if _matches(one.text, pattern)}
    unknown = tuple(one for one in found if not any(_matches(one.text, pattern) for pattern in reasons))
    return Comparison(found, unknown, tuple(sorted(reasons.keys() - used)), len(published.keys() - own.keys()))


def _differences(
    name: str, own: dict[str, Fact], published: dict[str, Fact] | None, ours: Document
) -> Iterator[Difference]:
    here = own[""].pointer
    if published is None:
        yield Difference(name, "is there", None, ours.position(here))
        return
    for key in sorted(own.keys() | published.keys()):
        one, other = own.get(key), published.get(key)
        # What a part says is no news where the whole part is missing on one side.
        parent = key.rpartition(" / ")[0]
        told = (parent in own) == (parent in published)
        if told and (one and one.value) != (other and other.value):
            place = one.pointer if one else own[parent].pointer if parent in own else here
            values = (one and one.value, other and other.value)
            yield Difference(f"{name} / {key}" if key else name, *values, ours.position(place))


def read_reasons(file: Document) -> dict[str, str]:
    """The deliberate differences.

    Raises:
        GenerationError: A difference stands there twice.
        ValueError: The file is not a mapping from patterns to reasons.
    """
    if faults := [found for found in file.found if not found.is_warning]:
        raise GenerationError(faults)
    if not all(isinstance(text, str) and text.strip() for text in file.data.values()):
        raise ValueError(f"{file.path}: each difference needs a reason")
    return file.data


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: no difference but the known ones, 1: others, or reasons for nothing, 2: cannot compare."""
    parser = argparse.ArgumentParser(prog="make upstream FILE=…", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the description that the provider publishes")
    parser.add_argument("--spec", type=Path, default=SPEC, help="ours")
    parser.add_argument("--differences", type=Path, default=DIFFERENCES, help="the deliberate differences")
    options = parser.parse_args(arguments)
    try:
        differences = _loaded(options.differences)
        reasons = read_reasons(differences)
        ours, theirs = _checked(_loaded(options.spec)), _checked(_loaded(options.file))
    except (GenerationError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return _report(compare(ours, theirs, reasons), ours, differences)


def _loaded(file: Path) -> Document:
    place = file.resolve()
    return Document.load(file, place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else str(file))


def _checked(document: Document) -> Document:
    """The document, unless it has errors: a reference that leads nowhere, for one, makes no comparison."""
    try:
        check_description(document)
    except GenerationError as error:
        raise GenerationError(found for found in error.diagnostics if not found.is_warning) from None
    return document


def _report(found: Comparison, ours: Document, reasons: Document) -> int:
    for one in found.unknown:
        print(f"{ours.path}:{one.position.line}:{one.position.column}: {one.text}")
    for pattern in found.stale:
        place = reasons.position(join("#", pattern))
        print(f"{reasons.path}:{place.line}:{place.column}: {pattern}: there is no such difference; delete the entry")
    known = len(found.differences) - len(found.unknown)
    count = f"{len(found.unknown)} difference{'' if len(found.unknown) == 1 else 's'}"
    print(f"{count}, {known} known ones; {found.uncovered} operations of theirs are not covered")
    return 1 if found.unknown or found.stale else 0


def _matches(text: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
