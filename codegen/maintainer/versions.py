"""What changed for callers, and the step of the version that it asks for (Semantic Versioning 2.0.0).

Versions are ordered as installers order them: by PEP 440.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from codegen.naming.versions import python_version


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


def step_between(before: str, after: str) -> Step:
    """The step from one version to the other; none if it goes backwards.

    A pre-release such as `1.0.0-rc.1` promises nothing (SemVer 9): the step to it is the step to its release.
    """
    old, new = python_version(before), python_version(after)
    if new <= old:
        return Step.NONE
    if python_version(old.base_version) == python_version(new.base_version):
        return _step_of_release(before) if old.is_prerelease else Step.NONE
    pairs = zip((Step.MAJOR, Step.MAJOR, Step.MINOR), _numbers(before), _numbers(after), strict=False)
    return next((step for step, earlier, later in pairs if earlier != later), Step.PATCH)


def needed_step(before: str, changes: Collection[Change], *, touched: bool) -> Step:
    """The smallest step from version `before` that these changes allow; `touched`: some file differs."""
    if any(change.breaking for change in changes):
        return Step.MINOR if _is_initial(before) else Step.MAJOR
    if changes:
        return Step.PATCH if _is_initial(before) else Step.MINOR
    return Step.PATCH if touched else Step.NONE


def rule(before: str) -> str:
    """The rule that `needed_step` follows, for people."""
    if _is_initial(before):
        return "before 1.0.0, a breaking change asks for a minor step and any other for a patch"
    return "from 1.0.0, a breaking change asks for a major step, a compatible one for a minor, any other for a patch"


def next_version(before: str, step: Step) -> str:
    """The version that a step leads to; after a pre-release that is its release, if the step is no larger."""
    if python_version(before).is_prerelease and step <= _step_of_release(before):
        step = Step.NONE
    epoch, major, minor, patch = _numbers(before)
    stepped = {
        Step.MAJOR: (major + 1, 0, 0),
        Step.MINOR: (major, minor + 1, 0),
        Step.PATCH: (major, minor, patch + 1),
        Step.NONE: (major, minor, patch),
    }
    return (f"{epoch}!" if epoch else "") + ".".join(map(str, stepped[step]))


def _is_initial(version: str) -> bool:
    """Whether anything may change (SemVer 4); by custom, each step is one less."""
    return _numbers(version)[:2] == (0, 0)


def _step_of_release(version: str) -> Step:
    """The step that leads to the release: 2.0.0 is a major one."""
    _, _, minor, patch = _numbers(version)
    return Step.PATCH if patch else Step.MINOR if minor else Step.MAJOR


def _numbers(text: str) -> tuple[int, int, int, int]:
    """Epoch, major, minor and patch."""
    version = python_version(text)
    return version.epoch, version.major, version.minor, version.micro
