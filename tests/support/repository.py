"""A repository of its own with one release, for what compares commits."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.checkout import ROOT, Checkout
from tests.support.environment import clean

_WHO = (
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.hooksPath=",
)


class Repository(Checkout):
    """A checkout under version control; `make` in it runs with the tools that run the tests."""

    @classmethod
    def released(cls, root: Path) -> Repository:
        """One commit, tagged as version 0.1.0."""
        made = cls(cls.copy(root).root)
        shutil.copy2(ROOT / "Makefile", root)
        made.generate()
        made.git("init", "--quiet")
        made.commit()
        made.git("tag", "--no-sign", "v0.1.0")
        return made

    def git(self, *arguments: str) -> None:
        """Run git, which has to succeed."""
        subprocess.run(["git", *_WHO, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        """Commit all that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "All")

    def let_ci_only_check(self) -> None:
        """Leave of `make ci` only `check`, for tests that are themselves a part of `make ci`."""
        makefile = self.root / "Makefile"
        text, number = re.subn(r"^ci: .* ##", "ci: check ##", makefile.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert number == 1
        makefile.write_text(text, encoding="utf-8")

    def make(self, *arguments: str) -> tuple[int, str]:
        """Exit status and words of a target."""
        result = subprocess.run(
            self.command(*arguments), cwd=self.root, env=clean(), capture_output=True, encoding="utf-8", check=False
        )
        output = result.stdout + result.stderr
        assert "Traceback" not in output, output
        return result.returncode, output

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """The call of make."""
        return ["make", "READY=", f"PY={sys.executable}", f"BIN={Path(sys.executable).parent}", *arguments]
