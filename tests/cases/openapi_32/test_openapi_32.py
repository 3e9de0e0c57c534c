"""What OpenAPI 3.2 adds: the method QUERY, methods of any name, media types as components."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

import generate
from tests.support.cases import Answer, Case


def test_query(case: Case) -> None:
    """It has a body, as its answer has, of a media type that is a component."""
    answer = Answer(200, b'[{"name": "a"}]')
    sent = case.call(lambda client: client.t.find_things(id="1", name="n"), answer)
    assert (sent.method, sent.target, json.loads(sent.body)) == ("QUERY", "/things/1", {"name": "n"})
    assert isinstance(sent.result[0], case.models.Thing)
    with case.client() as client, pytest.raises(TypeError, match="name"):
        client.t.find_things(id="1")


def test_method_of_any_name(case: Case) -> None:
    """It has the parameters of its path, too."""
    sent = case.call(lambda client: client.t.link_thing(id="1", to="2", session="s"), Answer(204))
    assert (sent.method, sent.target, sent.headers["cookie"]) == ("LINK", "/things/1?to=2", "session=s")


def test_told(tmp_path: Path) -> None:
    """What nothing is made of, at its line."""
    spec = Path(__file__).with_name("spec.yaml")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        generate.main(["--spec", str(spec), "--output", str(tmp_path / "output"), "--format", "json"])
    diagnostics = json.loads(printed.getvalue())["diagnostics"]
    told = [(one["code"], one["position"]["line"]) for one in diagnostics if not one["code"].startswith("no-")]
    assert told == [
        ("not-rendered", 26),
        ("python-name", 27),
        ("not-rendered", 27),
        ("not-rendered", 36),
        ("unused-component", 47),
    ]
