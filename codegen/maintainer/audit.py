"""Known weaknesses of the packages in the locks: `make audit`.

Exit status 0: none is known, 1: there are some, 2: nothing could be asked. Where the index can't be reached, or doesn't
know the packages, that is said and is no failure: a build without network is not a weakness.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from codegen.report.text import printable

#: What pip-audit raises, as the last line of its report, where it reaches nobody.
_UNREACHABLE = ("ConnectionError", "ServiceError", "connection", "timed out", "Max retries")


def main(locks: Sequence[str]) -> int:
    """Ask for each lock, and print what is known."""
    return max(map(_audit, locks), default=2)


def _audit(lock: str) -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", lock]
    result = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, encoding="utf-8", check=False
    )
    try:
        packages = json.loads(result.stdout)["dependencies"]
    except ValueError:
        return _without_answer(lock, result.stderr)
    lines = [*_weaknesses(packages)]
    print(*lines, f"{lock}: {len(packages)} packages, {len(lines)} known weaknesses", sep="\n")
    if skipped := [package for package in packages if "skip_reason" in package]:
        print(f"  {len(skipped)} of them were not audited: {printable(skipped[0]['skip_reason'])}")
    return 1 if lines else 0


def _without_answer(lock: str, errors: str) -> int:
    reason = printable((errors.strip().splitlines() or ["no reason given"])[-1])
    if any(word in errors for word in _UNREACHABLE):
        print(f"{lock}: not audited, since the index can't be reached: {reason}")
        return 0
    print(f"{lock}: pip-audit failed: {reason}", file=sys.stderr)
    return 2


def _weaknesses(packages: list[dict[str, Any]]) -> Iterator[str]:
    for package in packages:
        for weakness in package.get("vulns", ()):
            fixed = ", ".join(weakness["fix_versions"]) or "no version"
            yield printable(f"  {package['name']} {package['version']}: {weakness['id']}, fixed in {fixed}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
