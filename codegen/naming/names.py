"""Python names for what a description names, and for what it leaves without a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from codegen.description.numbers import Numbers
from codegen.description.operations import Operation
from codegen.naming.packages import DEVICES
from codegen.naming.reserved import imported, methods
from codegen.naming.spelling import PREFIX, ClassName, PythonIdentifier, kebab_case, snake_case

#: Words that a split at capitals would tear apart: `OAuth2` is one word, not `o_auth_2`, and `IDs` is not `i_ds`.
_MIXED_CASE = re.compile(
    "((?:OAuth|(?<![A-Za-z])oAuth)(?:2(?![0-9]))?|OpenID|OpenAPI|GraphQL|GitHub|GitLab|PayPal|iOS|macOS|IPv[46]|WebAuthn"
    "|[A-Z]{2,}s)(?![a-z])"
)

#: Bytes of a module's name; file systems allow 255, and the names of files are a little longer.
MAX_MODULE = 100


#: What modules of models import: a class of that name would hide it from those after it, and so would a field.
_IN_MODELS = imported("models.py.jinja", "models/__home__.py.jinja")

#: What modules of operations import: in the class of a tag, a method of that name would hide it from those after it.
_IN_OPERATIONS = imported("api/__tag__.py.jinja")

#: What clients have for any API: the operations of a tag are an attribute beside these.
_OF_CLIENTS = methods("_client.py")

#: The arguments that every method of an operation has.
NOT_FOR_ARGUMENTS = frozenset("self timeout total_timeout max_retries extra_headers content_type into".split())

#: Ends the name of a method's twin, which returns the status code and the headers too.
TWIN = "_with_http_info"

_MODEL = (
    "computed_fields config construct copy dump dump_json extra fields fields_set json_schema parametrized_name "
    "post_init rebuild validate validate_json validate_strings".split()
)

#: Attributes of pydantic's BaseModel, which warns of fields that hide one.
_OF_MODELS = frozenset(
    "construct copy dict fields_set from_orm json mro parse_file parse_obj parse_raw register "
    "schema schema_json update_forward_refs validate".split()
    + [f"model_{name}" for name in _MODEL]
)
#: What no field can be called.
_NOT_FOR_FIELDS = _IN_MODELS | _OF_MODELS


@cache
def identifier(name: str) -> str:
    """The name in snake case, as an identifier that is no keyword."""
    separated = re.sub(r"[^\w\s.-]+(?=.)", " ", _without_accents(name))  # the parser would join `a[b]` to `ab`
    if _MIXED_CASE.search(separated):
        parts = enumerate(_MIXED_CASE.split(separated))  # each second one is a word
        separated = "_".join(part.lower() if index % 2 else snake_case(part) for index, part in parts).strip("_")
    return PythonIdentifier(separated, PREFIX)


def module(tag: str) -> str:
    """The name of a tag's module, which is a file on any system."""
    python = identifier(tag).encode()[:MAX_MODULE].decode(errors="ignore")
    return f"{python}_" if python in DEVICES else python


def attribute(module_name: str) -> str:
    """The name of a client's attribute with the operations of the tag that has this module."""
    return f"{module_name}_" if module_name in _OF_CLIENTS else module_name


def method(name: str) -> str:
    """The name as that of a method."""
    python = identifier(name)
    return f"{python}_" if python in _IN_OPERATIONS else python


def argument(name: str) -> str:
    """The name as that of a parameter's argument."""
    python = identifier(name)
    return f"{python}_" if python in NOT_FOR_ARGUMENTS else python


def member(name: str) -> str:
    """The name as that of a model's field."""
    python = identifier(name)
    return f"{python}_" if python in _NOT_FOR_FIELDS else python


def members(wire_names: Iterable[str]) -> dict[str, str]:
    """The names of one model's fields, by their names on the wire.

    Valid identifiers come first; later duplicates get a number.
    """
    names, numbers = {name: member(name) for name in wire_names}, Numbers()
    return {name: numbers.take(names[name]) for name in sorted(names, key=lambda name: name != names[name])}


def class_name(parts: Iterable[str]) -> str:
    """The words as a class name that the parser leaves as it is, and that no field can have."""
    return _class_name("".join(part[:1].upper() + part[1:] for part in parts if part))


@cache
def _class_name(words: str) -> str:
    joined = _without_accents(words)
    name = _stable_class_name(joined) or _stable_class_name(_with_code_points(joined)) or PREFIX.capitalize()
    return f"{name}Model" if name in _IN_MODELS or identifier(name) == name else name


