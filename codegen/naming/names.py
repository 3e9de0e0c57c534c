"""Python names for what the description names, and for what it leaves without one."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from codegen.naming.spelling import PREFIX, ClassName, PythonIdentifier, kebab_case, snake_case

#: Words that a split at capitals would tear apart: `OAuth` is one word, not `o_auth`.
_MIXED_CASE = re.compile("OAuth|OpenID|OpenAPI|GraphQL|GitHub|GitLab|PayPal|iOS|macOS|IPv4|IPv6|WebAuthn")

#: What models.py imports or pydantic needs: a model of that name would hide it.
_NOT_FOR_CLASSES = frozenset(
    "Annotated Any Field File Literal Model RequestModel TypeAlias UNSET UnknownVariant Unset".split()
)

#: What every method of an operation takes anyway.
NOT_FOR_ARGUMENTS = frozenset("self timeout total_timeout max_retries content_type".split())

#: What the name of a method's twin ends in.
TWIN = "_with_http_info"

_MODEL = (
    "computed_fields config construct copy dump dump_json extra fields fields_set json_schema parametrized_name "
    "post_init rebuild validate validate_json validate_strings".split()
)

#: Attributes of pydantic's BaseModel, which warns of a field that hides one; and what a module of models uses itself.
_NOT_FOR_FIELDS = frozenset(
    "construct copy datetime dict fields_set from_orm json mro parse_file parse_obj parse_raw register schema "
    "schema_json update_forward_refs uuid validate wire".split()
    + [f"model_{name}" for name in _MODEL]
)


@cache
def identifier(value: str) -> str:
    """`value` as a snake_case name."""
    spoken = re.sub(r"[^\w\s.-]+(?=.)", " ", _plain(value))  # the parser would drop brackets and join what they part
    return PythonIdentifier(_MIXED_CASE.sub(lambda match: match[0].capitalize(), spoken), PREFIX)


def argument(value: str) -> str:
    """`value` as the name of an argument."""
    name = identifier(value)
    return f"{name}_" if name in NOT_FOR_ARGUMENTS else name


def member(value: str) -> str:
    """`value` as the name of a model's field."""
    name = identifier(value)
    return f"{name}_" if name in _NOT_FOR_FIELDS else name


def class_name(parts: Iterable[str]) -> str:
    """Words as a class name that the parser leaves as it is."""
    written = _plain("".join(part[:1].upper() + part[1:] for part in parts if part))
    name = _settled(written) or _settled(_numbered(written)) or PREFIX.capitalize()
    return f"{name}Model" if name in _NOT_FOR_CLASSES else name


def _settled(name: str) -> str | None:
    """`name` as the parser makes a class name of it, again and again; None where it never comes to rest."""
    for _ in range(4):
        if (again := ClassName(name, PREFIX)) == name:
            return str(again)
        name = again
    return None


def _plain(name: str) -> str:
    """Latin letters without their accents: the parser splits words at accented ones, `gr_öß_e`."""
    if name.isascii():
        return name
    decomposed = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain if plain.isascii() else unicodedata.normalize("NFKC", name)  # as Python reads names


def _numbered(name: str) -> str:
    """With numbers for the letters that have no plain form."""
    return "".join(letter if letter.isascii() else f"U{ord(letter):X}" for letter in name)


def words(value: str) -> list[str]:
    """The words of a name, a title or a JSON pointer; of a pointer only those that tell it from others."""
    parts = [part for part in re.split(r"[^\w]+|_", value) if part]
    if not value.startswith("#/"):
        return parts
    return [part for part in parts if part not in ("components", "schemas", "properties", "paths", "schema")] or parts


def path_words(path: str) -> list[str]:
    """The words of a path; a parameter is told from a fixed segment of the same name."""
    spoken = re.sub(r"{([^}]*)}", r" by \1 ", path)
    return [word for word in re.split(r"\W+|_", spoken) if word]


def method_name(operation_id: object, method: str, path: str) -> str:
    """The name of an operation's method: its `operationId`, or made of its path where it has none."""
    given = isinstance(operation_id, str) and operation_id
    return identifier(str(operation_id) if given else " ".join([method, *path_words(path)]))


def operation_names(given: Mapping[str, tuple[str, object, str, str]]) -> dict[str, str]:
    """Names of methods by pointer; tag, `operationId`, method and path are given.

    Who is written as Python has it keeps the name, then whoever has an `operationId`; others of that name under that
    tag get a number. Each method has a twin.
    """
    wanted = {at: method_name(given_id, method, path) for at, (_, given_id, method, path) in given.items()}
    taken: dict[str, set[str]] = {}
    names = {}
    for at in sorted(given, key=lambda at: (given[at][1] != wanted[at], not given[at][1])):
        own = taken.setdefault(identifier(given[at][0]), set())
        names[at] = next(free for free in numbered(wanted[at]) if not {free, free + TWIN} & own)
        own |= {names[at], names[at] + TWIN}
    return names


def numbered(name: str, joint: str = "_") -> Iterator[str]:
    """The name, and then with numbers."""
    yield name
    yield from (f"{name}{joint}{number}" for number in itertools.count(2))


def distribution(title: str) -> str:
    """A name for the distribution where the description has none (`x-python.distribution`)."""
    plain = re.sub("[^a-z0-9]+", "-", kebab_case(_plain(title))).strip("-")  # it also stands in User-Agent
    return f"{plain or 'api'}-client"


def casings(wire: str) -> list[str]:
    """`wire` in the other casings that a server may answer in: kebab, camel, snake."""
    snake = snake_case(wire)
    first, *rest = snake.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    return [casing for casing in dict.fromkeys((kebab_case(wire), camel, snake)) if casing != wire]


def members(wires: Iterable[str]) -> dict[str, str]:
    """Names of one model's fields. Who is written as Python has it keeps it, others of the same name get a number."""
    names = {wire: member(wire) for wire in wires}
    taken: dict[str, str] = {}
    for wire in sorted(names, key=lambda wire: wire != names[wire]):
        taken[next(name for name in numbered(names[wire]) if name not in taken)] = wire
    return {wire: name for name, wire in taken.items()}


def prefixes(tags: Mapping[str, str]) -> dict[str, str]:
    """What the classes of tags begin with, by module."""
    names = {module: prefix(tag) for module, tag in tags.items()}
    taken = Names()
    return {module: taken.take(names[module]) for module in sorted(names, key=lambda one: names[one] != tags[one])}


def prefix(tag: str) -> str:
    """What the classes of a tag begin with. `AsyncPets` would be the asynchronous class of `Pets`."""
    return re.sub(r"^Async(?![a-z])", "Asynchronous", class_name(words(tag)))


@dataclass
class Names:
    """Class names in use."""

    taken: set[str] = field(default_factory=set)

    def choose(self, given: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Names for all components. Who is written as a class name keeps it; so a newcomer renames nobody else."""
        names = {name: class_name(words(name)) for name in given}
        for name in sorted(names, key=lambda name: name != names[name]):
            yield name, self.take(names[name])

    def take(self, name: str) -> str:
        """`name`, or with a number where it is in use. Two names that differ by case only are one on some systems."""
        free = next(free for free in numbered(name, "") if free.lower() not in self.taken)
        self.taken.add(free.lower())
        return free
