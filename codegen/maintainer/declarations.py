"""What a generated package declares beyond the signatures of its methods, in two versions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

from codegen.maintainer.annotations import Annotation, secret_changes, tightened
from codegen.maintainer.versions import Change


def is_operation(member: griffe.Object | griffe.Alias) -> bool:
    """Whether it is the constant behind a method; private, but what it says of the method is not."""
    return isinstance(member, griffe.Attribute) and str(member.annotation).startswith("Operation[")


def distribution_changes(before: Path, after: Path) -> Iterator[Change]:
    """What `pip install` finds changed between two projects."""
    old, new = (_project(folder) for folder in (before, after))
    for key, what in (("name", "is installed as {} now, was {}"), ("requires-python", "needs Python {} now, was {}")):
        if old.get(key, new.get(key)) != new.get(key):
            yield Change(str(new.get("name")), what.format(new.get(key), old.get(key)), breaking=True)


def _project(folder: Path) -> dict[str, Any]:
    file = folder / "pyproject.toml"
    return dict(tomllib.loads(file.read_text(encoding="utf-8"))["project"]) if file.exists() else {}


def is_settings(member: griffe.Object | griffe.Alias) -> bool:
    """Whether it is the constant behind the clients: where they send to, and what opens the door there."""
    return isinstance(member, griffe.Attribute) and str(member.value).startswith("Description(")


def settings_changes(old: griffe.Attribute, new: griffe.Attribute) -> Iterator[Change]:
    """What a client without arguments does otherwise than before."""
    before, after = _keywords(old), _keywords(new)
    for name, what, breaking in (
        ("base_url", "sends to {} now, was {}", False),
        ("security", "carries the key by {} now, was {}", False),
        ("key_variables", "takes the key from {} in the environment now, was {}", True),
    ):
        was, now = (_text_of(settings.get(name)) for settings in (before, after))
        if was != now:
            yield Change("Client", what.format(now, was), breaking and was != "nothing")


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
    """What the methods' signatures do not show: bounds of arguments, errors, security and the address."""
    before, after = _keywords(old), _keywords(new)
    subject = _method(new, ast.literal_eval(after["name"]))
    addresses = [_address(one) for one in (before, after)]
    if addresses[0] != addresses[1]:
        yield Change(subject, f"is sent to {addresses[1]} now, was {addresses[0]}", breaking=False)
    earlier, later = (dict(_types(one.get("parameters", "()"))) for one in (before, after))
    hidden = [_secrets(one.get("parameters", "()")) for one in (before, after)]
    for name in sorted(later.keys() & earlier.keys()):
        changes = tightened(Annotation.read(earlier[name]), Annotation.read(later[name]))
        yield from (Change(subject, f"for its argument `{name}`, {text}", tighter) for text, tighter in changes)
        yield from secret_changes(subject, f"its argument `{name}` ", *(name in names for names in hidden))
    errors = [dict(_errors(one.get("answers", "()"))) for one in (before, after)]
    yield from _error_changes(subject, *errors)
    yield from _security_changes(subject, before, after)


def _security_changes(subject: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    """For the operation, and for the bodies that have a security of their own on either side."""
    own = [_body_security(one.get("bodies", "()")) for one in (before, after)]
    general = [one.get("security", "()") for one in (before, after)]
    is_general = any("security" not in others for one in (before, after) for others in _bodies(one))
    shared = set.intersection(*(_classes(one.get("bodies", "()")) for one in (before, after)))
    for body in sorted({*(shared & {*own[0], *own[1]}), *([""] if is_general else ())}):
        alternatives = [ast.literal_eval(own[side].get(body, general[side])) or ((),) for side in (0, 1)]
        if set(alternatives[0]) != set(alternatives[1]):
            fine = set(alternatives[0]) <= set(alternatives[1])
            was, now = map(_security, alternatives)
            what = f"with a `{body}`, " if body else ""
            yield Change(subject, f"{what}is called with {now} now, was with {was}", breaking=not fine)


def _bodies(operation: dict[str, str]) -> list[set[str]]:
    """What each body says beside its type; as one that says nothing where there is none."""
    return [others for _, others in _calls(operation.get("bodies", "()"))] or [set()]


def _classes(bodies: str) -> set[str]:
    """The classes of the bodies."""
    nodes = ast.walk(ast.parse(bodies, mode="eval"))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "models"}


