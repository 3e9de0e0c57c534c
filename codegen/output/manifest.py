"""What generated/ was made from: lets an unchanged run end early, and a drift be told with its cause.

A hint, never the proof: `--check` renders for real. Holds no time and no path of the machine.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from codegen.render.files import template_files

NAME = "manifest.json"

#: Distributions whose version decides the output.
_TOOLS = ("jinja2", "openapi_python_client", "pyyaml", "ruff")


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a drift: what kind of thing changed, which one, and how."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True)
class Manifest:
    """Hashes of all that goes in and comes out, by path."""

    package: str
    """As the command line names it; empty where the description does."""
    description: dict[str, str]
    templates: dict[str, str]
    generator: dict[str, str]
    tools: dict[str, str]
    outputs: dict[str, str]
    warnings: int = 0
    """How many the run had: it ends early the next time only if there is nothing to repeat."""

    @classmethod
    def of_inputs(cls, root: Path, spec: Path, name: str, package: str) -> Manifest:
        """What a run would start from now."""
        modules = [path for path in (root / "codegen").rglob("*.py") if "maintainer" not in path.parts]
        sources = [root / "generate.py", *modules]
        return cls(
            package=package,
            description={name: _hash(spec.read_bytes())},
            templates=_hashes(root / "templates", template_files(root / "templates")),
            generator=_hashes(root, sources),
            tools={tool: _version(tool) for tool in _TOOLS},
            outputs={},
        )

    @classmethod
    def read(cls, output: Path) -> Manifest | None:
        """The manifest of an earlier run; None where there is none that can be read."""
        try:
            found = cls(**json.loads((output / NAME).read_bytes()))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return found if found._is_sound() else None

    def _is_sound(self) -> bool:
        """Whether every part is of its type; the file may have been edited or merged by hand."""
        hashes = (self.description, self.templates, self.generator, self.tools, self.outputs)
        return isinstance(self.package, str) and all(
            isinstance(part, dict) and all(isinstance(value, str) for value in part.values()) for part in hashes
        )

    def with_outputs(self, files: Mapping[str, bytes], warnings: int = 0) -> Manifest:
        """The same inputs with what came out of them."""
        outputs = {path: _hash(content) for path, content in sorted(files.items()) if path != NAME}
        return Manifest(**{**asdict(self), "outputs": outputs, "warnings": warnings})

    def text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    def causes(self, now: Manifest, files: Mapping[str, bytes]) -> Iterator[Cause]:
        """Why `files`, the tree on disk, is not what the inputs `now` give; `self` is the manifest of that tree."""
        yield from _changed("description", self.description, now.description, "{path} changed")
        yield from _changed("template", self.templates, now.templates, "templates/{path} changed")
        yield from _changed("generator", self.generator, now.generator, "{path} changed")
        yield from _changed("tool", self.tools, now.tools, "{path} is {new}, it was {old}")
        if self.package != now.package:
            new, old = (name or "named by the description" for name in (now.package, self.package))
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
    return {path.relative_to(root).as_posix(): _hash(path.read_bytes()) for path in sorted(paths)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _version(distribution: str) -> str:
    """As importlib.metadata tells, but without its import, which would take a third of an unchanged run."""
    for folder in map(Path, sys.path):
        for found in folder.glob(f"{distribution}-*.dist-info") if folder.is_dir() else ():
            return found.name.removesuffix(".dist-info").removeprefix(f"{distribution}-")
    return "none"
