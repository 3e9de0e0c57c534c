"""What operations of one tag have in common: their module defines it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup as Code

from codegen.description.numbers import Numbers

from .api import Answer, Operation, Parameter, Shared, constant
from .types import Words


def shared(operations: Sequence[Operation]) -> Shared:
    """The definitions that several operations have, under names that none of the operations has."""
    numbers = Numbers({str(operation.constant) for operation in operations})
    parameters = {
        parameter: _take(constant(parameter.argument.name), numbers) for parameter in _shared_parameters(operations)
    }
    errors_constant = _take(constant("errors"), numbers)
    words = {words: _take(constant(name), numbers) for words, name in _shared_words(operations).items()}
    return Shared(parameters, _shared_errors(operations), errors_constant, words)


def _shared_parameters(operations: Sequence[Operation]) -> list[Parameter]:
    counts = Counter(parameter.definition for operation in operations for parameter in operation.parameters)
    return [definition for definition, count in counts.items() if count > 1]


def _shared_words(operations: Sequence[Operation]) -> dict[Words, Code]:
    """Each with the name of the first argument that has them."""
    names: dict[Words, list[Code]] = {}
    for operation in operations:
        for name, words in operation.words.items():
            names.setdefault(words, []).append(name)
    return {words: used[0] for words, used in names.items() if len(used) > 1}


def _shared_errors(operations: Sequence[Operation]) -> tuple[Answer, ...]:
    """The most frequent ones only: a second constant would need a name that tells them apart."""
    counts = Counter(operation.last_errors for operation in operations if len(operation.last_errors) > 1)
    errors, count = next(iter(counts.most_common(1)), ((), 0))
    return errors if count > 1 else ()


def _take(name: Code, numbers: Numbers) -> Code:
    return Code(numbers.take(str(name)))
