"""How the tree on disk differs from a fresh rendering, and why."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from codegen.output.manifest import NAME, Cause, Manifest
from codegen.report.text import printable


@dataclass(frozen=True, slots=True)
class Drift:
    """The causes, what is wrong with each file, and a unified diff."""

    causes: tuple[Cause, ...]
    files: dict[str, str]
    diff: str

    def text(self, folder: str, command: str) -> str:
        """For people: the causes, the command that generates, the diff."""
        causes = [f"{folder} is not up to date:", *(f"  {cause.text}" for cause in self.causes)]
        lines = [*causes, f"run `{command}`", "", *self.diff.split("\n")]
        return "\n".join(map(printable, lines)).rstrip()

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"causes": [asdict(cause) for cause in self.causes], "files": self.files, "diff": self.diff}


def compare(
    disk: Mapping[str, bytes], rendered: Mapping[str, bytes], manifest: Manifest | None, inputs: Manifest
) -> Drift:
    """Compare the two trees; the manifest explains the differences, but is no proof that there are none."""
    files = dict(_changes(disk, rendered))
    causes = tuple(_causes(disk, manifest, inputs)) if files else ()
    if files and not causes:  # the manifest was edited too
        manifest_last = sorted(files, key=lambda path: path == NAME)
        causes = tuple(Cause("file", path, f"{path} {files[path]}") for path in manifest_last)
    return Drift(causes, files, "".join(_diff(disk, rendered, files)))


def _changes(disk: Mapping[str, bytes], rendered: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path in sorted({*disk, *rendered}):
        if path not in disk:
            yield path, "is missing"
        elif path not in rendered:
            yield path, "is left over"
        elif disk[path] != rendered[path]:
            only_line_endings = disk[path].replace(b"\r\n", b"\n") == rendered[path]
            yield path, "differs in its line endings only: CRLF" if only_line_endings else "differs"


def _causes(disk: Mapping[str, bytes], manifest: Manifest | None, inputs: Manifest) -> Iterator[Cause]:
    if manifest is None:
        yield Cause("manifest", NAME, f"{NAME} is missing or not a manifest")
    else:
        yield from manifest.causes(inputs, disk)


def _diff(disk: Mapping[str, bytes], rendered: Mapping[str, bytes], files: Mapping[str, str]) -> Iterator[str]:
    for path in files:
        # Hashes tell people nothing; the causes are what the manifest says.
        if path != NAME:
            old, new = (_lines(side.get(path, b"")) for side in (disk, rendered))
            name = printable(path)
            yield from difflib.unified_diff(old, new, f"on disk: {name}", f"rendered: {name}")


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", errors="replace").splitlines(keepends=True)
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
