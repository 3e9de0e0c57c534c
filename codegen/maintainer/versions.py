"""What changed for callers, and the step of the version that it asks for (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:[-+][0-9A-Za-z.+-]+)?")

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
    """The three numbers of a version; what follows them, as in `1.0.0-rc.1`, promises nothing.

    Raises:
        ValueError: It is no version of that form.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"info.version {version!r} is not of the form 1.2.3")
    major, minor, patch = match.groups()
    return int(major), int(minor), int(patch)


def taken(before: str, after: str) -> Step:
    """The step from one version to the other; none where it goes backwards."""
    old, new = numbers(before), numbers(after)
    if new <= old:
        return Step.NONE
    return next(step for step, a, b in zip((Step.MAJOR, Step.MINOR, Step.PATCH), old, new, strict=True) if a != b)


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
    """The version that a step leads to."""
    major, minor, patch = numbers(before)
    stepped = {
        Step.MAJOR: (major + 1, 0, 0),
        Step.MINOR: (major, minor + 1, 0),
        Step.PATCH: (major, minor, patch + 1),
        Step.NONE: (major, minor, patch),
    }
    return ".".join(map(str, stepped[step]))
