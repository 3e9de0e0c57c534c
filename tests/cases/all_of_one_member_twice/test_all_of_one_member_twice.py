"""A member that several parts of `allOf` describe is all that they say (JSON Schema 2020-12, core, 10.2.1.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cases import Answer, Case

VALUES: dict[str, Any] = {
    "attributes": {"name": "n", "score": 1.5},
    "deep": {"a": {"b": {"x": 1, "y": "b"}}},
    "items": [{"x": 1, "y": "b"}],
    "table": {"k": {"x": 1, "y": "b"}},
    "refs": {"name": "n", "score": 1, "owner": {"name": "o", "score": 2, "owner": {"name": "p", "score": 3}}},
    "tree": {"label": "l", "mark": 1, "below": [{"label": "m", "mark": 2, "below": [{"mark": 3}]}]},
    "heir": {"name": "n", "rank": 1},
    "alike": {"name": "n"},
    "narrow": 9,
    "choice": {"score": 1, "id": "i"},
    "kind": "c",
    "number": 9,
    "thrice": {"name": "n", "score": 1, "third": True, "owner": {"name": "o", "score": 2}},
}
#: What does not fit, and the path to what is wrong.
MISFITS: list[tuple[str, Any, str]] = [
    ("attributes", {"score": 1.5}, "name"),
    ("deep", {"a": {"b": {"x": 1}}}, "a.b.y"),
    ("deep", {"a": {}}, "a.b"),
    ("items", [{"y": "b"}], "0.x"),
    ("items", [{"x": 1, "y": 2}], "0.y"),
    ("table", {"k": {"y": "b"}}, "k.x"),
    (
        "refs",
        {"name": "n", "score": 1, "owner": {"name": "n", "score": 1, "owner": {"name": "n"}}},
        "owner.owner.score",
    ),
    ("tree", {"below": [{"below": [{"mark": "x"}]}]}, "below.0.below.0.mark"),
    ("tree", {"below": [{"below": [{"label": 1}]}]}, "below.0.below.0.label"),
    ("heir", {"rank": 1}, "name"),
    ("narrow", "text", ""),
    ("number", 1.5, ""),
    ("thrice", {"name": "n", "third": True}, "score"),
]


@pytest.mark.parametrize("member", VALUES)
def test_both_ways(case: Case, member: str) -> None:
    """All members, at every depth, are attributes, and are sent as they are given and as they were read."""
    value = {member: VALUES[member]}
    given = case.call(lambda client: client.t.r(**value), Answer(200, json.dumps(value).encode()))
    assert (json.loads(given.body), _read(getattr(given.result, member))) == (value, VALUES[member])
    back = case.call(
        lambda client: client.t.r(**{member: getattr(given.result, member)}), Answer(200, json.dumps(value).encode())
    )
    assert json.loads(back.body) == value


def _read(value: Any) -> Any:
    """Objects as what their classes declare; whatever else they hold is missing."""
    if isinstance(value, list):
        return [_read(item) for item in value]
    if isinstance(value, dict):
        return {name: _read(item) for name, item in value.items()}
    if hasattr(value, "model_fields_set"):
        declared = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        return {name: _read(item) for name, item in declared.items()}
    return value


@pytest.mark.parametrize(("member", "value", "path"), MISFITS)
def test_misfits(case: Case, member: str, value: Any, path: str) -> None:
    """Neither in an answer nor in a request."""
    body = json.dumps({member: value}).encode()
    error = case.error(lambda client: client.t.r(number=2), Answer(200, body))
    assert type(error) is case.package.InvalidResponseError
    with case.client() as client, pytest.raises(case.package.InvalidRequestError) as caught:
        client.t.r(**{member: value})
    assert str(caught.value).startswith(".".join(filter(None, (member, path))))


@pytest.mark.parametrize(
    ("member", "value"),
    [("narrow", 10), ("number", 0), ("number", 10), ("kind", "a"), ("kind", "d"), ("tree", {"below": [{}, {}, {}]})],
)
def test_limits(case: Case, member: str, value: Any) -> None:
    """The narrower ones, in requests."""
    with case.client() as client, pytest.raises(case.package.InvalidRequestError, match=f"^{member}"):
        client.t.r(**{member: value})


@pytest.mark.parametrize(
    "value",
    [
        {"either": {"x": 1, "y": "y"}, "attributes": VALUES["attributes"]},
        {"either": {"x": 1, "z": "z"}},
        {"nothing": None, "either": {"x": 1}, "attributes": VALUES["attributes"]},
    ],
)
def test_variants(case: Case, value: dict[str, Any]) -> None:
    """Each with what the parts beside the union say."""
    sent = case.call(lambda client: client.t.u(body=value), Answer(200, json.dumps(value).encode()))
    assert (json.loads(sent.body), _read(sent.result)) == (value, value)


@pytest.mark.parametrize("value", [{"either": {"x": 1}}, {"either": "text"}, {"either": {"x": "x", "y": "y"}}, {}])
def test_no_variant(case: Case, value: dict[str, Any]) -> None:
    """Also not one that contradicts what stands beside the union."""
    error = case.error(lambda client: client.t.u(body={"nothing": None}), Answer(200, json.dumps(value).encode()))
    assert type(error) is case.package.InvalidResponseError
    with case.client() as client, pytest.raises(case.package.InvalidRequestError):
        client.t.u(body=value)


def test_classes(case: Case) -> None:
    """None where a part adds nothing to a component, or is an heir of it; none that nothing needs."""
    models = case.models
    result = case.call(
        lambda client: client.t.r(number=2),
        Answer(200, json.dumps({"heir": VALUES["heir"], "alike": VALUES["alike"]}).encode()),
    ).result
    assert (type(result.heir), type(result.alike)) == (models.Heir, models.Named)
    numbered = [name for name in dir(models) if name[-1].isdigit() and not name[:-1].endswith("Option")]
    assert numbered == []
