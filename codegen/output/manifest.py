"""What generated/ was made from: an unchanged run ends early, and a drift is reported with its causes.

Only a hint: `--check` renders. The same inputs give the same bytes on every machine: no times, no absolute paths.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from codegen.render.files import template_files

NAME = "manifest.json"
#: What the sandbox of a description of ours does beyond it: a file beside the description.
BEHAVIOUR = "behaviour.py"

#: Bytes of a file that are read: a larger description is refused, and no file of ours is nearly as large.
_MAX_SIZE = 32 * 2**20
#: Bytes that nearly every file is shorter than: room for `_MAX_SIZE` takes longer to get than a file to read.
_USUAL_SIZE = 2**17
#: Distributions whose versions decide the output.
_TOOLS = ("jinja2", "openapi_python_client", "pyyaml", "ruff")


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a drift: the kind of input or output, its path, and what happened to it."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True)
class Manifest:
    """Hashes of all inputs and outputs, by path."""

    package: str
    """The name on the command line; empty if the description names the package."""
    description: dict[str, str]
    templates: dict[str, str]
    generator: dict[str, str]
    tools: dict[str, str]
    outputs: dict[str, str]
    warnings: int = 0
    """How many the run had: with any, the next run does not end early, so that it reports them again."""

    @classmethod
    def of_inputs(cls, root: Path, spec: Path, name: str, package: str, before: Manifest | None = None) -> Manifest:
        """Hash the inputs as they are now; those files of the description that the run `before` has read."""
        others = [BEHAVIOUR, *(other for other in (before.description if before else ()) if other != name)]
        modules = [path for path in (root / "codegen").rglob("*.py") if "maintainer" not in path.parts]
        sources = [root / "generate.py", *modules]
        return cls(
            package=package,
            description={name: _hash_of(spec), **_hashes_of_files(spec.parent, others)},
            templates=_hashes(root / "templates", template_files(root / "templates")),
            generator=_hashes(root, sources),
            tools={tool: _version(tool) for tool in _TOOLS},
            outputs={},
        )

    @classmethod
    def read(cls, output: Path) -> Manifest | None:
        """Read the manifest of an earlier run; None if there is none, or if it is damaged."""
        try:
            manifest = cls(**json.loads(start_of(output / NAME)))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return manifest if manifest._is_sound() else None

    def _is_sound(self) -> bool:
        """Whether every field has its type: the file may have been edited or merged by hand."""
        hashes = (self.description, self.templates, self.generator, self.tools, self.outputs)
        return isinstance(self.package, str) and all(
            isinstance(part, dict) and all(isinstance(value, str) for value in part.values()) for part in hashes
        )

    def with_files(self, folder: Path, files: Iterable[str]) -> Manifest:
        """The same inputs, with these files in the description's folder beside it."""
        (name, *_) = self.description
        return replace(self, description={name: self.description[name], **_hashes_of_files(folder, files)})

    def with_outputs(self, files: Mapping[str, bytes], warnings: int = 0) -> Manifest:
        """The same inputs, with the hashes of these outputs."""
        outputs = {path: _hash(content) for path, content in sorted(files.items()) if path != NAME}
        return replace(self, outputs=outputs, warnings=warnings)

    def text(self) -> str:
        """The content of the file."""
        return json.dumps(vars(self), indent=2, sort_keys=True) + "\n"

    def causes(self, now: Manifest, files: Mapping[str, bytes]) -> Iterator[Cause]:
        """Why `files`, the tree on disk, is out of date with the inputs `now`; `self` is the manifest of that tree."""
        yield from _changed("description", self.description, now.description, "{path} changed")
        yield from _changed("template", self.templates, now.templates, "templates/{path} changed")
        yield from _changed("generator", self.generator, now.generator, "{path} changed")
        yield from _changed("tool", self.tools, now.tools, "{path} is {new}, it was {old}")
        if self.package != now.package:
            new, old = (name or "that of the description" for name in (now.package, self.package))
            yield Cause("package", now.package, f"the package is {new}, it was {old}")
        disk = {path: _hash(content) for path, content in files.items() if path != NAME}
        yield from _changed(
            "file", self.outputs, disk, "{path} was edited by hand", "{path} is left over", "{path} is missing"
        )


def _changed(
    kind: str,
    old: Mapping[str, str],
    new: Mapping[str, str],
    edited: str,
    added: str = "{path} is new",
    removed: str = "{path} is gone",
) -> Iterator[Cause]:
    for path in sorted({*old, *new}):
        if old.get(path) == new.get(path):
            continue
        text = removed if path not in new else added if path not in old else edited
        yield Cause(kind, path, text.format(path=path, old=old.get(path), new=new.get(path)))


def _hashes(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    start = len(root.parts)
    return {"/".join(path.parts[start:]): _hash_of(path) for path in paths}  # relative_to() takes as long as all else


def _hashes_of_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The hashes of the files that are there. The name may come from a manifest that somebody edited."""
    files = {name: (folder / name).resolve() for name in sorted(names)}
    root = folder.resolve()
    return {name: _hash_of(file) for name, file in files.items() if file.is_relative_to(root) and file.is_file()}


def start_of(file: Path, size: int = _MAX_SIZE) -> bytes:
    """As much of a file as counts: it may be as large as the disk."""
    with file.open("rb") as stream:
        start = stream.read(min(size, _USUAL_SIZE))
        return start if len(start) < _USUAL_SIZE else start + stream.read(size - len(start))


def _hash_of(file: Path) -> str:
    return _hash(start_of(file))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _version(distribution: str) -> str:
    """The installed version. Importing importlib.metadata would take a third of an unchanged run."""
    for folder in map(Path, sys.path):
        for info in folder.glob(f"{distribution}-*.dist-info") if folder.is_dir() else ():
            return info.name.removesuffix(".dist-info").removeprefix(f"{distribution}-")
    return "none"
