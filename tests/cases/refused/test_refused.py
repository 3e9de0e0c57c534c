"""Descriptions of others with one defect each: all operations are there, and the defect is told once at its line."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import generate
from tests.support.cases import Answer, Case, Library

HERE = Path(__file__).parent
FOLDERS = sorted(folder for folder in HERE.iterdir() if (folder / "spec.yaml").exists())
#: What is told of each: code and line. Not what each of these small descriptions lacks.
TOLD: dict[str, list[tuple[str, int]]] = {
    "content_ref": [("not-openapi", 10), ("unknown-field", 12)],
    "cycle_oneof_allof": [],
    "example_ref": [("unresolved-ref", 10)],
    "gone_schema": [("unresolved-ref", 10)],
    "null_type_30": [("other-version", 10)],
    "odd_status": [("not-openapi", 9)],
    "path_not_required": [("path-parameter", 9)],
    "path_surplus": [("path-parameter", 9)],
    "path_undeclared": [("path-parameter", 6)],
    "recursive_anchor": [("not-openapi", 14), ("unknown-field", 16)],
    "required_twice": [("not-openapi", 10)],
    "tag_description": [("not-openapi", 4)],
    "v32": [],
    "wrong_ref_header": [("wrong-ref", 10)],
    "wrong_ref_schema": [("wrong-ref", 11)],
    "x_codesamples": [],
}
LACKS = {"no-summary", "no-security", "no-error-answer", "yaml-1-1"}


@pytest.fixture
def case(library: Library, folder: Path) -> Case:
    """The package of a folder's description."""
    return library.case(folder)


def json_answer(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_told_once(folder: Path, tmp_path: Path) -> None:
    """As a warning, at its line."""
    options = ["--spec", str(folder / "spec.yaml"), "--output", str(tmp_path / "output"), "--format", "json"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = generate.main(options)
    diagnostics = json.loads(printed.getvalue())["diagnostics"]
    told = [(one["code"], one["position"]["line"]) for one in diagnostics if one["code"] not in LACKS]
    assert (status, told) == (0, TOLD[folder.name])
    assert {one["severity"] for one in diagnostics} == {"warning"}


@pytest.mark.parametrize(
    ("folder", "value"),
    [
        (HERE / "content_ref", "text"),
        (HERE / "example_ref", "text"),
        (HERE / "null_type_30", None),
        (HERE / "null_type_30", "text"),
    ],
)
def test_value(case: Case, value: Any) -> None:
    """It is of the type that is described."""
    assert case.call(find, json_answer(value)).result == value
    with pytest.raises(case.package.InvalidResponseError):
        case.call(find, json_answer(["no", "text"]))


@pytest.mark.parametrize("value", [1, "text", [{"a": None}]])
@pytest.mark.parametrize("folder", [HERE / "gone_schema"])
def test_member_that_nothing_describes(case: Case, value: Any) -> None:
    """It is `Any`; what stands around it is typed."""
    assert case.call(find, json_answer({"v": value})).result.v == value


@pytest.mark.parametrize("folder", [HERE / "cycle_oneof_allof"])
def test_polymorphism(case: Case) -> None:
    """A base lists in `oneOf` what extends it by `allOf`: each variant has the members of both."""
    result = case.call(find, json_answer({"kind": "Cat", "lives": 9})).result
    assert isinstance(result, case.models.Cat)
    assert (result.kind, result.lives) == ("Cat", 9)
    result = case.call(find, json_answer({"kind": "Dog", "good": True})).result
    assert isinstance(result, case.models.Dog)
    assert (result.kind, result.good) == ("Dog", True)


@pytest.mark.parametrize("folder", [HERE / "odd_status"])
def test_status(case: Case) -> None:
    """`204 NO_CONTENT` is 204."""
    assert case.call(find, Answer(204)).result is None


@pytest.mark.parametrize("folder", [HERE / "path_not_required", HERE / "path_undeclared"])
def test_variable_of_a_path(case: Case) -> None:
    """It is a required text, whatever is said of it."""
    assert case.call(lambda client: client.t.find(id="a b"), Answer(204)).target == "/a/a%20b"
    with case.client() as client, pytest.raises(TypeError, match="id"):
        client.t.find()


@pytest.mark.parametrize(
    "folder", [HERE / name for name in ("path_surplus", "tag_description", "v32", "x_codesamples")]
)
def test_without_arguments(case: Case) -> None:
    """A parameter that the path does not have is none."""
    assert case.call(find, Answer(204)).target == "/a"


@pytest.mark.parametrize("folder", [HERE / "recursive_anchor", HERE / "required_twice", HERE / "wrong_ref_header"])
def test_all_else_is_read(case: Case) -> None:
    """The defect is in a part."""
    answers: dict[str, tuple[Answer, Callable[[Any], bool]]] = {
        "recursive_anchor": (json_answer({"f": [{"f": []}]}), lambda result: result.f == [{"f": []}]),
        "required_twice": (json_answer({"id": "a"}), lambda result: result.id == "a"),
        "wrong_ref_header": (Answer(200), lambda result: result is None),
    }
    answer, fits = answers[case.name.removeprefix("case_")]
    assert fits(case.call(find, answer).result)


@pytest.mark.parametrize("folder", [HERE / "wrong_ref_schema"])
def test_error_that_nothing_describes(case: Case) -> None:
    """It is raised with what the server says."""
    error = case.error(find, Answer(401, b'{"why": "no"}'))
    assert error.status_code == 401
    assert error.body == '{"why": "no"}'


def find(client: Any) -> Any:
    """The one operation of each description."""
    return client.t.find()
