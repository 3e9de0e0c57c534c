"""What changed in a generated package beside the signatures of its methods: its constants and its pyproject.toml."""

from __future__ import annotations

import ast
import copy
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import griffe

from codegen.maintainer.annotations import Annotation, secret_changes, tightened
from codegen.maintainer.members import target_of
from codegen.maintainer.versions import Change


def distribution_changes(before: Path, after: Path) -> Iterator[Change]:
    """What changed in the metadata of the distribution."""
    old, new = (_project(folder) for folder in (before, after))
    for key, text in (("name", "is installed as {} now, was {}"), ("requires-python", "needs Python {} now, was {}")):
        if old.get(key, new.get(key)) != new.get(key):
            yield Change(str(new.get("name")), text.format(new.get(key), old.get(key)), breaking=True)


def _project(folder: Path) -> dict[str, Any]:
    file = folder / "pyproject.toml"
    return dict(tomllib.loads(file.read_text(encoding="utf-8"))["project"]) if file.exists() else {}


def settings_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    """What a client without arguments does differently."""
    before, after = _keywords(old), _keywords(new)
    for name, text in (
        ("key_variables", "reads the key from {} in the environment now, was {}"),
        ("base_url_variable", "reads the base URL from {} in the environment now, was {}"),
        ("log_variable", "reads the level of its log from {} in the environment now, was {}"),
    ):
        was, now = (_text_of(settings.get(name)) for settings in (before, after))
        if was != now:
            yield Change("Client", text.format(now, was), was != "nothing")


def _text_of(value: str | None) -> str:
    """The source of a setting; of a mapping with texts, these."""
    if value is None:
        return "nothing"
    try:
        read = ast.literal_eval(value)
    except ValueError:
        return value
    return (" and ".join(map(repr, read.values())) or "nothing") if isinstance(read, dict) else value


def operation_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    """What the signature of a method does not show: bounds of arguments, errors, credentials."""
    before, after = _keywords(old), _keywords(new)
    subject = _method(new, ast.literal_eval(after["name"]))
    yield from _argument_changes(subject, before.get("parameters", "()"), after.get("parameters", "()"))
    yield from _error_changes(subject, _errors(before.get("answers", "()")), _errors(after.get("answers", "()")))
    yield from _security_changes(subject, before, after)
    if "deprecated" in after and "deprecated" not in before:
        yield Change(subject, "is deprecated now: each call warns", breaking=False)
    elif "deprecated" in before and "deprecated" not in after:
        yield Change(subject, "is no longer deprecated", breaking=False)


def _argument_changes(subject: str, before: str, after: str) -> Iterator[Change]:
    old, new = _types(before), _types(after)
    for name in sorted(old.keys() & new.keys()):
        for text, tighter in tightened(Annotation.read(old[name]), Annotation.read(new[name])):
            yield Change(subject, f"for its argument `{name}`, {text}", tighter)
        was, now = (name in _secrets(parameters) for parameters in (before, after))
        yield from secret_changes(subject, f"its argument `{name}` ", was, now)


def _security_changes(subject: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    """Of the operation, and of the bodies that have a security of their own on either side."""
    own = [_body_security(operation.get("bodies", "()")) for operation in (before, after)]
    general = [operation.get("security", "()") for operation in (before, after)]
    is_general = any("security" not in keywords for operation in (before, after) for keywords in _bodies(operation))
    shared = set.intersection(*(_classes(operation.get("bodies", "()")) for operation in (before, after)))
    for body in sorted({*(shared & {*own[0], *own[1]}), *([""] if is_general else ())}):
        old, new = (set(ast.literal_eval(own[side].get(body, general[side])) or ((),)) for side in (0, 1))
        if old != new:
            what = f"with a `{body}`, " if body else ""
            text = f"{what}is called with {_credentials(new)} now, was with {_credentials(old)}"
            yield Change(subject, text, breaking=not old <= new)


def _bodies(operation: dict[str, str]) -> list[dict[str, str]]:
    """The keywords of each body; of one without any where there is no body."""
    return [keywords for _, keywords in _calls(operation.get("bodies", "()"))] or [{}]


def _classes(bodies: str) -> set[str]:
    """The classes of the bodies."""
    nodes = ast.walk(ast.parse(bodies, mode="eval"))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "models"}


def _body_security(bodies: str) -> dict[str, str]:
    """The source of the security of each body that has one of its own, by name of its class."""
    node = ast.parse(bodies, mode="eval").body
    calls = [item for item in node.elts if isinstance(item, ast.Call)] if isinstance(node, ast.Tuple) else []
    mappings = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "security"]
    return {
        ast.unparse(key).rpartition(".")[2]: ast.unparse(value)
        for mapping in mappings
        if isinstance(mapping, ast.Dict)
        for key, value in zip(mapping.keys, mapping.values, strict=True)
        if key is not None
    }


