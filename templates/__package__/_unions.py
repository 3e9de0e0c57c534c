"""Unions that no member tells apart: an object is the variant that knows most of its members, at every depth.

It is an object of further variants, too, where these know more of its members (`_combinations.py`).

That is what pydantic does, too, which validates what lies within again for each variant of each union around it. Here a
value is validated once as each variant, so that the time grows with the size of a body, not with a power of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, GetPydanticSchema, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ._checks import UNTAGGED
from ._combinations import agrees, takes_others, united
from ._model import fail_fast, sets_in_order
from ._values import as_described

__all__ = ["described", "told_apart", "validated_once"]

Handler: TypeAlias = Callable[[Any], Any]
Validator: TypeAlias = Callable[[Any, Handler], Any]

_LEVELS = 100  # unions within one another; a validation takes a part of Python's stack for each
_TOO_DEEP: Final = "too_deep_type"
_STRICT = f"{UNTAGGED}strict"
_LENIENT = f"{UNTAGGED}lenient"  # a value that does not fit is left out
#: Choices that no object and no array can be, unless nothing else fits (`any`).
_SCALARS = frozenset(
    "any bool bytes date datetime decimal enum float function-plain int is-instance literal none str time uuid".split()
)


described: Final = GetPydanticSchema(lambda source, handler: as_described(sets_in_order(fail_fast(handler(source)))))
"""For `Annotated`: makes of a union that has a name what classes make of those that stand in them."""


class _Validation(threading.local):
    """What is known of the values that this thread validates at the moment; it never waits while it does."""

    def __init__(self) -> None:
        self.level = 0
        self.outcomes: dict[tuple[int, int], tuple[object, Any]] = {}
        """By validator and value, which is kept, so that no other object gets its identity: a value or an error."""
        self.counts: dict[int, int] = {}
        """How many members are known of results in `outcomes`."""


_now = _Validation()


def validated_once(schema: CoreSchema, validate: Validator = lambda value, handler: handler(value)) -> CoreSchema:
    """Keep what comes of a value until the outermost union is done."""

    def check(value: Any, handler: Handler) -> Any:
        key = (id(check), id(value))
        if key not in _now.outcomes:
            outcome = _outcome(value, handler, validate)
            if not _now.level:
                return _final(outcome)
            _now.outcomes[key] = value, outcome
        return _final(_now.outcomes[key][1])

    return core_schema.no_info_wrap_validator_function(
        check, schema, serialization=core_schema.simple_ser_schema("any")
    )


def _outcome(value: Any, handler: Handler, validate: Validator) -> Any:
    """A result, or why there is none."""
    if _now.level == _LEVELS:
        return PydanticCustomError(_TOO_DEEP, "Input nests too deeply")
    _now.level += 1
    try:
        return validate(value, handler)
    except ValidationError as error:
        return error.with_traceback(None)
    finally:
        _now.level -= 1
        if not _now.level:
            _now.outcomes.clear()
            _now.counts.clear()


def _final(outcome: Any) -> Any:
    if isinstance(outcome, (ValidationError, PydanticCustomError)):
        raise outcome
    return outcome


def told_apart(union: Any) -> CoreSchema:
    """A union in which several choices are objects or arrays, by how many members each knows; any other as it is."""
    choices = [choice[0] if isinstance(choice, tuple) else choice for choice in union["choices"]]
    structured = [choice for choice in choices if choice["type"] not in _SCALARS]
    others = [choice for choice in choices if choice["type"] in _SCALARS]
    if len(structured) < 2 or union.get("mode", "smart") != "smart":
        unnamed: Any = {**union, "choices": [_unnamed(choice) for choice in union["choices"]]}
        whole: CoreSchema = unnamed
        return whole
    fields: dict[str, core_schema.TypedDictField] = {}
    every: list[CoreSchema] = [*structured, *([core_schema.union_schema([*map(_unnamed, others)])] if others else [])]
    for number, choice in enumerate(every):
        lenient = core_schema.with_default_schema(choice, on_error="omit")
        fields[f"{_LENIENT}{number}"] = core_schema.typed_dict_field(lenient, required=False)
        fields[f"{_STRICT}{number}"] = core_schema.typed_dict_field(choice, required=False)
    # Of this object, which is not one of the description, a handler validates the members that it is given.
    return validated_once(core_schema.typed_dict_schema(fields), _Choices(len(structured), len(others)))


def _unnamed(choice: Any) -> Any:
    """A choice that paths do not name, which pydantic calls by how it is validated: `str`, `literal['a','b']`."""
    return choice if isinstance(choice, tuple) else (choice, UNTAGGED)


class _Choices:
    """Validates a value as the choice that fits best."""

    def __init__(self, structured: int, others: int) -> None:
        self._structured = range(structured)
        self._others = range(structured, structured + 1) if others else range(0)
        self._names = [f"{_LENIENT}{choice}" for choice in range(structured + 1)]

    def __call__(self, value: Any, handler: Handler) -> Any:
        is_scalar = value is None or isinstance(value, (str, int, float))
        choices = self._others if is_scalar and self._others else self._structured
        fitting = handler(dict.fromkeys(self._names[choices.start : choices.stop], value))
        if not fitting and not is_scalar:
            fitting = handler(dict.fromkeys(self._names[self._others.start : self._others.stop], value))
        if not fitting:
            return self._in_parts(value, {choice: _misfit(choice, value, handler) for choice in choices}, handler)
        results = [*fitting.values()]
        return _combined(_best(results), results) if value and len(results) > 1 else results[0]

    def _in_parts(self, value: Any, misfits: Mapping[int, ValidationError], handler: Handler) -> Any:
        """The object of classes that each take only the members that they know.

        Raises:
            ValidationError: some member is of no class.
        """
        parts: list[Any] = []
        unknown = {str(name) for name in value} if isinstance(value, Mapping) else set[str]()
        for part, names in self._parts(value, misfits, handler) if unknown else ():
            if agrees(part, parts):
                parts.append(part)
                unknown &= names
        if len(parts) < 2 or unknown:
            raise max(misfits.values(), key=_closeness)
        return united(parts, {})

    def _parts(
        self, value: Mapping[Any, Any], misfits: Mapping[int, ValidationError], handler: Handler
    ) -> Iterator[tuple[Any, set[str]]]:
        """The object of each class without the members that this class does not know, and their names."""
        for choice, names in ((choice, _unknown_names(error)) for choice, error in misfits.items()):
            if names:
                own = {name: item for name, item in value.items() if name not in names}
                parts = handler({f"{_LENIENT}{choice}": own}).values()
                yield from ((part, names) for part in parts if takes_others(part))


def _combined(best: Any, results: list[Any]) -> Any:
    """The best result, with those members that only other results know."""
    left = _extra(best)
    if not left:
        return best
    unknown = left.keys()
    # The cheapest question first: for nearly every object, no other result knows what the best one does not.
    others = [other for other in results if not unknown <= _extra(other).keys()]
    return _joined(best, others, results) if others and takes_others(best) else best


def _joined(best: Any, others: list[Any], results: list[Any]) -> Any:
    """The best result and those others that add members to it, in the order of the results."""
    left, parts = _extra(best), [best]
    for other in filter(takes_others, others):
        if not left.keys() <= _extra(other).keys() and agrees(other, parts):
            parts.append(other)
            left = {name: item for name, item in left.items() if name in _extra(other)}
    return united([result for result in results if any(result is part for part in parts)], left)


def _extra(result: Any) -> dict[str, Any]:
    return getattr(result, "__pydantic_extra__", None) or {}


def _unknown_names(error: ValidationError) -> set[str]:
    """The names of the members that a class does not know, where nothing else is wrong."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    is_all = all(detail["type"] == "extra_forbidden" and len(detail["loc"]) == 2 for detail in errors)
    return {str(detail["loc"][-1]) for detail in errors} if is_all else set()


def _misfit(choice: int, value: Any, handler: Handler) -> ValidationError:
    try:
        handler({f"{_STRICT}{choice}": value})
    except ValidationError as error:
        return error
    raise AssertionError  # it did not fit before


def _closeness(error: ValidationError) -> tuple[bool, int]:
    """How far a value is as this choice says, which most likely is the one that is meant."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return first["type"] in (_TOO_DEEP, "recursion_loop"), len(first["loc"])


def _best(results: list[Any]) -> Any:
    counts = [_known(result) for result in results]
    best = results[counts.index(most := max(counts))]
    _now.counts[id(best)] = most
    return best


def _known(result: Any) -> int:
    """How many members of a result the description knows, at every depth."""
    counts = _now.counts
    count, pending = 0, [result]
    while pending:
        value = pending.pop()
        if id(value) in counts:
            count += counts[id(value)]
        elif isinstance(value, BaseModel):
            members = vars(value)
            items = [members[name] for name in value.__pydantic_fields_set__ if name in members]
            count += len(items)
            pending += items
        elif isinstance(value, (list, dict)):
            pending += value if isinstance(value, list) else value.values()
    return count
