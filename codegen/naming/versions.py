"""The version of the package: `info.version` in the form of PEP 440."""

from __future__ import annotations

import re

from packaging.version import Version

#: SemVer's pre-releases that PEP 440 has, too: one label and at most one number.
_PRE_RELEASE = re.compile(r"[^-+]+-(?:alpha|a|beta|b|c|rc|pre|preview|dev)[.-]?[0-9]*(?:\+.*)?", re.IGNORECASE)


class VersionError(ValueError):
    """The text has no form in PEP 440."""


def python_version(text: str) -> Version:
    """The version that a text of PEP 440 or SemVer stands for.

    Raises:
        VersionError: It is neither, or a pre-release of SemVer that PEP 440 lacks, or that it reads as a later version:
            `1.0.0-1` precedes 1.0.0 in SemVer and follows it in PEP 440.
    """
    try:
        version = Version(text)
    except ValueError:  # InvalidVersion, or a number of over 4,300 digits
        version = None
    if version is None or not text.isascii() or ("-" in text.partition("+")[0] and not _PRE_RELEASE.fullmatch(text)):
        raise VersionError(f"info.version {text!r} is no version of PEP 440 or SemVer that both read alike")
    return version


def nearest_version(text: str) -> str:
    """As `python_version`, in text; where it fails, the numbers that occur in the text, at most four."""
    try:
        return str(python_version(text))
    except VersionError:
        return ".".join(str(int(number)) for number in re.findall(r"[0-9]{1,18}", text)[:4]) or "0"
