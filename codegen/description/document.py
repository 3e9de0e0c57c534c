"""A description as data, loaded as YAML 1.2, with the place of each value in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

import yaml

from codegen.description import source
from codegen.description.edits import Edits, edited, lists_losing_items
from codegen.description.places import Places
from codegen.description.pointers import tokens
from codegen.description.values import Builder
from codegen.report.diagnostics import Diagnostic, GenerationError, Position

T = TypeVar("T")


class Origin(NamedTuple):
    """Where a part of a description stands in another file."""

    document: Document
    pointer: str


@dataclass(frozen=True)
class Document:
    """A description: its data, and where each part of it stands."""

    path: str
    """The file as diagnostics name it."""
    data: dict[str, Any]
    places: Places
    findings: tuple[Diagnostic, ...] = ()
    """What reading it has reported."""
    is_ours: bool = False
    """Whether it is written for this generator, so that its faults are to be corrected: see `Level.FAULT`."""
    indexes: Mapping[str, list[int]] = field(default_factory=dict)
    """Of lists that have lost items, by pointer: the indexes that the remaining items have in the file."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Of components that stand in other files, by pointer."""
    files: tuple[str, ...] = ()
    """These other files, relative to the folder of this one."""
    _ends: dict[str, tuple[Any, str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What references lead to, and where that stands, by reference: many may go through one chain."""
    _values: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What stands at the pointers that were asked for."""
    _once: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What functions have made of it."""

    @classmethod
    def load(cls, file: Path, path: str) -> Document:
        """Read `file`, which diagnostics call `path`.

        Raises:
            GenerationError: The file cannot be read, or is not a YAML mapping within bounds.
        """
        return cls.parse(source.read(file, path), path)

    @classmethod
    def parse(cls, text: str, path: str) -> Document:
        """As `load`, from the text."""
        root = source.compose(text, path)
        if not isinstance(root, yaml.MappingNode):
            kind = {yaml.SequenceNode: "a list", yaml.ScalarNode: "a text"}.get(type(root), "empty")
            message = f"an OpenAPI description is a mapping, but this is {kind}"
            raise GenerationError([Diagnostic(path, "yaml-syntax", message, Position(1, 1))])
        builder = Builder(path, text.splitlines())
        data = builder.build(root)
        return cls(path, data, Places(text, root), tuple(builder.findings), "x-python" in data)

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer such as `#/components/schemas/Error`.

        Raises:
            LookupError: Nothing stands there.
        """
        if pointer not in self._values:  # many references lead to few places
            self._values[pointer] = self._look_up(pointer)
        return self._values[pointer]

    def _look_up(self, pointer: str) -> Any:
        value: Any = self.data
        for token in tokens(pointer):
            step = token
            if isinstance(value, dict) and token not in value:
                step = unquote(token)  # in a $ref the pointer is a URI fragment (RFC 6901, section 6)
            try:
                value = value[int(step) if isinstance(value, list) else step]
            except (ValueError, TypeError) as error:
                raise LookupError(pointer) from error
        return value

    def resolve(self, part: Any) -> Any:
        """`part`, or what its `$ref` leads to, through any number of references.

        Raises:
            LookupError: A reference leads nowhere.
        """
        return self.follow(part, "#")[0]

    def follow(self, part: Any, pointer: str) -> tuple[Any, str]:
        """As `resolve`, with the place of the result; `pointer` is that of `part`."""
        seen: set[str] = set()
        while isinstance(part, dict) and isinstance(ref := part.get("$ref"), str) and ref not in seen:
            seen.add(ref)
            part, pointer = self._ends[ref] if ref in self._ends else (self.at(ref), ref)
        if not (isinstance(part, dict) and "$ref" in part):  # else they form a circle, whose end is where one begins
            self._ends.update(dict.fromkeys(seen, (part, pointer)))
        return part, pointer

    def mapping(self, part: Any) -> dict[str, Any]:
        """As `resolve`, but an empty mapping where that is no mapping or leads nowhere: other checks report these."""
        try:
            return as_mapping(self.resolve(part))
        except LookupError:
            return {}

    def once(self, make: Callable[[Document], T]) -> T:
        """What `make` makes of this description, which several ask for: the data does not change."""
        if make not in self._once:
            self._once[make] = make(self)
        made: T = self._once[make]
        return made

    def edited(self, edits: Edits) -> Document:
        """The description with other data; what stands in the file keeps its place."""
        all_indexes = dict(self.indexes)
        for pointer, left_out in lists_losing_items(self.data, edits).items():
            written = self._as_written(pointer)
            before = all_indexes.get(written) or range(len(self.at(pointer)))
            all_indexes[written] = [index for position, index in enumerate(before) if position not in left_out]
        return replace(self, data=edited(self.data, edits), indexes=all_indexes)

    def _as_written(self, pointer: str) -> str:
        """The pointer in the file, where lists have items that were left out."""
        written = "#"
        for step in pointer.split("/")[1:] if self.indexes else ():
            indexes = self.indexes.get(written, ())
            is_moved = step.isdecimal() and int(step) < len(indexes)
            written += f"/{indexes[int(step)] if is_moved else step}"
        return written if self.indexes else pointer

    @property
    def is_3_0(self) -> bool:
        """Whether it is of OpenAPI 3.0, whose schemas are of another dialect than those of the versions after it."""
        return str(self.data.get("openapi")).startswith("3.0")

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the text; most descriptions use no extension of ours."""
        documents = {id(origin.document): origin.document for origin in self.origins.values()}
        return any(document.places.mentions(word) for document in (self, *documents.values()))

    def position(self, pointer: str) -> Position:
        """Where a part stands in the file; see `Places.position`."""
        document, pointer = self._origin(self._as_written(pointer))
        return document.places.position(pointer)

    def source_of(self, pointer: str) -> str:
        """The place of a part as messages name one beside their own: `spec.yaml:12:5`."""
        document, pointer = self._origin(self._as_written(pointer))
        position = document.places.position(pointer)
        return f"{document.path}:{position.line}:{position.column}"

    def _origin(self, pointer: str) -> Origin:
        """The file that a part stands in, and where."""
        place = "/".join(pointer.split("/")[:4])
        if (origin := self.origins.get(place)) is None:
            return Origin(self, pointer)
        return Origin(origin.document, origin.pointer + pointer.removeprefix(place))

    def diagnostic(self, pointer: str, code: str, message: str, *, hint: str = "") -> Diagnostic:
        """A finding about the part at `pointer`; its position is that of the nearest part around it that exists."""
        position, document = self.position(pointer), self._origin(self._as_written(pointer)).document
        line = document.places.line(position)
        return Diagnostic(document.path, code, message, position, line, hint, pointer, tolerated=not self.is_ours)

    def within(self, diagnostic: Diagnostic, offset: int) -> Diagnostic:
        """The finding at a character of the value that it is about, not at the key."""
        document, pointer = self._origin(self._as_written(diagnostic.pointer))
        start = document.places.position(pointer, of_value=True)
        place = Position(start.line, start.column + offset)
        return replace(diagnostic, position=place, source_line=document.places.line(place))


def as_mapping(value: Any) -> dict[str, Any]:
    """`value`, or an empty mapping where it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value`, or an empty list where it is none."""
    return value if isinstance(value, list) else []