def _body_security(bodies: str) -> dict[str, str]:
    """The source of the security of each body that has one of its own, by name of its class."""
    node = ast.parse(bodies, mode="eval").body
    calls = [item for item in node.elts if isinstance(item, ast.Call)] if isinstance(node, ast.Tuple) else []
    mappings = [one.value for call in calls for one in call.keywords if one.arg == "security"]
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
            yield Change(subject, f"no longer declares the error {status}, whose `.errors` stay empty", breaking=True)
        elif before[status] != after[status]:
            yield Change(subject, f"the error {status} is now {after[status]}, was {before[status]}", breaking=True)


def _address(operation: dict[str, str]) -> str:
    method, server, path = (ast.literal_eval(operation.get(name, "''")) for name in ("method", "server", "path"))
    return f"{method} {server}{path}"


def _method(operation: griffe.Attribute, name: str) -> str:
    """The method that makes the call, with its class."""
    for owner in operation.module.classes.values():
        if any(member.partition("(")[0] == name for member in owner.members) and not owner.name.startswith("Async"):
            return f"{owner.name}.{name}"
    return name


def _security(alternatives: tuple[tuple[str, ...], ...]) -> str:
    return " or ".join(" and ".join(schemes) or "no credentials" for schemes in alternatives)


def _keywords(declaration: griffe.Attribute) -> dict[str, str]:
    """The keyword arguments of the call that it is, each as its source, with the module's constants filled in."""
    node = _Constants(declaration.module).visit(ast.parse(str(declaration.value), mode="eval").body)
    assert isinstance(node, ast.Call)
    return {keyword.arg or "": ast.unparse(keyword.value) for keyword in node.keywords}


class _Constants(ast.NodeTransformer):
    """Puts values in the place of names: operations share what is the same for several."""

    def __init__(self, module: griffe.Module) -> None:
        self._module = module

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Its value, where the module gives it one."""
        member = self._module.members.get(node.id)
        value = member.value if isinstance(member, griffe.Attribute) else None
        return node if value is None else ast.parse(str(value), mode="eval").body

    def visit_Starred(self, node: ast.Starred) -> ast.expr | list[ast.expr]:
        """The items of a tuple that is unpacked."""
        value = self.visit(node.value)
        return value.elts if isinstance(value, ast.Tuple) else node


def _calls(items: str) -> Iterator[tuple[list[str], set[str]]]:
    """The positional arguments of each call in a tuple, each as its source, and the names of the others."""
    node = ast.parse(items, mode="eval").body
    for item in node.elts if isinstance(node, ast.Tuple) else ():
        if isinstance(item, ast.Call):
            yield [ast.unparse(argument) for argument in item.args], {keyword.arg or "" for keyword in item.keywords}


def _types(parameters: str) -> Iterator[tuple[str, str]]:
    """The Python name of each parameter with its type."""
    return ((str(ast.literal_eval(call[0])), call[3]) for call, _ in _calls(parameters) if len(call) > 3)


def _secrets(parameters: str) -> set[str]:
    """The Python names of the parameters that are kept out of texts."""
    return {str(ast.literal_eval(call[0])) for call, others in _calls(parameters) if "secret" in others}


def _errors(answers: str) -> Iterator[tuple[str, str]]:
    """The status of each declared error with the type of its answer."""
    for call, _ in _calls(answers):
        status = str(ast.literal_eval(call[0]))
        if status[0] in "45d":
            yield status, call[2] if len(call) > 2 else "without content"
