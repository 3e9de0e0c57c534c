"""The plugin of pytest and the command line, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

import persona_oauth
from tests.sandbox.command_line import served
from tests.support.environment import with_package
from tests.support.once import Once
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


@pytest.mark.parametrize("options", [[], pytest.param(["-n", "2"], marks=pytest.mark.sweep)], ids=["alone", "xdist"])
def test_fixtures(tmp_path: Path, options: list[str]) -> None:
    """A sandbox for each test, clients of it, under both event loops and in several processes."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", PLUGIN, *options, "test_it.py"]
    ran = subprocess.run(command, cwd=tmp_path, env=with_package(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


#: A version that is known to work; in no lock, since pytest would load it in all other tests, too.
PYTEST_ASYNCIO = (
    "pytest-asyncio==1.5.0 --hash=sha256:557f255ee03cc84f84a8d5f438bc9c6e0f714bf86970ae743c7ecb5a38d7e07d\n"
)
TESTS_OF_ASYNCIO = """
import asyncio


{mark}
async def test_tasks(persona, persona_async_client):
    scopes = [f"inquiry.read:inq_{{number}}" for number in range(20)]
    create = persona_async_client.oauth.create_authorization
    await asyncio.gather(*(create(client_id=persona.organization_id, scope=scope) for scope in scopes))
    assert sorted(call.arguments["scope"] for call in persona.requests) == sorted(scopes)
"""


@pytest.fixture(scope="module")
def pytest_asyncio(once: Once) -> Path:
    """The folder of an installed pytest-asyncio."""

    def install(folder: Path) -> None:
        (folder / "requirements.txt").write_text(PYTEST_ASYNCIO, encoding="utf-8")
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", "requirements.txt"]
        command = [sys.executable, "-m", "pip", "install", *options, "--target", "site"]
        subprocess.run(command, cwd=folder, timeout=PATIENCE, check=False, capture_output=True)

    site = once("pytest_asyncio", install) / "site"
    if not (site / "pytest_asyncio").exists():
        pytest.skip("the package index does not give pytest-asyncio")
    return site


@pytest.mark.sweep
@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_fixtures_beside_pytest_asyncio(tmp_path: Path, pytest_asyncio: Path, mode: str) -> None:
    """And anyio and xdist, all three at once; in its mode `auto`, tests need no mark."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    tests = TESTS_OF_ASYNCIO.format(mark="@__import__('pytest').mark.asyncio" if mode == "strict" else "")
    (tmp_path / "test_asyncio.py").write_text(tests, encoding="utf-8")
    settings = ("-o", f"asyncio_mode={mode}", "-o", "asyncio_default_fixture_loop_scope=function")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", PLUGIN, "-n", "2", *settings]
    packages = with_package()
    packages["PYTHONPATH"] += f"{os.pathsep}{pytest_asyncio}"
    ran = subprocess.run(command, cwd=tmp_path, env=packages, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "5 passed" in ran.stdout


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


def test_served_from_the_command_line() -> None:
    """It says where, with what and how; answers; shows the requests without secrets; and ends with the interrupt."""
    with served() as sandbox:
        with persona_oauth.Client(sandbox.api_key, base_url=sandbox.url, total_timeout=PATIENCE) as client:
            grant = client.oauth.create_authorization(client_id=sandbox.organization_id, scope="inquiry.read:inq_1")
            assert client.oauth.create_access_token(code=grant.code).scope == "inquiry.read:inq_1"
            with pytest.raises(persona_oauth.NotFoundError):
                client.oauth.create_authorization(client_id="<b>", scope="inquiry.read:inq_1")
        shown = httpx2.get(sandbox.page).text
    assert "create_<wbr>authorization" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert sandbox.api_key not in shown
    assert grant.code not in shown


def test_a_port_that_is_taken() -> None:
    """One line says so."""
    with persona_oauth.testing.Sandbox().serve() as server:
        port = server.address.rpartition(":")[2]
        command = [sys.executable, "-m", f"{PACKAGE}.testing", "--port", port]
        ran = subprocess.run(command, env=with_package(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"cannot listen at 127.0.0.1, port {port}: ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["65536", "-1", "http", "1e9"])
def test_what_is_no_port(port: str) -> None:
    """Told by the command line, before anything listens."""
    command = [sys.executable, "-m", f"{PACKAGE}.testing", f"--port={port}"]
    ran = subprocess.run(command, env=with_package(), capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 2
    assert ran.stderr.endswith(f"argument --port: '{port}' is no port: a number from 0 to 65535\n")
