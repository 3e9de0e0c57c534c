"""What changed for callers, and the step of the version that it asks for (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")

Numbers = tuple[int, int, int]


class Step(IntEnum):
    """How far one version is from another."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that callers, or the wire, find changed: `subject` says where, `text` what."""

    subject: str
    text: str
    breaking: bool

    def __str__(self) -> str:
        return f"{'breaking  ' if self.breaking else 'compatible'}  {self.subject}: {self.text}"


def numbers(version: str) -> Numbers:
    """The three numbers of a version.

    Raises:
        ValueError: It is no version of that form.
    """
    return _parts(version)[0]


def taken(before: str, after: str) -> Step:
    """The step from one version to the other; none where it goes backwards.

    What precedes a release, as in `1.0.0-rc.1`, promises nothing (SemVer 9): the step to it is that of its numbers.
    """
    (old, earlier), (new, later) = _parts(before), _parts(after)
    if new == old:
        return _own(old) if earlier and _precedence(later) > _precedence(earlier) else Step.NONE
    if new < old:
        return Step.NONE
    return next(step for step, a, b in zip((Step.MAJOR, Step.MINOR, Step.PATCH), old, new, strict=True) if a != b)


def _parts(version: str) -> tuple[Numbers, str]:
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"info.version {version!r} is not of the form 1.2.3")
    major, minor, patch, preliminary = match.groups()
    return (int(major), int(minor), int(patch)), preliminary or ""


def _own(version: Numbers) -> Step:
    """The step that leads to a version: 2.0.0 is a major one."""
    _, minor, patch = version
    return Step.PATCH if patch else Step.MINOR if minor else Step.MAJOR


def _precedence(preliminary: str) -> tuple[bool, list[tuple[bool, int, str]]]:
    """How what follows the numbers is ordered: by its parts, and before nothing at all (SemVer 11)."""
    parts = preliminary.split(".") if preliminary else []
    return not parts, [(not one.isdecimal(), int(one) if one.isdecimal() else 0, one) for one in parts]


def needed(before: str, changes: Collection[Change], *, touched: bool) -> Step:
    """The smallest step from version `before` that tells callers the truth; `touched`: any file differs at all."""
    initial = numbers(before)[0] == 0  # SemVer's rule 4: anything may change, so a step less is custom
    if any(change.breaking for change in changes):
        return Step.MINOR if initial else Step.MAJOR
    if changes:
        return Step.PATCH if initial else Step.MINOR
    return Step.PATCH if touched else Step.NONE


def rule(before: str) -> str:
    """The rule that `needed` followed, for people."""
    if numbers(before)[0] == 0:
        return "before 1.0.0, a breaking change asks for a minor step and any other for a patch"
    return "from 1.0.0, a breaking change asks for a major step, a compatible one for a minor, any other for a patch"


def next_version(before: str, step: Step) -> str:
    """The version that a step leads to; the release itself, if what preceded it may be changed so much."""
    (major, minor, patch), preliminary = _parts(before)
    if preliminary and step <= _own((major, minor, patch)):
        step = Step.NONE
    stepped = {
        Step.MAJOR: (major + 1, 0, 0),
        Step.MINOR: (major, minor + 1, 0),
        Step.PATCH: (major, minor, patch + 1),
        Step.NONE: (major, minor, patch),
    }
    return ".".join(map(str, stepped[step]))
