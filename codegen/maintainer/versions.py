"""What changed for callers, and the step of the version that it asks for (Semantic Versioning 2.0.0).

`packaging` cannot do this: it compares by PEP 440, where `1.0.0-1` follows 1.0.0; in SemVer it precedes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


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
    """One change for callers, or on the wire: `subject` says where, `text` what."""

    subject: str
    text: str
    breaking: bool

    def __str__(self) -> str:
        return f"{'breaking  ' if self.breaking else 'compatible'}  {self.subject}: {self.text}"


class VersionError(ValueError):
    """The text is not a version of SemVer."""


class Version(NamedTuple):
    """A version as SemVer reads it, without its build metadata, which has no precedence (10)."""

    major: int
    minor: int
    patch: int
    prerelease: str

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read a version.

        Raises:
            VersionError: It is not one.
        """
        match = _VERSION.fullmatch(text)
        if match is None:
            raise VersionError(f"info.version {text!r} is not of the form 1.2.3")
        major, minor, patch, prerelease = match.groups()
        return cls(int(major), int(minor), int(patch), prerelease or "")

    @property
    def release(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    @property
    def step(self) -> Step:
        """The step that leads to the release: 2.0.0 is a major one."""
        return Step.PATCH if self.patch else Step.MINOR if self.minor else Step.MAJOR

    @property
    def prerelease_precedence(self) -> tuple[bool, list[tuple[bool, int, str]]]:
        """The precedence among versions of the same release; the release itself comes last (SemVer 11)."""
        identifiers = self.prerelease.split(".") if self.prerelease else []
        keys = [(not text.isdecimal(), int(text) if text.isdecimal() else 0, text) for text in identifiers]
        return not identifiers, keys


def step_between(before: str, after: str) -> Step:
    """The step from one version to the other; none if it goes backwards.

    A pre-release such as `1.0.0-rc.1` promises nothing (SemVer 9): the step to it is the step to its release.
    """
    old, new = Version.parse(before), Version.parse(after)
    if new.release == old.release:
        follows = new.prerelease_precedence > old.prerelease_precedence
        return old.step if old.prerelease and follows else Step.NONE
    if new.release < old.release:
        return Step.NONE
    pairs = zip((Step.MAJOR, Step.MINOR, Step.PATCH), old.release, new.release, strict=True)
    return next(step for step, earlier, later in pairs if earlier != later)


def needed_step(before: str, changes: Collection[Change], *, touched: bool) -> Step:
    """The smallest step from version `before` that these changes allow; `touched`: some file differs."""
    is_initial = Version.parse(before).major == 0  # anything may change (SemVer 4); by custom, each step is one less
    if any(change.breaking for change in changes):
        return Step.MINOR if is_initial else Step.MAJOR
    if changes:
        return Step.PATCH if is_initial else Step.MINOR
    return Step.PATCH if touched else Step.NONE


def rule(before: str) -> str:
    """The rule that `needed_step` follows, for people."""
    if Version.parse(before).major == 0:
        return "before 1.0.0, a breaking change asks for a minor step and any other for a patch"
    return "from 1.0.0, a breaking change asks for a major step, a compatible one for a minor, any other for a patch"


def next_version(before: str, step: Step) -> str:
    """The version that a step leads to; after a pre-release that is its release, if the step is no larger."""
    version = Version.parse(before)
    if version.prerelease and step <= version.step:
        step = Step.NONE
    major, minor, patch = version.release
    stepped = {
        Step.MAJOR: (major + 1, 0, 0),
        Step.MINOR: (major, minor + 1, 0),
        Step.PATCH: (major, minor, patch + 1),
        Step.NONE: (major, minor, patch),
    }
    return ".".join(map(str, stepped[step]))