def _error_changes(subject: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for status in sorted({*before, *after}):
        if status not in before:
            yield Change(subject, f"declares the error {status} now", breaking=False)
        elif status not in after:
            yield Change(subject, f"no longer declares the error {status}, so its `.errors` is empty", breaking=True)
        elif before[status] != after[status]:
            yield Change(subject, f"the error {status} is now {after[status]}, was {before[status]}", breaking=True)


def _method(operation: griffe.Attribute, name: str) -> str:
    """The method that makes the call, after its class."""
    for owner in operation.module.classes.values():
        if any(member.partition("(")[0] == name for member in owner.members) and not owner.name.startswith("Async"):
            return f"{owner.name}.{name}"
    return name


def _credentials(alternatives: set[tuple[str, ...]]) -> str:
    names = sorted((" and ".join(schemes) for schemes in alternatives), key=lambda text: (not text, text))
    return " or ".join(text or "no credentials" for text in names)


def _keywords(declaration: griffe.Attribute) -> dict[str, str]:
    """The keyword arguments of the call, each as its source, with the constants of the module filled in."""
    node = _Names(partial(_constant, declaration.module)).visit(ast.parse(str(declaration.value), mode="eval").body)
    assert isinstance(node, ast.Call)
    return {keyword.arg or "": ast.unparse(keyword.value) for keyword in node.keywords}


def spelled_out(annotation: str, module: griffe.Module) -> str:
    """An annotation with the unions that only the package's own modules name, `_Pet`, written out."""
    return ast.unparse(_Names(partial(_union, module)).visit(ast.parse(annotation, mode="eval"))) if annotation else ""


def _union(module: griffe.Module, name: str) -> ast.expr | None:
    """The union that a private `TypeAliasType` stands for; another module of models may hold it."""
    target = target_of(module.members.get(name)) if name.startswith("_") else None
    if not isinstance(target, griffe.Attribute):
        return None
    match ast.parse(str(target.value), mode="eval").body:
        case ast.Call(ast.Name("TypeAliasType"), [_, definition]):
            return ast.parse(spelled_out(ast.unparse(definition), target.module), mode="eval").body
    return None


def _constant(module: griffe.Module, name: str) -> ast.expr | None:
    """The value of a constant of the module, which several operations share."""
    member = module.members.get(name)
    value = member.value if isinstance(member, griffe.Attribute) else None
    return None if value is None else ast.parse(str(value), mode="eval").body


class _Names(ast.NodeTransformer):
    """Replaces names by what they stand for."""

    def __init__(self, value_of: Callable[[str], ast.expr | None]) -> None:
        self._value_of = value_of

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The value, if it is known."""
        value = self._value_of(node.id)
        return node if value is None else self.visit(value)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The items of `tuple(… for status in (…))`."""
        match node:
            case ast.Call(
                ast.Name("tuple"), [ast.GeneratorExp(item, [ast.comprehension(ast.Name(name), ast.Tuple(values))])]
            ):
                items = [_Names({name: value}.get).visit(copy.deepcopy(item)) for value in values]
                return self.generic_visit(ast.Tuple(items))
            case _:
                return self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> ast.expr | list[ast.expr]:
        """The items of an unpacked tuple."""
        value = self.visit(node.value)
        return value.elts if isinstance(value, ast.Tuple) else node


def _calls(items: str) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The arguments of each call in a tuple: the source of the positional ones, and of the others by name."""
    node = ast.parse(items, mode="eval").body
    for item in node.elts if isinstance(node, ast.Tuple) else ():
        if isinstance(item, ast.Call):
            keywords = {keyword.arg or "": ast.unparse(keyword.value) for keyword in item.keywords}
            yield [ast.unparse(argument) for argument in item.args], keywords


def _types(parameters: str) -> dict[str, str]:
    """The type of each parameter, by its Python name."""
    return {str(ast.literal_eval(call[0])): call[3] for call, _ in _calls(parameters) if len(call) > 3}


def _secrets(parameters: str) -> set[str]:
    """The Python names of the parameters whose values are hidden."""
    return {str(ast.literal_eval(call[0])) for call, keywords in _calls(parameters) if "secret" in keywords}


def _errors(answers: str) -> dict[str, str]:
    """The type of each declared error, by status."""
    types = {
        str(ast.literal_eval(call[0])): call[2] if len(call) > 2 else "without content" for call, _ in _calls(answers)
    }
    return {status: text for status, text in types.items() if status[0] in "45d"}
