"""The changelog by version, as in Keep a Changelog: `make notes` prints what it says of this version."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from codegen.maintainer.repository import ROOT, SPEC, version_of
from codegen.naming.versions import VersionError
from codegen.report.diagnostics import GenerationError


def main(root: Path = ROOT) -> int:
    """Print the section of `info.version`. Exit status 0, or 1 where there is none."""
    try:
        version = version_of(root / SPEC)
    except (VersionError, GenerationError) as error:
        print(error, file=sys.stderr)
        return 1
    text = section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    print(text or lack_of(version), file=sys.stdout if text else sys.stderr)
    return 0 if text else 1


def lack_of(version: str) -> str:
    """What to say where a version has no section."""
    return f"CHANGELOG.md has no heading `## [{version}] - YYYY-MM-DD`, or nothing below it"


def section(changelog: str, version: str) -> str:
    """What stands below the heading of a version that has a date, `## [1.2.3] - 2026-11-24`; empty if nothing does."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}[ \t]*$"
    below = re.split(heading, changelog, maxsplit=1, flags=re.MULTILINE)[1:]
    text = re.split(r"^(?:## |\[[^\]]+\]: )", below[0], maxsplit=1, flags=re.MULTILINE)[0] if below else ""
    return text.strip()


if __name__ == "__main__":
    sys.exit(main())
