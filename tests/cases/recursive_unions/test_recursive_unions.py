"""Unions that hold themselves, in any number of variants: a validator can be built wherever a program stands."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import Answer, Case

BODY: dict[str, Any] = {
    "part": {"kind": "Part3", "parts": [{"kind": "Part59", "parts": [{"kind": "Part0"}]}, {"kind": "Part7"}]},
    "either": {"branches": [{"leaf": 1}, {"branches": []}]},
}
#: What is done in a process of its own, which has built nothing yet, as deep down as the stack allows.
PROGRAM = """
import json, sys
import case_recursive_unions as package
from case_recursive_unions import models
from case_recursive_unions.api.default import _PUT_PART as operation

def use(left):
    return use(left - 1) if left else {use}

body = sys.argv[1]
print(use(sys.getrecursionlimit() - {left}))
"""
USES = {
    "answer": 'operation.decoders["200"].decode(body.encode(), {}, 0.0).part.parts[0].parts[0].kind',
    "request": "operation.prepare(json.loads(body)).content == body.encode()",
    "class": "models.Part3.model_validate_json(json.dumps(json.loads(body)['part'])).parts[0].parts[0].kind",
    "object": "models.Part3(kind='Part3', parts=[{'kind': 'Part0'}]).parts[0].kind",
}


@pytest.mark.parametrize("use", USES)
def test_from_any_depth(case: Case, use: str) -> None:
    """Answers, requests and objects."""
    folder = Path(case.package.__path__[0]).parent
    program = PROGRAM.format(use=USES[use], left=120)
    command = [sys.executable, "-W", "error", "-c", program, json.dumps(BODY, separators=(",", ":"))]
    result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert result.stdout.strip() in ("Part0", "True"), result.stderr[-2000:]


def test_one_definition(case: Case) -> None:
    """Each union is written and built once for each direction, however many variants hold it."""
    models = importlib.import_module(f"{case.package.__name__}.models")
    source = Path(models.__file__ or "").read_text(encoding="utf-8")
    names = Counter(re.findall(r"\bPart[0-9]+\b", source))
    assert max(names.values()) < 10
    models.Holder.model_rebuild()
    kinds = Counter(part.get("type") for part in _parts(models.Holder.__pydantic_core_schema__))
    assert kinds["tagged-union"] == 2  # of JSON, and of values of Python


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            yield part
        pending += part.values() if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else ()


def test_both_ways(case: Case) -> None:
    """Every variant is read as its own class, and sent as it was read."""
    sent = case.call(lambda client: client.default.put_part(**BODY), Answer(200, json.dumps(BODY).encode()))
    assert json.loads(sent.body) == BODY
    read = sent.result
    assert type(read.part.parts[0]).__name__ == "Part59"
    assert type(read.either.branches[0]).__name__ == "Leaf"
    again = case.call(lambda client: client.default.put_part(part=read.part, either=read.either), Answer(200, b"{}"))
    assert json.loads(again.body) == BODY
