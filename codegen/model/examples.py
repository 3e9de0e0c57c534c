"""An example of each answer that is JSON or a text: the description's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from codegen.description.document import Document, as_mapping
from codegen.normalise.operations import Part, RawOperation

#: Characters of an example in JSON that are kept: it is to show the form of an answer, not to be one.
_LONGEST = 1 << 16


@dataclass
class Examples:
    """Values, each once, and which of them is the example of which answer."""

    document: Document
    values: list[Any] = field(default_factory=list)
    by_operation: dict[str, dict[str, int]] = field(default_factory=dict)
    """Positions in `values`, by the name of the operation and the status of the answer."""
    _positions: dict[str, int] = field(default_factory=dict)

    def read(self, operations: Iterable[RawOperation]) -> None:
        """Take the examples of all answers."""
        for operation in operations:
            positions = {answer.name: self._position(answer) for answer in operation.answers if answer.media_type}
            kept = {status: position for status, position in positions.items() if position is not None}
            if kept:
                self.by_operation[operation.name] = kept

    def _position(self, answer: Part) -> int | None:
        for value in self._candidates(answer):
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            if len(text) <= _LONGEST:
                if text not in self._positions:
                    self._positions[text] = len(self.values)
                    self.values.append(value)
                return self._positions[text]
        return None

    def _candidates(self, answer: Part) -> Iterator[Any]:
        media_type = self.document.mapping(self._at(answer.pointer.rpartition("/")[0]))
        if "example" in media_type:
            yield media_type["example"]
        for example in as_mapping(media_type.get("examples")).values():
            resolved = self.document.mapping(example)
            if "value" in resolved:
                yield resolved["value"]

    def _at(self, pointer: str) -> Any:
        try:
            return self.document.at(pointer)
        except LookupError:
            return {}
