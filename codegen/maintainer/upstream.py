"""Compare our operations with those of a description that the provider publishes: `make upstream FILE=…`.

Reports every difference for which `spec/upstream-differences.yaml` gives no reason.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.checks.registry import check_description
from codegen.description.document import Document
from codegen.description.files import bundled
from codegen.description.pointers import join
from codegen.maintainer.facts import Fact, facts_by_operation
from codegen.maintainer.repository import DIFFERENCES, ROOT, SPEC
from codegen.report.diagnostics import GenerationError, Position


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that differs between the two descriptions; `ours` or `theirs` is None if that one lacks it."""

    name: str
    ours: object
    theirs: object
    position: Position

    @property
    def text(self) -> str:
        """The text that the patterns in the file of reasons are matched with."""
        return f"{self.name}: ours {_shown(self.ours)}, theirs {_shown(self.theirs)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison."""

    differences: tuple[Difference, ...]
    unexplained: tuple[Difference, ...]
    """Those without a reason."""
    stale: tuple[str, ...]
    """Patterns of reasons that match no difference."""
    uncovered: int
    """How many operations of theirs we do not have."""


def compare(ours: Document, theirs: Document, reasons: Mapping[str, str]) -> Comparison:
    """Compare our operations with theirs.

    The keys of `reasons` are patterns of a difference's text, in which `*` stands for anything.
    """
    own, published = dict(facts_by_operation(ours)), dict(facts_by_operation(theirs))
    differences = [item for name in own for item in _differences(name, own[name], published.get(name), ours)]
    matches = [{pattern for pattern in reasons if _matches(difference.text, pattern)} for difference in differences]
    return Comparison(
        tuple(differences),
        tuple(difference for difference, patterns in zip(differences, matches, strict=True) if not patterns),
        tuple(sorted(reasons.keys() - set().union(*matches))),
        len(published.keys() - own.keys()),
    )


def _differences(
    name: str, own: dict[str, Fact], published: dict[str, Fact] | None, ours: Document
) -> Iterator[Difference]:
    """The facts about one operation that differ; those within a part that one side lacks are left out."""
    if published is None:
        yield Difference(name, "is there", None, ours.position(own[""].pointer))
        return
    for key in sorted(own.keys() | published.keys()):
        parent = key.rpartition(" / ")[0]
        ours_value, theirs_value = _value(own.get(key)), _value(published.get(key))
        if ours_value != theirs_value and (parent in own) == (parent in published):
            nearest = own.get(key) or own.get(parent) or own[""]
            subject = f"{name} / {key}" if key else name
            yield Difference(subject, ours_value, theirs_value, ours.position(nearest.pointer))


def _value(fact: Fact | None) -> object:
    return fact.value if fact else None


def read_reasons(file: Document) -> dict[str, str]:
    """The reason for each deliberate difference, by pattern.

    Raises:
        GenerationError: A pattern stands there twice.
        ValueError: The file is not a mapping from patterns to reasons.
    """
    if errors := [diagnostic for diagnostic in file.findings if not diagnostic.is_warning]:
        raise GenerationError(errors)
    if not all(isinstance(text, str) and text.strip() for text in file.data.values()):
        raise ValueError(f"{file.path}: each difference needs a reason")
    return file.data


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: each difference has a reason, 1: some has none, or a reason is stale, 2: cannot compare."""
    parser = argparse.ArgumentParser(prog="make upstream FILE=…", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the published description")
    parser.add_argument("--spec", type=Path, default=ROOT / SPEC, help="our description")
    parser.add_argument("--differences", type=Path, default=ROOT / DIFFERENCES, help="the reasons")
    options = parser.parse_args(arguments)
    try:
        differences = _load(options.differences)
        reasons = read_reasons(differences)
        ours, theirs = _check(_load(options.spec)), _check(_load(options.file))
    except (GenerationError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return _report(compare(ours, theirs, reasons), ours, differences)


def _load(file: Path) -> Document:
    path = file.resolve()
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(file)
    return bundled(Document.load(file, name), path)


def _check(document: Document) -> Document:
    """What can be read of the document; tells the rest, which may be the cause of a difference.

    Raises:
        GenerationError: It has errors.
    """
    try:
        checked = check_description(document)
    except GenerationError as error:
        raise GenerationError(diagnostic for diagnostic in error.diagnostics if not diagnostic.is_warning) from None
    print(*checked.defects, sep="\n", end="\n" if checked.defects else "", file=sys.stderr)
    return checked.document


def _report(comparison: Comparison, ours: Document, reasons: Document) -> int:
    for difference in comparison.unexplained:
        print(f"{ours.path}:{difference.position.line}:{difference.position.column}: {difference.text}")
    for pattern in comparison.stale:
        position = reasons.position(join("#", pattern))
        print(f"{reasons.path}:{position.line}:{position.column}: {pattern}: no such difference; delete the entry")
    unexplained = len(comparison.unexplained)
    explained = len(comparison.differences) - unexplained
    count = f"{unexplained} difference{'' if unexplained == 1 else 's'} without a reason"
    print(f"{count}, {explained} with one; {comparison.uncovered} operations of theirs are not covered")
    return 1 if unexplained or comparison.stale else 0


def _matches(text: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
