"""The description as data: loaded as YAML 1.2, with every value's place in the file at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import yaml

from codegen.description import source
from codegen.description.pointers import tokens
from codegen.report.diagnostics import Diagnostic, GenerationError, Position


@dataclass(frozen=True)
class Document:
    """A description: its data, and where each part of it stands."""

    path: str
    text: str
    data: dict[str, Any]

    #: What reading it has found.
    found: tuple[Diagnostic, ...] = ()

    @classmethod
    def load(cls, file: Path, path: str) -> Document:
        """Read `file`; diagnostics name it `path`.

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
            message = f"an OpenAPI description is a mapping, and this is {kind}"
            raise GenerationError([Diagnostic(path, "yaml-syntax", message, Position(1, 1))])
        builder = source.Builder(path, text.splitlines())
        document = cls(path, text, builder.build(root), tuple(builder.found))
        document.__dict__["_root"] = root  # as the property would; the checks are about to ask for places
        return document

    def forget_places(self) -> None:
        """Free the nodes, which take more memory than all else together; a later diagnostic composes them anew."""
        self.__dict__.pop("_root", None)

    @property
    def is_ours(self) -> bool:
        """Whether it was written for this generator: then its faults can be mended, and are errors."""
        return "x-python" in self.data

    def at(self, pointer: str) -> Any:
        """The value at a JSON pointer (RFC 6901) such as `#/components/schemas/Error`.

        Raises:
            LookupError: Nothing stands there.
        """
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
            part, pointer = self.at(ref), ref
        return part, pointer

    def mapping(self, part: Any) -> dict[str, Any]:
        """As `resolve`, but an empty mapping where that is no mapping or leads nowhere: other checks report these."""
        try:
            return as_mapping(self.resolve(part))
        except LookupError:
            return {}

    def diagnostic(self, pointer: str, code: str, message: str, *, hint: str = "") -> Diagnostic:
        """A finding about the part at `pointer`, or about the nearest part around it that exists."""
        position = self.position(pointer)
        line = source.line_at(self._lines, position)
        return Diagnostic(self.path, code, message, position, line, hint, pointer, tolerated=not self.is_ours)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _root(self) -> yaml.Node:
        return cast("yaml.Node", yaml.compose(self.text, Loader=source.Loader))

    def position(self, pointer: str) -> Position:
        """Where the part at `pointer`, or the nearest part around it that exists, begins."""
        node = self._root
        mark = node.start_mark
        for token in tokens(pointer):
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == token), None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
                node = node.value[int(token)]
                mark = node.start_mark
            else:
                break
        return Position(mark.line + 1, mark.column + 1)


def as_mapping(value: Any) -> dict[str, Any]:
    """`value`, or an empty mapping where it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value`, or an empty list where it is none."""
    return value if isinstance(value, list) else []