def _stable_class_name(name: str) -> str | None:
    """The class name that the parser makes of the name and leaves as it is; None if it never does."""
    for _ in range(4):
        if (changed := ClassName(name, PREFIX)) == name:
            return str(changed)
        name = changed
    return None


def _without_accents(name: str) -> str:
    """The name with plain Latin letters: the parser splits words at accented ones, `gr_öß_e`."""
    if name.isascii():
        return name
    decomposed = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain if plain.isascii() else unicodedata.normalize("NFKC", name)  # as Python reads identifiers


def _with_code_points(name: str) -> str:
    """The name with code points in place of letters that are not ASCII."""
    return "".join(letter if letter.isascii() else f"U{ord(letter):X}" for letter in name)


def unknown_variant(discriminator: str) -> str:
    """The name of the class that type checkers take unknown variants for, by the member that tells variants apart."""
    return class_name(["Unknown", *words(discriminator)])


def words(name: str) -> list[str]:
    """The words of a name, a title or a JSON pointer; of a pointer without those that most pointers have."""
    parts = [part for part in re.split(r"[^\w]+|_", name) if part]
    if not name.startswith("#/"):
        return parts
    return [part for part in parts if part not in ("components", "schemas", "properties", "paths", "schema")] or parts


def _path_words(path: str) -> list[str]:
    """The words of a path, with `by` before its parameters: `/pets/{id}` is not `/pets/id`."""
    spoken = re.sub(r"{([^}]*)}", r" by \1 ", path)
    return [word for word in re.split(r"\W+|_", spoken) if word]


def method_name(operation: Operation) -> str:
    """The name of an operation's method: its `operationId`, else its method and path."""
    operation_id = operation.data.get("operationId")
    if isinstance(operation_id, str) and operation_id:
        return method(operation_id)
    return method(" ".join([operation.method, *_path_words(operation.path)]))


def operation_names(operations: Iterable[Operation]) -> dict[str, str]:
    """The names of methods, by the pointers of operations. Each method has a twin, see `TWIN`.

    Under one tag, valid identifiers come first, then explicit `operationId`s; later duplicates get a number.
    """
    wanted = {operation.pointer: (method_name(operation), operation) for operation in operations}
    by_tag: dict[str, Numbers] = {}
    return {
        pointer: by_tag.setdefault(module(operation.tag), Numbers()).take(name, ("", TWIN))
        for pointer, (name, operation) in sorted(wanted.items(), key=_precedence)
    }


def _precedence(entry: tuple[str, tuple[str, Operation]]) -> tuple[bool, bool]:
    name, operation = entry[1]
    operation_id = operation.data.get("operationId")
    return operation_id != name, not operation_id


def distribution(title: str) -> str:
    """The name of the distribution, where the description has no `x-python.distribution`."""
    plain = re.sub("[^a-z0-9]+", "-", kebab_case(_without_accents(title))).strip("-")  # it also stands in User-Agent
    return f"{plain or 'api'}-client"


def prefixes(tags: Mapping[str, str]) -> dict[str, str]:
    """What the names of tags' classes begin with, by module, as `tags` are.

    Valid identifiers come first; later duplicates get a number.
    """
    wanted = {module: prefix(tag) for module, tag in tags.items()}
    taken = Names()
    return {
        module: taken.take(wanted[module])
        for module in sorted(wanted, key=lambda module: wanted[module] != tags[module])
    }


def prefix(tag: str) -> str:
    """What the names of a tag's classes begin with. `AsyncPets` would be the asynchronous class of `Pets`."""
    name = class_name(words(tag)).encode()[:MAX_MODULE].decode(errors="ignore")  # the name of a page, too
    return re.sub(r"^Async(?![a-z])", "Asynchronous", name)


@dataclass
class Names:
    """Class names in use, of which no two differ in case only: some file systems cannot tell these apart."""

    numbers: Numbers = field(default_factory=lambda: Numbers(separator="", fold=str.lower))

    def choose(self, components: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Components with their class names.

        Valid class names come first, so that adding a component never renames another.
        """
        names = {name: class_name(words(name)) for name in components}
        for name in sorted(names, key=lambda name: name != names[name]):
            yield name, self.take(names[name])

    def take(self, name: str) -> str:
        """The name, with a number if it is in use."""
        return self.numbers.take(name)
