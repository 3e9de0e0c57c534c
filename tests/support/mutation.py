"""Descriptions that are nearly one: mutations of data, and strings that try to become something else."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, cast

Path = tuple[str | int, ...]

#: Each tries to leave the place that it is put in: a string, a docstring, a comment, a table, a link, a path, a line.
HOSTILE = (
    '"""; import os; os._exit(13) #',
    "'''\nimport os\nos._exit(13)\n'''",
    "\\",
    '\\"',
    "x\\",
    '"',
    "'",
    "{{ 7 * 7 }}{% raw %}",
    "{__import__('os')._exit(13)}",
    "%(x)s %s {} {0!r}",
    "| a | b |\n| --- | --- |\n# heading\n```\n",
    "<script>alert(1)</script> -->",
    "](javascript:alert(1)) [x",
    '"]\n[tool.evil]\nx = "',
    "../../../../tmp/evil",
    "/etc/evil",
    "C:\\evil\x7f",
    "\r\n\x0b\x0c\x1c\u2028\u2029\x85",
    "\u202eevil\u200b\ufeff",
    "class",
    "None",
    "__class__",
    "self",
    "import",
    "print",
    "\N{LATIN SMALL LIGATURE FI}le \N{MATHEMATICAL BOLD SMALL A}",
    "\N{ARABIC-INDIC DIGIT THREE}x",
    "9 lives",
    "",
    " ",
    "a" * 300,
    "#/components/schemas/",
    "$ref",
    "1e999",
    "2023-13-45",
    'application/json; charset="',
)
_VALUES: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 10**30, "", "text", [], {}, [None], [{}], {"a": 1}, {"": {}})


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value but the root."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in cast("Iterator[tuple[str | int, Any]]", iter(items)):
        yield (*path, key)
        yield from places(value, (*path, key))


def at(data: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        data = data[step]
    return data


def mutated(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one thing changed."""
    changed = copy.deepcopy(data)
    path = chance.choice(list(places(changed)))
    chance.choice(MUTATIONS)(changed, path, chance)
    return changed


def misspelt(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Copies with one key, or one text without a space, that lacks its middle letter; each after its place."""
    for path in places(data):
        owner, name = at(data, path[:-1]), path[-1]
        if isinstance(name, str) and (wrong := _misspelt(name)) not in owner:
            changed = copy.deepcopy(data)
            inner = at(changed, path[:-1])
            members = [(wrong if key == name else key, value) for key, value in inner.items()]
            inner.clear()
            inner.update(members)
            yield "/".join(map(str, path)), changed
        if isinstance(text := at(data, path), str) and " " not in text and _misspelt(text) != text:
            changed = copy.deepcopy(data)
            at(changed, path[:-1])[name] = _misspelt(text)
            yield f"{'/'.join(map(str, path))}: {text}", changed


def _misspelt(word: str) -> str:
    letters = [index for index, letter in enumerate(word) if letter.isalpha()]
    middle = letters[len(letters) // 2] if len(letters) > 2 else len(word)
    return word[:middle] + word[middle + 1 :]


def _delete(data: Any, path: Path, chance: random.Random) -> None:
    del at(data, path[:-1])[path[-1]]


def _duplicate(data: Any, path: Path, chance: random.Random) -> None:
    owner, value = at(data, path[:-1]), copy.deepcopy(at(data, path))
    if isinstance(owner, list):
        owner.append(value)
    else:
        owner[chance.choice([f"{path[-1]}2", str(path[-1]).upper(), str(path[-1]).replace("-", "_")])] = value


def _retype(data: Any, path: Path, chance: random.Random) -> None:
    at(data, path[:-1])[path[-1]] = copy.deepcopy(chance.choice(_VALUES))


def _rename(data: Any, path: Path, chance: random.Random) -> None:
    owner = at(data, path[:-1])
    if isinstance(owner, dict):
        keys = [str(place[-1]) for place in places(data)]
        name = chance.choice([chance.choice(keys), chance.choice(HOSTILE)])
        owner[name] = owner.pop(path[-1])


def _nest(data: Any, path: Path, chance: random.Random) -> None:
    value = at(data, path)
    at(data, path[:-1])[path[-1]] = chance.choice([[value], {str(path[-1]): value}, {"allOf": [value]}])


def _graft(data: Any, path: Path, chance: random.Random) -> None:
    at(data, path[:-1])[path[-1]] = copy.deepcopy(at(data, chance.choice(list(places(data)))))


def _swap(data: Any, path: Path, chance: random.Random) -> None:
    scalars = [place for place in places(data) if not isinstance(at(data, place), dict | list)]
    place = chance.choice(scalars)
    at(data, place[:-1])[place[-1]] = chance.choice(HOSTILE)


MUTATIONS: tuple[Callable[[Any, Path, random.Random], None], ...] = (
    _delete,
    _duplicate,
    _retype,
    _rename,
    _nest,
    _graft,
    _swap,
)
