"""Two branches that each add an operation, merged by git."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.support.additions import add_operations
from tests.support.checkout import ROOT, Checkout, contents
from tests.support.environment import clean
from tests.support.repository import Repository

#: Where each branch adds its operation: one where those of the other stand, the other before all.
OTHER = """
paths:
  /status:
    get:
      operationId: get-status
      tags: [OAuth]
      x-waive: {no-answer: Nothing is named or changed.}
      summary: Look whether the service is up
      description: Needs no object.
      responses:
        '204':
          description: It is up.
          x-waive: {no-answer-header: They come with content only.}
        '401': {$ref: '#/components/responses/Unauthorized'}

"""


def unmerged(repository: Repository) -> list[str]:
    """The files that git could not merge."""
    command = ["git", "diff", "--name-only", "--diff-filter=U"]
    result = subprocess.run(
        command, cwd=repository.root, env=clean(), capture_output=True, encoding="utf-8", check=True
    )
    return result.stdout.splitlines()


def note(repository: Repository, line: str) -> None:
    """Add a line to the changelog."""
    with (repository.root / "CHANGELOG.md").open("a", encoding="utf-8") as file:
        file.write(line)


@pytest.mark.sweep
def test_two_branches_that_add_an_operation_are_merged_by_one_command(released: Repository) -> None:
    """Git merges the description; `make generate` makes the rest of it, whatever git has made of that."""
    shutil.copy(ROOT / ".gitattributes", released.root)
    note(released, "## [Unreleased]\n")
    released.commit()
    released.git("tag", "--force", "--no-sign", "v0.1.0")
    released.git("checkout", "--quiet", "-b", "first")
    noun = add_operations(released.spec)
    note(released, "- More.\n")
    released.generate()
    released.commit()
    released.git("checkout", "--quiet", "-b", "second", "v0.1.0")
    text = released.spec.read_text(encoding="utf-8")
    released.spec.write_text(text.replace("\npaths:\n", OTHER, 1), encoding="utf-8")
    note(released, "- The status.\n")
    released.generate()
    released.commit()
    with pytest.raises(subprocess.CalledProcessError):
        released.git("merge", "--quiet", "first")
    assert {path.partition("/")[0] for path in unmerged(released)} == {"generated"}

    assert released.make("generate")[0] == 0
    released.commit()
    assert released.make("check") == (0, "generated/ is up to date\n")
    alone = Checkout.copy(released.root.parent / "alone", source=released.root)
    alone.generate()
    assert contents(released.output) == contents(alone.output)
    changelog = (released.root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert sorted(changelog.splitlines()) == ["## [Unreleased]", "- More.", "- The status."]
    assert {f"list_{noun}s", "get_status"} <= {
        name for page in (released.output / "docs").iterdir() for name in page.read_text(encoding="utf-8").split()
    }
