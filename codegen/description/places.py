"""Where the parts of a description stand in its text."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias, cast

import yaml

from codegen.description import source
from codegen.description.pointers import join, tokens
from codegen.report.diagnostics import Position

#: A value in a mapping or a list, after the node where it begins: its key, or the value itself.
_Child: TypeAlias = tuple[yaml.Node, yaml.Node]


class Places:
    """Finds the line and column of JSON pointers in a text."""

    def __init__(self, text: str, root: yaml.Node | None = None) -> None:
        """For a text that is valid YAML; `root` is its root node, which is composed when needed otherwise."""
        self._text = text
        self._root = root
        self._keys: dict[int, dict[str, _Child]] = {}
        """The members of mappings that were looked into, by the identity of the node."""

    @property
    def size(self) -> int:
        """Characters of the text."""
        return len(self._text)

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.splitlines()

    def forget(self) -> None:
        """Free the nodes, which take more memory than all else together; `position` composes them anew if asked."""
        self._root = None
        self._keys.clear()

    def mentions(self, word: str) -> bool:
        """Whether the word stands anywhere in the text; most descriptions use no extension of ours."""
        return word in self._text

    def line(self, position: Position) -> str:
        """The source line at a position."""
        return source.line_at(self._lines, position)

    def position(self, pointer: str, *, of_value: bool = False) -> Position:
        """Where the part at `pointer` begins, or the nearest part around it that exists: its key, or its value."""
        node = self._composed()
        mark = node.start_mark
        for token in tokens(pointer):
            child = self._child(node, token)
            if child is None:
                break
            mark, node = child[of_value].start_mark, child[1]
        return source.position_of(mark)

    def pointer_at(self, position: Position) -> str:
        """The pointer of the innermost part that begins at a position, or holds it."""
        node, pointer = self._composed(), "#"
        while children := _children(node):
            before = [child for child in children if source.position_of(child[1].start_mark) <= position]
            if not before or position > source.position_of(before[-1][2].end_mark):
                break
            name, _, node = before[-1]
            pointer = join(pointer, name)
        return pointer

    def _composed(self) -> yaml.Node:
        if self._root is None:
            self._root = cast("yaml.Node", yaml.compose(self._text, Loader=source.Loader))
        return self._root

    def _child(self, node: yaml.Node, token: str) -> _Child | None:
        """The value of a key, the first of that name, or of an index."""
        if isinstance(node, yaml.MappingNode):
            if id(node) not in self._keys:
                self._keys[id(node)] = {str(key.value): (key, value) for key, value in reversed(node.value)}
            return self._keys[id(node)].get(token)
        if isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            return node.value[int(token)], node.value[int(token)]
        return None


def _children(node: yaml.Node) -> list[tuple[str, yaml.Node, yaml.Node]]:
    """The values in a mapping or a list, each after its name or index and the node where it begins."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key, value) for key, value in node.value]
    items = node.value if isinstance(node, yaml.SequenceNode) else ()
    return [(str(index), item, item) for index, item in enumerate(items)]
