"""The plugin of pytest and the command line, each in a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

import persona_oauth
from tests.support.environment import with_package
from tests.support.server import PATIENCE

PACKAGE = persona_oauth.__name__
PLUGIN = f"{PACKAGE}.testing.plugin"
TESTS = """
import anyio
import pytest


def test_client(persona, persona_client):
    grant = persona_client.oauth.create_authorization(client_id=persona.organization_id, scope="inquiry.read:inq_1")
    assert persona_client.oauth.create_access_token(code=grant.code).scope == "inquiry.read:inq_1"
    assert [call.operation for call in persona.requests] == ["create_authorization", "create_access_token"]


def test_a_sandbox_of_its_own(persona):
    assert persona.requests == []


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_async_client(persona, persona_async_client):
    await persona_async_client.oauth.create_authorization(client_id=persona.organization_id, scope="inquiry.read:inq_1")
    assert persona.requests[0].arguments["client_id"] == persona.organization_id
"""


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_fixtures(tmp_path: Path, options: list[str]) -> None:
    """A sandbox for each test, clients of it, under both event loops and in several processes."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", PLUGIN, *options, "test_it.py"]
    ran = subprocess.run(command, cwd=tmp_path, env=with_package(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


def test_loading_it_imports_neither_httpx2_nor_pydantic() -> None:
    """Each run of pytest in a project loads it, of most tests that need no sandbox, too."""
    code = f"import {PLUGIN}, sys; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=with_package(), capture_output=True, encoding="utf-8", check=True
    )
    assert not {"httpx2", "pydantic", "pydantic_core", "anyio"} & {*ran.stdout.split()}


def test_a_client_imports_nothing_of_it() -> None:
    """The sandbox costs nothing where nobody asks for it."""
    code = (
        f"import {PACKAGE} as package, sys\n"
        "with package.Client('key', base_url='http://127.0.0.1:9', max_retries=0) as client:\n"
        "    try: client.oauth.create_authorization(client_id='a', scope='b:c')\n"
        "    except package.ConnectionFailedError: print(*sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=with_package(), capture_output=True, encoding="utf-8", check=True
    )
    assert f"{PACKAGE}._transport" in ran.stdout.split()
    assert not [name for name in ran.stdout.split() if name.startswith(f"{PACKAGE}.testing")]


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Processes that are started can be interrupted, also where the tests are a job in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_served_from_the_command_line() -> None:
    """It says where, with what and how; answers; shows the requests without secrets; and ends with the interrupt."""
    command = [sys.executable, "-W", "error", "-m", f"{PACKAGE}.testing", "--port", "0"]
    with subprocess.Popen(
        command, env=with_package(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(run.stdout.readline())
            assert lines[-1], run.stderr.read()
        printed = "".join(lines)
        url, address = (re.search(pattern, printed) for pattern in (r"at (http://\S+)", r"come: (http://\S+/)"))
        key = re.search(r"bearerAuth: (\S+)", printed)
        assert "organization: org_" in printed
        assert url is not None
        assert address is not None
        assert key is not None
        try:
            with persona_oauth.Client(key[1], base_url=url[1], total_timeout=PATIENCE) as client:
                grant = client.oauth.create_authorization(client_id="<b>", scope="inquiry.read:inq_1", max_retries=0)
                assert grant.code
        except persona_oauth.NotFoundError:
            pass  # no organization has that name
        shown = httpx2.get(address[1])
        assert "create_authorization" in shown.text
        assert "&lt;b&gt;" in shown.text
        assert "<b>" not in shown.text
        assert key[1] not in shown.text
        run.send_signal(signal.SIGINT)
        assert (run.wait(PATIENCE), run.stderr.read()) == (0, "")


def test_a_port_that_is_taken() -> None:
    """One line says so."""
    with persona_oauth.testing.Sandbox().serve() as server:
        port = server.address.rpartition(":")[2]
        command = [sys.executable, "-m", f"{PACKAGE}.testing", "--port", port]
        ran = subprocess.run(command, env=with_package(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"cannot listen at 127.0.0.1, port {port}: ")
    assert ran.stderr.count("\n") == 1
