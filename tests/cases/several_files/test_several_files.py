"""References to neighbouring files, as YAML and JSON, in each direction, and circles of them."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import generate
from tests.support.cases import Answer, Case

HERE = Path(__file__).parent
PET = {"name": "a", "kind": "cat", "owner": {"name": "o", "pets": [{"name": "b"}]}, "friend": {"name": "c"}}


def run(spec: Path, output: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and what was printed."""
    arguments = ["--spec", str(spec), "--output", str(output), "--format", "json", *options]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = generate.main(arguments)
    return status, json.loads(printed.getvalue())


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A copy of the description."""
    shutil.copytree(HERE, tmp_path / "description", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "description" / "spec.yaml"


def test_answer(case: Case) -> None:
    """A file's object is one class, wherever it is referred to."""
    result = case.call(lambda client: client.t.get_pet(id="ab"), Answer(200, json.dumps(PET).encode())).result
    assert isinstance(result, case.models.Pet)
    assert isinstance(result.owner, case.models.Owner)
    assert type(result.owner.pets[0]) is type(result.friend) is case.models.Pet


def test_references_within_another_file(case: Case) -> None:
    """They are that file's."""
    sent = case.call(lambda client: client.t.get_node(size=1), Answer(200, b'{"next": {"size": 2}}'))
    assert (sent.target, sent.result.next_.size) == ("/nodes?size=1", 2)


def test_request(case: Case) -> None:
    """Checked by what the other file says."""
    sent = case.call(lambda client: client.t.put_pet(id="ab", name="n", kind="dog"), Answer(204))
    assert (sent.target, json.loads(sent.body)) == ("/pets/ab", {"name": "n", "kind": "dog"})
    with case.client() as client, pytest.raises(ValueError, match="id"):
        client.t.put_pet(id="a", name="n")


def test_diagnostics_name_the_file(spec: Path, tmp_path: Path) -> None:
    """With the line in it. A file that is not within the description's folder is not read."""
    _, printed = run(spec, tmp_path / "output")
    told = {
        (Path(one["path"]).relative_to(spec.parent).as_posix(), one["position"]["line"], one["code"])
        for one in printed["diagnostics"]
        if one["code"] in ("unresolved-ref", "unknown-field")
    }
    assert told == {
        ("schemas/pet.yaml", 8, "unresolved-ref"),
        ("schemas/pet.yaml", 9, "unknown-field"),
        ("spec.yaml", 17, "unresolved-ref"),
    }


def test_drift_sees_the_files(spec: Path, tmp_path: Path) -> None:
    """A change of each is a change of the description, and is rendered."""
    output = tmp_path / "output"
    assert run(spec, output)[0] == 0
    assert run(spec, output, "--check")[0] == 0
    pet = spec.parent / "schemas" / "pet.yaml"
    pet.write_text(pet.read_text(encoding="utf-8").replace("[cat, dog]", "[cat, dog, cow]"), encoding="utf-8")
    status, printed = run(spec, output, "--check")
    assert status == 1
    assert {"kind": "description", "path": "schemas/pet.yaml", "text": "schemas/pet.yaml changed"} in printed["causes"]
    assert run(spec, output)[1]["outcome"] == "written"
    assert run(spec, output, "--check")[0] == 0


@pytest.mark.parametrize("content", ["a: [", "- a", None], ids=["no YAML", "a list", "no file"])
def test_file_that_cannot_be_read(spec: Path, tmp_path: Path, content: str | None) -> None:
    """What refers to it is `Any`; all else is read."""
    common = spec.parent / "common.json"
    common.unlink()
    if content is not None:
        common.write_text(content, encoding="utf-8")
    status, printed = run(spec, tmp_path / "output")
    told = [one["position"]["line"] for one in printed["diagnostics"] if one["code"] == "unresolved-ref"]
    assert (status, {10, 12} <= {*told}) == (0, True)


def test_link_out_of_the_folder(spec: Path, tmp_path: Path) -> None:
    """A symbolic link is read only where it leads to a file within."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("{definitions: {Kind: {const: from-outside}}}", encoding="utf-8")
    (spec.parent / "common.json").unlink()
    (spec.parent / "common.json").symlink_to(secret)
    run(spec, tmp_path / "output")
    assert all(b"from-outside" not in path.read_bytes() for path in (tmp_path / "output").rglob("models.py"))
    assert "common.json" not in (tmp_path / "output" / "manifest.json").read_text(encoding="utf-8")
