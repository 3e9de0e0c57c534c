"""Files that were edited or added by hand, and those of them that exist nowhere else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from codegen.output.manifest import NAME, Manifest
from codegen.report.diagnostics import Diagnostic, GenerationError


def made_by_hand(disk: Mapping[str, bytes], manifest: Manifest | None, files: Mapping[str, bytes]) -> list[str]:
    """The paths on disk whose content the manifest does not know and `files` does not keep."""
    made = {} if manifest is None else manifest.outputs
    hashes = {} if manifest is None else manifest.with_outputs(disk).outputs
    return [
        path
        for path, content in disk.items()
        if path != NAME and content != files.get(path) and not (path in made and made[path] == hashes[path])
    ]


def refuse(output: Path, paths: Iterable[str], command: str) -> None:
    """Refuse to lose files that exist nowhere else; `command` is the one that overwrites them all the same.

    Raises:
        GenerationError: Git does not have the content of one of these files.
    """
    message = "was edited or added by hand and is not in Git, so it would be lost"
    hint = f"move it or commit it; or run `{command}`"
    if lost := not_in_git(output, paths):
        raise GenerationError([Diagnostic(str(output / path), "output", message, hint=hint) for path in lost])


def not_in_git(output: Path, paths: Iterable[str]) -> list[str]:
    """Those of the files in the output folder whose content no Git repository has, committed or staged.

    What stands in a file with the marks of a merge, Git has in two versions.
    """
    if not (unknown := [path for path in paths if not _is_in_git(output, path)]):
        return []
    unmerged = {line.partition("\t")[2] for line in _git(output, "ls-files", "--unmerged", "-z").split("\0")}
    return [path for path in unknown if path not in unmerged]


def _is_in_git(output: Path, path: str) -> bool:
    name = _git(output, "hash-object", "--", path).strip()  # as Git would store it, whatever the ends of its lines
    return _git(output, "cat-file", "-t", name).strip() == "blob"


def _git(folder: Path, *arguments: str) -> str:
    """What git prints; nothing where there is no git, or no repository."""
    command = ["git", *arguments]
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except OSError:
        return ""
    return "" if result.returncode else result.stdout.decode("utf-8", "surrogateescape")
