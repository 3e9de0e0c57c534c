"""Copy an operation of the provider's into our description, as a draft: `make adopt FILE=… OPERATION=…`.

Components of ours under the same name, and parameters of the same name and location, are used instead of theirs.
Each text of theirs begins with `REWRITE`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from codegen.description import source
from codegen.description.document import Document, as_list, as_mapping
from codegen.description.files import bundled
from codegen.description.objects import OBJECTS, SECTIONS, Field
from codegen.description.operations import Operation, operations
from codegen.description.pointers import join, tokens
from codegen.maintainer.repository import ROOT, SPEC
from codegen.naming.spelling import ClassName
from codegen.report.diagnostics import GenerationError
from codegen.report.text import escaped, printable

_MARK = "REWRITE"
_TEXTS = ("summary", "description", "title")
_DATA = Field("", "", is_used=True)
#: The order of our description; other keys follow as theirs has them.
_ORDER = (
    *("operationId", "tags", "name", "in", "summary", "description", "deprecated", "externalDocs", "security"),
    *("servers", "parameters", "required", "requestBody", "responses", "headers", "content", "schema", "type"),
)
_WIDTH = 120


class AdoptionError(Exception):
    """The operation cannot be written into our description."""


@dataclass
class Adoption:
    """The parts of their description that an operation needs, under our names."""

    ours: Document
    theirs: Document
    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What ours lacks, by kind and name."""
    names: dict[str, str] = field(default_factory=dict)
    """Our reference for each of theirs."""

    def part(self, value: Any, field: Field) -> Any:
        """What a field holds, in our form."""
        if not field.kind:
            return value
        if field.many == "{":
            return {name: self.object(item, field.kind) for name, item in as_mapping(value).items()}
        if field.many == "[":
            return [self.object(item, field.kind) for item in as_list(value)]
        return self.object(value, field.kind)

    def object(self, value: Any, kind: str) -> Any:
        """An object of OpenAPI in our form."""
        if not isinstance(value, dict):
            return value
        if isinstance(reference := value.get("$ref"), str):
            return {"$ref": self._reference(reference)}
        return {key: self._field(key, value[key], kind) for key in sorted(value, key=_rank)}

    def _field(self, key: str, value: Any, kind: str) -> Any:
        if key in _TEXTS and isinstance(value, str):
            return _marked(value)
        if (kind, key) == ("discriminator", "mapping"):
            return {name: self._mapped(schema) for name, schema in as_mapping(value).items()}
        return self.part(value, OBJECTS[kind].get(key, _DATA))

    def _mapped(self, schema: str) -> str:
        """Our reference for what a discriminator maps a value to: a reference of theirs, or a schema's name."""
        return self._reference(schema if "/" in schema else join("#/components/schemas", schema))

    def _reference(self, reference: str) -> str:
        """Our reference for one of theirs; what ours lacks is adopted, too.

        Raises:
            AdoptionError: It is none to a component.
        """
        if reference in self.names:
            return self.names[reference]
        target = self.theirs.at(reference)
        match tokens(reference):
            case ["components", section, theirs] if section in SECTIONS:
                name = self._name(section, theirs, target)
            case _:
                raise AdoptionError(f"{reference} is no component, so it cannot be adopted")
        self.names[reference] = f"#/components/{section}/{name}"
        if name not in as_mapping(as_mapping(self.ours.data.get("components")).get(section)):
            self.components.setdefault(section, {})[name] = None  # its place; the part may refer to itself
            self.components[section][name] = self.object(target, SECTIONS[section])
        return self.names[reference]

    def _name(self, section: str, theirs: str, target: Any) -> str:
        """Our name for a component of theirs."""
        if section == "parameters" and (existing := self._existing_parameter(target)):
            return existing
        name = str(ClassName(theirs, ""))
        while f"#/components/{section}/{name}" in self.names.values():
            name += "2"  # another one of theirs has the same name in our spelling
        return name

    def _existing_parameter(self, theirs: Any) -> str:
        """The name of our component for the same parameter."""
        wanted = as_mapping(theirs)
        ours = as_mapping(as_mapping(self.ours.data.get("components")).get("parameters"))
        same = (name for name, raw in ours.items() if all(raw.get(key) == wanted.get(key) for key in ("in", "name")))
        return next(same, "")


def adopt(text: str, ours: Document, theirs: Document, name: str) -> tuple[str, str, int]:
    """The text of our description with an operation of theirs; the operation, and how many components came with it.

    Raises:
        AdoptionError: There is no such operation, ours has it, or ours has no place for it.
    """
    operation = _operation(theirs, name)
    title = f"{operation.method.upper()} {operation.path}"
    if any((item.path, item.method) == (operation.path, operation.method) for item in operations(ours)):
        raise AdoptionError(f"{title} is in our description")
    adoption = Adoption(ours, theirs)
    raw = dict(operation.data)
    if shared := [*as_list(operation.item.get("parameters")), *as_list(raw.get("parameters"))]:
        raw["parameters"] = shared
    if "summary" not in raw:
        raw["summary"] = str(raw.get("operationId", operation.path))
    written = {operation.method: adoption.object(raw, "operation")}
    _add_schemes(adoption, raw)
    text = _inserted(text, ("paths", operation.path), written, title)
    for kind, parts in adoption.components.items():
        text = _inserted(text, ("components", kind), parts, title)
    return _with_tags(text, ours, theirs, raw), title, sum(map(len, adoption.components.values()))


