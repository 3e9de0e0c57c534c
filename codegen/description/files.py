"""Descriptions in several files: what a `$ref` to a neighbouring file points to becomes a component."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from codegen.description.document import Document, Origin, as_mapping
from codegen.description.numbers import Numbers
from codegen.description.objects import SECTIONS, Node, nodes, within
from codegen.description.pointers import canonical, join, tokens
from codegen.description.source import MAX_SIZE, MAX_VALUES
from codegen.report.diagnostics import Diagnostic, GenerationError

_SECTION_OF = {kind: section for section, kind in SECTIONS.items()}
_SUFFIXES = (".json", ".yaml", ".yml")


class _Target(NamedTuple):
    """What a reference points to: an object of a kind in a file."""

    file: Path
    pointer: str
    kind: str


@dataclass
class _Bundler:
    """Copies what references to other files point to into the description, each once."""

    root: Document
    file: Path
    data: dict[str, Any]
    documents: dict[Path, Document] = field(default_factory=dict)
    places: dict[_Target, str] = field(default_factory=dict)
    """The pointer of the component that a target has become."""
    pending: list[tuple[Node, Path]] = field(default_factory=list)
    """Objects whose references are still those of their file."""
    numbers: dict[str, Numbers] = field(default_factory=dict)
    """Names of components, by section."""
    copied: int = 0
    """How many values were copied."""

    def bundle(self) -> Document:
        """The whole description."""
        self.pending = [(Node("openapi", "#", self.data), self.file)]
        self._name_components()
        while self.pending:
            node, file = self.pending.pop()
            for part in list(within(node)):
                self._rewrite(part, file)
        others = {path: document for path, document in self.documents.items() if path != self.file}
        findings = [finding for document in others.values() for finding in document.findings]
        origins = {pointer: Origin(others[target.file], target.pointer) for target, pointer in self.places.items()}
        files = tuple(path.relative_to(self.file.parent).as_posix() for path in others)
        findings = [*self.root.findings, *findings]
        return replace(self.root, data=self.data, findings=tuple(findings), origins=origins, files=files)

    def _name_components(self) -> None:
        """Replace each component that is only a reference to another file by its target."""
        for section, kind in SECTIONS.items():
            for name, value in as_mapping(as_mapping(self.data.get("components")).get(section)).items():
                target = self._target(as_mapping(value).get("$ref"), self.file, kind)
                if target is not None and target not in self.places:
                    self._copy(target, join("#/components", section, name))

    def _rewrite(self, part: Node, file: Path) -> None:
        """Rewrite the references of an object, relative to `file`, as references within the whole description."""
        if part.kind == "discriminator":
            mapping = as_mapping(part.data.get("mapping"))
            for value, ref in mapping.items():
                if isinstance(ref, str) and re.search(r"[#/]|\.(json|ya?ml)$", ref):
                    mapping[value] = self._reference(ref, file, "schema")
        elif isinstance(ref := part.data.get("$ref"), str):
            part.data["$ref"] = self._reference(ref, file, part.kind)

    def _reference(self, ref: str, file: Path, kind: str) -> str:
        path, pointer = _located(ref, file)
        if path == self.file and ref:
            return pointer
        target = self._target(ref, file, kind)
        if target is None:
            return ref
        if target not in self.places:
            self._copy(target, self._free_place(target))
        return self.places[target]

    def _target(self, ref: Any, file: Path, kind: str) -> _Target | None:
        """The target of a reference, if it has to be copied; None also where there is none."""
        if not isinstance(ref, str) or kind not in _SECTION_OF:
            return None
        path, pointer = _located(ref, file)
        if path is None or path == self.file or not self._can_be_read(path):
            return None
        try:
            self.documents[path].at(pointer)
        except LookupError:
            return None
        return _Target(path, canonical(pointer), kind)

    def _can_be_read(self, path: Path) -> bool:
        """Whether a file is a neighbour of the description, in its folder or below; reads it."""
        if not path.is_relative_to(self.file.parent) or path.suffix.lower() not in _SUFFIXES:
            return False
        if path not in self.documents:
            name = PurePosixPath(self.root.path).parent / path.relative_to(self.file.parent).as_posix()
            try:
                self.documents[path] = Document.load(path, str(name))
            except GenerationError:
                if self.root.is_ours and path.exists():
                    raise
                return False  # so the reference points to nothing
            self._check_size()
        return True

    def _check_size(self) -> None:
        if sum(document.places.size for document in self.documents.values()) > MAX_SIZE:
            message = f"the files of this description are larger than {MAX_SIZE // 2**20} MiB"
            raise GenerationError([Diagnostic(self.root.path, "too-large", message)])

    def _free_place(self, target: _Target) -> str:
        """A component named after the target, or after its file."""
        section = _SECTION_OF[target.kind]
        if section not in self.numbers:
            self.numbers[section] = Numbers({*as_mapping(as_mapping(self.data.get("components")).get(section))})
        words = tokens(target.pointer) or [target.file.stem]
        name = re.sub(r"[^a-zA-Z0-9._-]+", "_", words[-1]) or section
        return join("#/components", section, self.numbers[section].take(name))

    def _copy(self, target: _Target, place: str) -> None:
        self.places[target] = place
        _, section, name = tokens(place)
        value = _copied(self.documents[target.file].at(target.pointer))
        self.copied += _size(value)
        if self.copied > MAX_VALUES:
            message = f"what its references to other files point to holds more than {MAX_VALUES:,} values"
            raise GenerationError([Diagnostic(self.root.path, "too-large", message)])
        components = self.data.setdefault("components", {})
        components.setdefault(section, {})[name] = value
        if isinstance(value, dict):
            self.pending.append((Node(target.kind, place, value), target.file))


def bundled(document: Document, file: Path) -> Document:
    """The description in `file` with what its references to files in the same folder, or below, point to.

    Raises:
        GenerationError: The files are too large, or one that our own description refers to cannot be read.
    """
    refs = (node.data.get("$ref") for node in nodes(document, unused=True))
    if not any(isinstance(ref, str) and not ref.startswith("#") for ref in refs):
        return document
    return _Bundler(document, file, _copied(document.data)).bundle()


def _located(ref: str, file: Path) -> tuple[Path | None, str]:
    """The file that a reference in `file` leads to, and the pointer in it; None: to no file, or to none that can be."""
    try:
        url = urlsplit(ref)
        path = (file.parent / unquote(url.path)).resolve() if url.path else file
    except (ValueError, OSError, RuntimeError):  # `//[`; a null character; a circle of links
        return None, ""
    return None if url.scheme or url.netloc or "\0" in str(path) else path, f"#{url.fragment}"


def _copied(value: Any) -> Any:
    """A copy without shared parts."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _size(value: Any) -> int:
    """How many values a value consists of."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_size, inner))
