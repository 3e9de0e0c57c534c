"""The values of YAML nodes, and what JSON or other readers of YAML would make of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from codegen.description.source import CORE, MAX_VALUES, line_at, position_of
from codegen.description.yaml_faults import ODD_SPACES, odd_space, open_quote
from codegen.report.diagnostics import Diagnostic, GenerationError

#: Levels of nesting; forty are many. Every walk over a description may recurse this deep.
MAX_DEPTH = 100
#: Digits of a number; Python refuses to read more than 4,300, and JSON's readers far fewer.
MAX_DIGITS = 300

#: Characters of a text that a message quotes, and of any scalar that YAML 1.1 reads as another type.
_MAX_QUOTED = 60
_ODD_SPACES = re.compile(f"[{ODD_SPACES}]+")
#: YAML's types of scalars, in the words of messages.
_TYPES = {
    "str": "a text",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "timestamp": "a date",
    "value": "a default key",
    "merge": "a merge key",
}


@dataclass
class Builder:
    """Builds data from nodes, and collects what is wrong with them. Never runs what a tag names, as PyYAML would."""

    path: str
    lines: list[str]
    findings: list[Diagnostic] = field(default_factory=list)
    _built: dict[int, tuple[Any, int]] = field(default_factory=dict)
    """By the identity of the node, which aliases share: its value, and how many values that consists of."""

    def build(self, node: yaml.Node) -> Any:
        """Return the value of a node.

        Raises:
            GenerationError: It nests too deeply, or its aliases expand to too many values.
        """
        return self._sized(node, 0)[0]

    def _sized(self, node: yaml.Node, depth: int) -> tuple[Any, int]:
        """The value of a node, and how many values that consists of."""
        built = self._built.get(id(node))
        if built is None:
            if depth > MAX_DEPTH:
                self._refuse(node, f"nests deeper than {MAX_DEPTH} levels")
            self._built[id(node)] = (None, MAX_VALUES)  # for an alias within the node that it stands for
            built = self._built[id(node)] = self._build(node, depth)
            if built[1] > MAX_VALUES:
                self._refuse(node, f"aliases expand this to more than {MAX_VALUES:,} values")
        return built

    def _build(self, node: yaml.Node, depth: int) -> tuple[Any, int]:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, "seq")
            items = [self._sized(item, depth + 1) for item in node.value]
            for item in filter(_is_empty, node.value):
                self._report_empty(item)
            return [value for value, _ in items], 1 + sum(size for _, size in items)
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node), 1

    def _mapping(self, node: yaml.MappingNode, depth: int) -> tuple[dict[str, Any], int]:
        self._check_tag(node, "map")
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        repeated: dict[str, yaml.Node] = {}
        whole = 1
        for key_node, value_node in node.value:
            (value, size), key = self._sized(value_node, depth + 1), self._key(key_node)
            whole += size
            if _is_empty(value_node) and not key.startswith("x-"):  # of an extension, null may be the value
                self._report_empty(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(key_node, "not-json", "a key is a text, not a collection")
            elif key == "<<" and not key_node.style:
                self._report(key_node, "yaml-1-1", "merge keys belong to YAML 1.1", "use OpenAPI's `$ref` instead")
                merged = _merge(value, merged)
            elif key in mapping:
                repeated.setdefault(key, key_node)
            else:
                self._check_version(key_node, "str")
                mapping[key] = value
        if repeated:
            self._report_repeated(repeated)
        return {**merged, **mapping} if merged else mapping, whole

    def _key(self, node: yaml.Node) -> str:
        """A key, without the characters before it that look like spaces."""
        key = str(node.value)
        if not key.isascii() and isinstance(node, yaml.ScalarNode) and not node.style and _ODD_SPACES.match(key):
            self._report(node, "yaml-space", *odd_space(key[0]))
            return _ODD_SPACES.sub("", key)
        return key

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.removeprefix(CORE), str(node.value)
        self._check_version(node, kind)
        if node.style in ("'", '"') and node.start_mark.line != node.end_mark.line:
            self._check_end(node)
        if kind in ("int", "float"):
            return self._number(node, kind, text)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        self._check_tag(node, "str")
        return text

    def _check_end(self, node: yaml.ScalarNode) -> None:
        """Refuse a quote that is closed by the one before `#/components`: libyaml takes the rest for a comment."""
        end = node.end_mark
        if self.lines[end.line][end.column : end.column + 1] == "#":
            fault = open_quote(node.start_mark, end.line)
            self._report(node, "yaml-syntax", fault.message, fault.hint)
            raise GenerationError(self.findings[-1:])

    def _number(self, node: yaml.Node, kind: str, text: str) -> int | float:
        """The number, or 0 after reporting that JSON cannot express it."""
        try:
            if len(text) > MAX_DIGITS:
                raise ValueError
            # `0o17` is octal and `017` is seventeen (YAML 1.2, 10.3.2).
            value = float(text) if kind == "float" else int(text, 0 if text[:2] in ("0o", "0x") else 10)
            if not math.isfinite(value):
                raise ValueError
        except ValueError:
            self._report(node, "not-json", f"JSON cannot express the number {_quoted(text)}")
            return 0
        return value

    def _check_tag(self, node: yaml.Node, expected: str) -> None:
        """Report a tag other than YAML's own for this kind of node: JSON has no types beside these."""
        if node.tag != CORE + expected:
            tag = node.tag.replace(CORE, "!!")
            self._report(node, "not-json", f"the tag {_quoted(tag)} has no meaning in a description")

    def _check_version(self, node: yaml.ScalarNode, kind: str) -> None:
        """Report a plain scalar that is of another type in YAML 1.1."""
        text = str(node.value)
        if node.style or kind not in _TYPES or len(text) > _MAX_QUOTED:
            return
        other = _type_in_yaml_1_1(text, kind)
        if other != _TYPES[kind]:
            message = f"{text} is {_TYPES[kind]} here, but {other} in YAML 1.1"
            self._report(node, "yaml-1-1", message, "quote it" if kind == "str" else "write it in decimal")

    def _report_empty(self, node: yaml.Node) -> None:
        """Report a value that is missing; at its key, where those look who look for it."""
        hint = "write the value: '' for an empty text, {} or [] for nothing in it, null for null; or leave it out"
        self._report(node, "empty-value", "an empty value is null in YAML", hint)

    def _report_repeated(self, keys: dict[str, yaml.Node]) -> None:
        """Report keys that are there already; at the first, since a key left out above them repeats several."""
        names, (first, *_) = ", ".join(map(_quoted, keys)), keys.values()
        what = f"the key {names} occurs" if len(keys) == 1 else f"the keys {names} occur"
        self._report(first, "duplicate-key", f"{what} twice in this mapping")

    def _report(self, node: yaml.Node, code: str, message: str, hint: str = "") -> None:
        self.findings.append(self._diagnostic(node, code, message, hint))

    def _refuse(self, node: yaml.Node, message: str) -> None:
        raise GenerationError([*self.findings, self._diagnostic(node, "too-large", message)])

    def _diagnostic(self, node: yaml.Node, code: str, message: str, hint: str = "") -> Diagnostic:
        position = position_of(node.start_mark)
        return Diagnostic(self.path, code, message, position, line_at(self.lines, position), hint)


def _is_empty(node: yaml.Node) -> bool:
    """Whether nothing stands where a value belongs."""
    return node.value == "" and isinstance(node, yaml.ScalarNode) and not node.style and node.tag == f"{CORE}null"


def _merge(value: Any, merged: dict[str, Any]) -> dict[str, Any]:
    """`merged` with the mapping of a merge key, or a list of them; the earlier win (YAML 1.1, merge)."""
    for part in value if isinstance(value, list) else [value]:
        merged = {**(part if isinstance(part, dict) else {}), **merged}
    return merged


@cache  # a few words are most of the scalars
def _type_in_yaml_1_1(text: str, kind: str) -> str:
    """The type of a plain scalar in YAML 1.1, in the words of messages; `kind` is that of YAML 1.2."""
    older = "str"
    for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            older = str(tag).removeprefix(CORE)
            break
    return "octal" if older == kind == "int" and re.match("[-+]?0[0-9]", text) else _TYPES[older]


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…")
