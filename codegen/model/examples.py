"""An example of each answer that is JSON or a text: the description's own, else a value of its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codegen.description.document import Document, as_list, as_mapping
from codegen.description.pointers import around, join
from codegen.naming.names import module
from codegen.normalise.markers import WIRES
from codegen.normalise.operations import Part, RawOperation

from .schema_values import FULL, NoValueError, SchemaValues, scalar
from .schemas import example as example_of

if TYPE_CHECKING:
    from .api import Answer, Tag

#: Characters of an example in JSON that are kept: it shows the form of an answer.
_LONGEST = 1 << 16
#: Headers that say how the answer itself is sent (RFC 9110, 7.6.1 and 8).
_OF_THE_MESSAGE = frozenset(
    "connection content-encoding content-length content-type keep-alive trailer transfer-encoding upgrade".split()
)


@dataclass
class Examples:
    """Values, each once, and which of them is the example of which answer."""

    document: Document
    made: SchemaValues
    mismatches: Collection[str]
    """The pointers of examples, or of parts of them, that do not match their schemas."""
    values: list[Any] = field(default_factory=list)
    by_operation: dict[str, dict[str, int]] = field(default_factory=dict)
    """Positions in `values`, by module and name of the operation (`pets.get`) and by the status of the answer."""
    headers: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """The headers of the same answers, by name. Of errors, those that are required: others say how long to wait."""
    _positions: dict[str, int] = field(default_factory=dict)
    """By value, as JSON."""
    _found: dict[tuple[str, int], int | None] = field(default_factory=dict)
    """By the pointer of the schema, and the identity of the answer: operations share both."""

    def __post_init__(self) -> None:
        """Also what is around a mismatch does not match."""
        self.mismatches = {place for pointer in self.mismatches for place in around(pointer)}

    def read(self, written: Iterable[RawOperation], tags: Iterable[Tag]) -> None:
        """Take the examples of all answers."""
        operations = {f"{tag.module}.{operation.name}": operation for tag in tags for operation in tag.operations}
        for raw in written:
            name = f"{module(raw.tag)}.{raw.name}"
            answers = zip(raw.answers, operations[name].answers, strict=True)
            positions = {part.name: self._position_once(raw, part, answer) for part, answer in answers}
            known = {status: position for status, position in positions.items() if position is not None}
            if known:
                self.by_operation[name] = known
            headers = {part.name: dict(_headers(part, all_of_them=part.name.startswith("2"))) for part in raw.answers}
            if headers := {status: of_answer for status, of_answer in headers.items() if of_answer}:
                self.headers[name] = headers

    def _position_once(self, raw: RawOperation, part: Part, answer: Answer) -> int | None:
        key = part.pointer, id(answer)
        if key not in self._found:
            self._found[key] = self._position(raw, part, answer)
        return self._found[key]

    def _position(self, raw: RawOperation, part: Part, answer: Answer) -> int | None:
        for value in self._candidates(raw, part, answer):
            text = json.dumps(value)
            if len(text) <= _LONGEST:
                if text not in self._positions:
                    self._positions[text] = len(self.values)
                    self.values.append(value)
                return self._positions[text]
        return None

    def _candidates(self, raw: RawOperation, part: Part, answer: Answer) -> Iterator[Any]:
        """The best first."""
        if answer.kind in ("json", "text"):
            is_text = answer.kind == "text"
            yield from (value for value in self._written(part) if isinstance(value, str) or not is_text)
        if answer.kind == "json":
            yield from self._made(raw, part)

    def _made(self, raw: RawOperation, part: Part) -> Iterator[Any]:
        """Values of the schema as the models know it: of the parser's verdict, and without what was cut off."""
        types = self.made.schemas.by_name[raw.types]
        names = {wire: name for name, wire in (types.get(WIRES) or {}).items()}
        schema = types["properties"][names.get(part.key, part.key)]
        for depth in (0, FULL):
            try:
                yield self.made.value(schema, depth)
            except NoValueError:
                return

    def _written(self, part: Part) -> Iterator[Any]:
        """The examples of the media type, then those of the schema."""
        media_type = part.pointer.rpartition("/")[0]
        for pointer in [media_type, *self._ends(part.pointer)]:
            owner = as_mapping(self._at(pointer))
            places = [join(pointer, "example")] if "example" in owner else []
            places += [join(pointer, "examples", str(index)) for index in range(len(as_list(owner.get("examples"))))]
            for name, example in as_mapping(owner.get("examples")).items():
                target, place = self._follow(example, join(pointer, "examples", name))
                places += [join(place, "value")] if "value" in as_mapping(target) else []
            yield from (self._at(place) for place in places if place not in self.mismatches)

    def _ends(self, pointer: str) -> list[str]:
        """The schema at a pointer, and what its reference leads to."""
        return list(dict.fromkeys([pointer, self._follow(self._at(pointer), pointer)[1]]))

    def _follow(self, part: Any, pointer: str) -> tuple[Any, str]:
        try:
            return self.document.follow(part, pointer)
        except LookupError:
            return {}, pointer

    def _at(self, pointer: str) -> Any:
        try:
            return self.document.at(pointer)
        except LookupError:
            return {}


def _headers(part: Part, *, all_of_them: bool) -> Iterator[tuple[str, str]]:
    for name, header in part.raw["headers"].items():
        if name.lower() not in _OF_THE_MESSAGE and (all_of_them or header.get("required")):
            value = _header(header)
            if re.fullmatch(r"[!-~]([ -~]*[!-~])?", value):
                yield name, value


def _header(header: Mapping[str, Any]) -> str:
    """The value of a header as text: its example, else one of its schema; empty: nothing here writes it."""
    named = (item["value"] for item in as_mapping(header.get("examples")).values() if "value" in as_mapping(item))
    value = next(named, None)
    value = example_of(header, header["schema"]) if value is None else value
    items = as_list(value) or [scalar(header["schema"]) if value is None else value]
    is_text = all(isinstance(item, str | int | float) for item in items)
    return ",".join(item if isinstance(item, str) else json.dumps(item) for item in items) if is_text else ""
