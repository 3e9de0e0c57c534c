"""Variants of `oneOf`: where one takes all that another takes, values that fit both are sent, and a warning tells."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

import generate
from tests.support.cases import Case

SPEC = Path(__file__).parent / "spec.yaml"
#: Values that fit several variants, or the one that another takes all values of.
SENT: dict[str, list[Any]] = {
    "optional": [{"a": "x"}, {"b": "x"}, {"a": "x", "b": "y"}],
    "heirs": [{"name": "n", "hunts": True}, {"name": "n", "barks": True}],
    "listed": ["x", "z"],
    "number": [1, 1.5],
    "twice": [{"a": "x"}],
    "nothing": [None, {"a": "x"}],
    "texts": ["text"],
    "closed": [{"a": "x"}, {"c": "x"}],
}
APART: dict[str, list[Any]] = {
    "bounds": [4, 5.5],
    "required": [{"x": 1}, {"y": 1}],
    "constants": [{"kind": "k1", "n": 1}],
}
REFUSED = [("bounds", 5), ("required", {"x": 1, "y": 1}), ("optional", {"a": 1}), ("listed", 1)]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in (SENT | APART).items() for value in values]
)
def test_sent(case: Case, name: str, value: Any) -> None:
    """As it is."""
    assert json.loads(case.call(lambda client: client.t.r(**{name: value})).body) == {name: value}


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refused(case: Case, name: str, value: Any) -> None:
    """What fits no variant, and what fits several that each have values of their own."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{name}"):
        client.t.r(**{name: value})


def test_told(tmp_path: Path) -> None:
    """At the line of each union of a request; of answers, types alone are checked."""
    options = ["--spec", str(SPEC), "--output", str(tmp_path / "output"), "--format", "json"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert generate.main(options) == 0
    lines = SPEC.read_text(encoding="utf-8").splitlines()
    told = [one for one in json.loads(printed.getvalue())["diagnostics"] if one["code"] == "not-rendered"]
    assert [lines[one["position"]["line"] - 1].split()[0] for one in told] == [f"{name}:" for name in SENT]
    assert {one["message"].partition(", ")[2] for one in told} == {"so the client lets values fit several"}