def _operation(theirs: Document, name: str) -> Operation:
    """The operation with this `operationId`, or of this method and path."""
    for operation in operations(theirs):
        if name in (operation.data.get("operationId"), f"{operation.method.upper()} {operation.path}"):
            return operation
    raise AdoptionError(
        f"{printable(theirs.path)} has no operation {printable(name)}: give its operationId, or method and path"
    )


def _add_schemes(adoption: Adoption, raw: dict[str, Any]) -> None:
    """The security schemes that the operation names itself and ours lacks."""
    schemes = as_mapping(as_mapping(adoption.theirs.data.get("components")).get("securitySchemes"))
    known = as_mapping(as_mapping(adoption.ours.data.get("components")).get("securitySchemes"))
    for scheme in {name for alternative in as_list(raw.get("security")) for name in alternative} - known.keys():
        if scheme in schemes:
            adoption.components.setdefault("securitySchemes", {})[scheme] = adoption.object(
                schemes[scheme], "security-scheme"
            )


def _with_tags(text: str, ours: Document, theirs: Document, raw: dict[str, Any]) -> str:
    """The text with the tags of the operation that ours lacks."""
    declared = [as_mapping(tag).get("name") for tag in as_list(ours.data.get("tags"))]
    described = {as_mapping(tag).get("name"): tag for tag in as_list(theirs.data.get("tags"))}
    missing = [tag for tag in as_list(raw.get("tags")) if tag not in declared]
    tags = [
        {"name": tag, "description": _marked(str(described.get(tag, {}).get("description", tag)))} for tag in missing
    ]
    return _inserted(text, ("tags",), tags, "the tag") if tags and declared else text


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def _marked(text: str) -> str:
    return f"{_MARK} {text.strip()}".strip() if "\n" not in text.strip() else f"{_MARK}\n{text.strip()}"


def _inserted(text: str, keys: tuple[str, ...], value: Any, title: str) -> str:
    """The text with `value` at the end of the collection at `keys`; its last keys are written where they are missing.

    Raises:
        AdoptionError: The collection is not in block style.
    """
    depth = 0
    node: Any = source.compose(text, SPEC)
    for key in keys:
        child = next((value for name, value in node.value if name.value == key), None)
        if child is None:
            break
        node, depth = child, depth + 1
    if node.flow_style or not node.value:
        raise AdoptionError(f"{title} cannot be added to line {node.start_mark.line + 1}: it is not in block style")
    for key in reversed(keys[depth:]):
        value = {key: value}
    lines, end = text.splitlines(keepends=True), _end(node)
    block = [f"{' ' * node.start_mark.column}{line}" if line.strip() else line for line in _yaml(value)]
    gap = ["\n"] if keys[:depth] == ("paths",) else []
    return "".join([*lines[:end], *gap, *block, *lines[end:]])


def _end(node: yaml.Node) -> int:
    """The index of the line after the last one of a node's content, without the comments that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.line + (1 if node.end_mark.column else 0)


class _Dumper(yaml.SafeDumper):
    """Writes in our style: lists indented, short mappings in one line, texts of several lines as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if any(map(_is_hidden, text)) else style)


def _is_hidden(character: str) -> bool:
    """Whether an editor does not show a character, or obeys it: marks that turn the direction of a line."""
    return not character.isprintable() and character not in "\n\t"


def _represent_mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
    node.flow_style = len(value) == 1 and "$ref" in value
    return node


def _represent_list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    is_flat = not any(isinstance(item, dict | list) for item in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=is_flat)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def _yaml(value: Any) -> Iterator[str]:
    text = yaml.dump(value, Dumper=_Dumper, width=_WIDTH, sort_keys=False, allow_unicode=True)
    # Hidden characters stand in double quotes only.
    text = "".join(escaped(character) if _is_hidden(character) else character for character in text)
    yield from text.splitlines(keepends=True)


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: written, 2: nothing was changed."""
    parser = argparse.ArgumentParser(prog="make adopt FILE=… OPERATION=…", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="the published description")
    parser.add_argument("operation", metavar="OPERATION", help="its operationId, or its method and path")
    parser.add_argument("--spec", type=Path, default=ROOT / SPEC, help="our description")
    options = parser.parse_args(arguments)
    try:
        text = source.read(options.spec, SPEC)
        ours = Document.parse(text, SPEC)
        theirs = bundled(Document.load(options.file, str(options.file)), options.file.resolve())
        text, title, components = adopt(text, ours, theirs, options.operation)
        line = Document.parse(text, SPEC).position(join("#/paths", title.partition(" ")[2])).line
    except (AdoptionError, GenerationError, LookupError) as error:
        print(*map(printable, str(error).split("\n")), sep="\n", file=sys.stderr)
        return 2
    options.spec.write_text(text, encoding="utf-8")
    place = printable(f"{SPEC}:{line}: {title}")
    print(f"{place} and {components} components: rewrite the texts marked {_MARK}, then make generate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
