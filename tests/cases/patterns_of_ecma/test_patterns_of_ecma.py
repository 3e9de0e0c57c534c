"""`pattern` is a regular expression of ECMA-262, which Python and Rust read differently."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import Case

ACCEPTED: dict[str, list[Any]] = {
    "a": ["a"],
    "d": ["12"],
    "w": ["a_1"],
    "q": ["a'-b \ufeff\u2028"],
    "z": ["-", "_"],
    "t": ["ab"],
    "p": ["é"],
    "n": ["2020-2020"],
    "u": ["一"],
    "cc": ["a-b.c@d.ef"],
    "possessive": ["a{,3}"],
    "dollar": ["$1"],
    "emp": ["", "a\nb"],
    "cx": ["\n"],
    "pat": [1, "ab"],
    "items": [["1", "2"]],
    "ahead": ["a-"],
    "slow": ["aaa"],
}
REFUSED: dict[str, list[Any]] = {
    "a": ["ab\n", "A"],
    "d": ["12\n", "१२"],
    "w": ["é"],
    "q": ["é"],
    "z": ["", "+"],
    "t": ["ab\n"],
    "p": ["1"],
    "n": ["2020-2021"],
    "slash": ["abc"],
    "u": ["a"],
    "cc": ["a@b"],
    "possessive": ["aaa"],
    "dollar": ["1"],
    "e2": ["a", ""],
    "cx": ["J"],
    "pat": ["zz"],
    "items": [["1", "a"]],
    "ahead": ["-a", "a\n"],
    "slow": ["a" * 60 + "!"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ACCEPTED.items() for value in values])
def test_accepted(case: Case, name: str, value: Any) -> None:
    """Texts that match."""
    case.call(lambda client: client.default.get_g(**{name: value}))


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_refused(case: Case, name: str, value: Any) -> None:
    """Texts that do not; the time grows with the length of the text."""
    with case.client() as client, pytest.raises(ValueError, match=f"^{name}"):
        client.default.get_g(**{name: value})
