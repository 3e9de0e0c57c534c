"""A third operation, added to a copy of the description: the package has it, typed and working; no template changes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import checkers
from tests.support.checkout import PACKAGE, ROOT, Checkout, contents, edit, switch_rules_off
from tests.support.once import Once
from tests.support.server import PATIENCE, Answer, Server

PATH = """
  /grants/{grant-id}/uses:
    get:
      operationId: list-uses
      tags: [OAuth]
      summary: List the uses of a grant
      parameters:
        - {name: grant-id, in: path, required: true, schema: {type: string}}
        - {name: page-size, in: query, schema: {type: integer, minimum: 1, default: 20}}
        - name: state
          in: query
          schema: {type: array, items: {type: string, enum: [open, closed]}}
        - {name: after, in: query, schema: {type: string}}
        - {name: If-None-Match, in: header, schema: {type: string}}
      responses:
        '200':
          description: The uses.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Uses'}

components:
"""
SCHEMAS = """
  schemas:
    Uses:
      type: object
      required: [uses]
      properties:
        uses: {type: array, items: {$ref: '#/components/schemas/Use'}}
        next-page: {type: [string, 'null']}
    Use:
      type: object
      required: [used-at]
      properties:
        used-at: {type: string, format: date-time}
        by: {type: string, format: uuid}
"""
CALLER = f"""
import sys
from typing import assert_type

import anyio

from {PACKAGE} import AsyncClient, Client
from {PACKAGE}.models import Uses

KEY, URL = "persona_sandbox_1", sys.argv[1]


def show(uses: Uses) -> None:
    assert_type(uses, Uses)
    use = uses.uses[0]
    print(use.used_at.year, use.by and use.by.version, uses.next_page)


async def main() -> None:
    async with AsyncClient(KEY, base_url=URL) as client:
        show(await client.oauth.list_uses(grant_id="gr/1 é?", state=["open", "closed"], if_none_match='"1"'))


with Client(KEY, base_url=URL) as client:
    show(client.oauth.list_uses(grant_id="gr_1", page_size=5, after="&="))
anyio.run(main, backend=sys.argv[2])
"""
WRONG = f"""
from {PACKAGE} import Client

client = Client("persona_sandbox_1")
client.oauth.list_uses(grant_id=1)  # E: arg-type
client.oauth.list_uses(grant_id="gr_1", page_size="5")  # E: arg-type
client.oauth.list_uses(grant_id="gr_1", state=["shut"])  # E: list-item
client.oauth.list_uses()  # E: call-arg
client.oauth.list_uses("gr_1")  # E: call-arg
client.oauth.list_uses(grant_id="gr_1").used  # E: attr-defined
"""


@pytest.fixture(scope="module")
def checkout(once: Once) -> Checkout:
    """A copy with the operation in its description, generated."""
    return Checkout(once("new-operation", fill) / "checkout")


def fill(folder: Path) -> None:
    checkout = Checkout.copy(folder / "checkout")
    switch_rules_off(checkout.spec)  # short as it is, it has no texts and examples
    edit(checkout.spec, "\ncomponents:\n", PATH)
    edit(checkout.spec, "\n  schemas:\n", SCHEMAS)
    checkout.generate()
    (checkout.root / "caller.py").write_text(CALLER, encoding="utf-8")
    (checkout.root / "wrong.py").write_text(WRONG, encoding="utf-8")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_new_operation_works(checkout: Checkout, backend: str) -> None:
    """Path, query and header arguments arrive to the byte, and the answer is read."""
    use = {"used-at": "2026-03-01T12:00:00Z", "by": "f5a0fb0d-1c2e-4c3a-9b1e-0242ac120002"}
    answers = Answer(200, {"uses": [use], "next-page": None}), Answer(200, {"uses": [use], "nextPage": "p2"})
    with Server(*answers) as server:
        command = [sys.executable, "-W", "error", "caller.py", server.base_url, backend]
        result = subprocess.run(
            command,
            cwd=checkout.root,
            env={**os.environ, "PYTHONPATH": str(checkout.output)},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    assert (result.returncode, result.stdout, result.stderr) == (0, "2026 4 None\n2026 4 p2\n", "")
    first, second = server.requests
    assert first.line == "GET /api/v1/grants/gr_1/uses?page-size=5&after=%26%3D HTTP/1.1"
    assert second.line == "GET /api/v1/grants/gr%2F1%20%C3%A9%3F/uses?page-size=20&state=open&state=closed HTTP/1.1"
    assert "If-None-Match" not in dict(first.headers)
    assert dict(second.headers)["If-None-Match"] == '"1"'
    assert dict(second.headers)["Authorization"] == "Bearer persona_sandbox_1"
    assert (first.body, second.body) == (b"", b"")
    assert "Content-Type" not in dict(first.headers)


@pytest.mark.sweep
def test_the_new_operation_is_typed(checkout: Checkout) -> None:
    """Under mypy --strict: the package and a correct caller pass, each wrong argument is found, and nothing else."""
    files = ("caller.py", "wrong.py", f"generated/{PACKAGE}")
    path = {"MYPYPATH": str(checkout.output)}
    result = checkers.run("mypy", *checkers.STRICT, "--output=json", *files, cwd=checkout.root, environment=path)
    assert result.stderr == ""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    expected = [
        ("wrong.py", number, code[1])
        for number, line in enumerate(WRONG.splitlines(), start=1)
        if (code := re.search(r"# E: (\S+)", line))
    ]
    errors = [(one["file"], one["line"], one["code"]) for one in found if one["severity"] == "error"]
    assert errors == expected, result.stdout


def test_the_new_operation_is_documented(checkout: Checkout) -> None:
    """The page of its tag lists it and explains its models."""
    page = (checkout.output / "docs" / "OAuthApi.md").read_text(encoding="utf-8")
    assert "| **GET** `/grants/{grant-id}/uses` | List the uses of a grant |\n" in page
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert {"list_uses", "models.Uses", "models.Use"} <= set(headings)


def test_no_template_was_touched(checkout: Checkout) -> None:
    """The description alone made the difference."""
    here = {name: content for name, content in contents(ROOT / "templates").items() if ".pyc" not in name}
    assert contents(checkout.templates) == here


def test_the_other_operations_are_as_before(checkout: Checkout) -> None:
    """A diff that a maintainer reviews shows the new operation only."""
    added = contents(checkout.output)[f"{PACKAGE}/api/oauth.py"].decode()
    before = Checkout.copy(checkout.root.parent / "before")
    switch_rules_off(before.spec)
    before.generate()
    lines = contents(before.output)[f"{PACKAGE}/api/oauth.py"].decode().splitlines()
    remaining = iter(added.splitlines())
    assert [line for line in lines if "import" not in line and line not in remaining] == []
