"""Compare our operations with those of a description that the provider publishes: `make upstream FILE=…`.

Reports every difference for which `spec/upstream-differences.yaml` gives no reason.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from codegen.checks.registry import check_description
from codegen.description.document import Document, as_list
from codegen.description.files import bundled
from codegen.description.operations import Operation, operations
from codegen.description.pointers import join
from codegen.maintainer.facts import Fact, facts_by_operation, facts_of_all
from codegen.maintainer.repository import DIFFERENCES, ROOT, SPEC
from codegen.report.diagnostics import GenerationError, Position
from codegen.report.text import printable


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that differs between the two descriptions; `ours` or `theirs` is None if that one lacks it."""

    name: str
    ours: object
    theirs: object
    path: str
    position: Position
    """In the file at `path`: where ours says it, or theirs, where ours has no such operation."""

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
    uncovered: tuple[str, ...]
    """The operations of theirs that we do not have, under tags of which we have none."""


def compare(ours: Document, theirs: Document, reasons: Mapping[str, str]) -> Comparison:
    """Compare our operations with theirs.

    The keys of `reasons` are patterns of a difference's text, in which `*` stands for anything.
    """
    own, published = dict(facts_by_operation(ours)), dict(facts_by_operation(theirs))
    added, uncovered = _uncovered(ours, theirs, own.keys())
    differences = [
        *_differences("all operations", facts_of_all(ours), facts_of_all(theirs), ours),
        *(item for name in own for item in _differences(name, own[name], published.get(name), ours)),
        *(_added(operation, theirs) for operation in added),
    ]
    matches = [{pattern for pattern in reasons if _matches(difference.text, pattern)} for difference in differences]
    return Comparison(
        tuple(differences),
        tuple(difference for difference, patterns in zip(differences, matches, strict=True) if not patterns),
        tuple(sorted(reasons.keys() - set().union(*matches))),
        tuple(f"{operation.method.upper()} {operation.path}" for operation in uncovered),
    )


def _uncovered(ours: Document, theirs: Document, covered: Collection[str]) -> tuple[list[Operation], list[Operation]]:
    """The operations of theirs that we do not have: those under tags that we cover, and all others."""
    tags = {tag for operation in operations(ours) for tag in as_list(operation.data.get("tags"))}
    missing = [item for item in operations(theirs) if f"{item.method.upper()} {item.path}" not in covered]
    added = [operation for operation in missing if tags & {*as_list(operation.data.get("tags"))}]
    return added, [operation for operation in missing if operation not in added]


def _added(operation: Operation, theirs: Document) -> Difference:
    name = f"{operation.method.upper()} {operation.path}"
    return Difference(name, None, "is there", theirs.path, theirs.position(operation.pointer))


def _differences(
    name: str, own: dict[str, Fact], published: dict[str, Fact] | None, ours: Document
) -> Iterator[Difference]:
    """The facts about one operation that differ; those within a part that one side lacks are left out."""
    if published is None:
        yield Difference(name, "is there", None, ours.path, ours.position(own[""].pointer))
        return
    for key in sorted(own.keys() | published.keys()):
        parent = key.rpartition(" / ")[0]
        ours_value, theirs_value = _value(own.get(key)), _value(published.get(key))
        if ours_value != theirs_value and (parent in own) == (parent in published):
            nearest = own.get(key) or own.get(parent) or own[""]
            subject = f"{name} / {key}" if key else name
            yield Difference(subject, ours_value, theirs_value, ours.path, ours.position(nearest.pointer))


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
    parser.add_argument("--all", action="store_true", help="list every operation of theirs that ours lacks")
    parser.add_argument("--differences", type=Path, default=ROOT / DIFFERENCES, help="the reasons")
    options = parser.parse_args(arguments)
    try:
        differences = _load(options.differences)
        reasons = read_reasons(differences)
        ours, theirs = (_check(_load(file)) for file in (options.spec, options.file))
    except (GenerationError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return _report(compare(ours, theirs, reasons), differences, list_all=options.all)


def _load(file: Path) -> Document:
    print(f"reading {printable(str(file))}", file=sys.stderr, flush=True)  # a large one takes seconds
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


def _report(comparison: Comparison, reasons: Document, *, list_all: bool) -> int:
    for difference in comparison.unexplained:
        place = f"{difference.path}:{difference.position.line}:{difference.position.column}"
        print(printable(f"{place}: {difference.text}"))
    for pattern in comparison.stale:
        position = reasons.position(join("#", pattern))
        place = f"{reasons.path}:{position.line}:{position.column}"
        print(printable(f"{place}: {pattern}: no such difference; delete the entry"))
    unexplained = len(comparison.unexplained)
    explained = len(comparison.differences) - unexplained
    count = f"{unexplained} difference{'' if unexplained == 1 else 's'} without a reason"
    for name in comparison.uncovered if list_all else ():
        print(printable(f"not covered: {name}"))
    print(f"{count}, {explained} with one; {len(comparison.uncovered)} operations of theirs are not covered")
    print("not compared: texts (titles, summaries, descriptions), examples, extensions, links, callbacks and webhooks")
    return 1 if unexplained or comparison.stale else 0


def _matches(text: str, pattern: str) -> bool:
    """Whether a text, which a provider wrote, is as `pattern` says, in which `*` stands for anything.

    Each piece is looked for where it comes first (an atomic group): going back over several takes cubic time and more.
    """
    first, *others = map(re.escape, pattern.split("*"))
    if not others:
        return text == pattern
    *pieces, last = others
    return re.fullmatch(f"{first}{''.join(f'(?>.*?{piece})' for piece in pieces)}.*{last}", text) is not None


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
