"""The page of a served sandbox, as a browser shows it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.sandbox.command_line import Served, served
from tests.support.checkout import ROOT
from tests.support.chromium import BROWSER_PYTHON, CHROMIUM, needs_browser
from tests.support.server import PATIENCE

SECRET = "s3cret"
MARKUP = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\"><b>\u202ebold"
LONG = "W" * 3000
SCOPE = "inquiry.read:inq_1"
FORM = {"response-type": "code", "scope": SCOPE}


def send(sandbox: Served) -> list[list[str]]:
    """Requests of all kinds; of each, the start of what the page shows beside its time."""
    rows: list[list[str]] = []
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    with httpx2.Client(base_url=sandbox.url, headers=headers, timeout=PATIENCE) as http:

        def post(path: str, result: str, arguments: str = "", *, operation: str = "", **options: Any) -> Any:
            answer = http.post(path, **options)
            rows.append([f"POST {path}", operation, arguments, result])
            return answer

        def authorize(result: str, arguments: str = "", headers: Any = None, **form: str) -> Any:
            form = {**FORM, "client-id": sandbox.organization_id, **form}
            return post(
                "/oauth/authorize", result, arguments, operation="create_authorization", headers=headers, data=form
            )

        def redeem(code: str, result: str, arguments: str = "", **form: str) -> None:
            form = {"grant-type": "authorization_code", "code": code, **form}
            post("/oauth/token", result, arguments, operation="create_access_token", data=form)

        code = authorize("201", f"client_id='{sandbox.organization_id}'").json()["code"]
        redeem(code, "201", "code=••••")
        redeem(code, "422: The code has been redeemed", "code=••••")
        redeem(SECRET, "404: No code for this organization is like this", "code=••••")
        redeem("", "422: ", unknown=SECRET)
        authorize("404: No organization has this id", "client_id='<script>document", **{"client-id": MARKUP})
        authorize("404: No organization has this id", f"client_id='{LONG[:100]}", **{"client-id": LONG})
        authorize("401: Token is invalid", headers={"Authorization": f"Bearer {SECRET}{MARKUP[:-5]}"})
        authorize("400: key_inflection: input should be", headers={"Key-Inflection": MARKUP[:-5]})
        redeem(MARKUP, "404: No code for this organization is like this", "code=••••")
        http.request("GET", f"/{MARKUP}/{LONG}", headers={"X-Secret": SECRET})
        rows.append(["GET /<script>document.title", "", "", "404: "])
    rows.append(["<B> /oauth/token", "", "", "401: Must be authenticated to access this endpoint"])
    raw = HTTPConnection(httpx2.URL(sandbox.url).netloc.decode())
    with contextlib.closing(raw):
        raw.request("<B>", f"{httpx2.URL(sandbox.url).path}/oauth/token", SECRET)  # which httpx2 refuses to send
        assert raw.getresponse().status == 401
    return rows


@pytest.mark.sweep
@needs_browser
def test_a_browser_shows_the_requests_as_they_come(tmp_path: Path) -> None:
    """On a phone and on a laptop, light and dark; without secrets, and without what they have of markup."""
    screenshots = os.environ.get("SCREENSHOTS", str(tmp_path))
    with served() as sandbox:
        expected = send(sandbox)
        source = httpx2.get(sandbox.page).text
        command = [
            str(BROWSER_PYTHON),
            "-m",
            "tests.sandbox.page_reader",
            sandbox.page,
            CHROMIUM,
            "GET /later",
            screenshots,
        ]
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        with subprocess.Popen(command, cwd=ROOT, **pipes) as reader:
            assert reader.stdout is not None
            seen = json.loads(reader.stdout.readline())
            httpx2.get(f"{sandbox.url}/later")
            said, errors = reader.communicate(timeout=PATIENCE)
    assert (json.loads(said), errors) == ([], "")
    assert len(set(seen["backgrounds"])) == 2
    assert seen["tags"] == ["code", "h1", "p", "table", "tbody", "td", "th", "thead", "tr", "wbr"]
    rows = [row[1:] for row in reversed(seen["rows"])]
    assert len(rows) == len(expected)
    for row, cells in zip(rows, expected, strict=True):
        assert [shown[: len(cell) or None] for shown, cell in zip(row, cells, strict=True)] == cells
    for secret in (SECRET, sandbox.api_key):
        assert secret not in source
