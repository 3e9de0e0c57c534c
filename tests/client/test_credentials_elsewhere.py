"""One object of credentials in forked processes, and in one event loop after the other."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

from persona_oauth import AsyncClient
from persona_oauth.auth import ClientCredentials
from persona_oauth.stores import FileStore, MemoryStore
from tests.client.issuer import TOKEN_PREFIX, Issuer, key_for, pem
from tests.support.checkout import PACKAGE
from tests.support.environment import with_package
from tests.support.server import PATIENCE

FORKS = 20


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A server that has nothing to complain about."""
    issuer = Issuer()
    with issuer.serve():
        yield issuer
    assert not issuer.problems


PARENT = f"""
import os, sys, threading, warnings
import httpx2
from pathlib import Path
from {PACKAGE}.auth import ClientCredentials
from {PACKAGE}.stores import FileStore, MemoryStore

warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads: they are what is tested
base_url, key, folder = sys.argv[1:]
store = FileStore(folder) if folder else MemoryStore()
auth = ClientCredentials("oc_client", Path(key), base_url=base_url, store=store)
url = f"{{base_url}}/inquiries"
assert httpx2.get(url, auth=auth).status_code == 200
stop = threading.Event()

def use():
    while not stop.is_set():  # so that the locks are nearly always taken
        next(auth.sync_auth_flow(httpx2.Request("GET", url)))

threads = [threading.Thread(target=use) for _ in range(4)]
for thread in threads:
    thread.start()
children = []
for _ in range({FORKS}):
    child = os.fork()
    if not child:
        status = 1
        try:
            status = int(httpx2.get(url, auth=auth).status_code != 200)
            auth._cached = None  # as at the end of its life
            status |= int(httpx2.get(url, auth=auth).status_code != 200)
        finally:
            os._exit(status)
    children.append(child)
statuses = [os.waitpid(child, 0)[1] for child in children]
stop.set()
for thread in threads:
    thread.join()
print(sum(statuses))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("kind", [pytest.param("memory", marks=pytest.mark.sweep), "file"])
def test_forks_of_a_busy_parent(kind: str, issuer: Issuer, tmp_path: Path) -> None:
    """Each child has the token, and gets the next one by itself, whatever locks the parent's threads had taken."""
    key = tmp_path / "key.pem"
    key.write_text(pem(key_for("ES256")), encoding="ascii")
    folder = str(tmp_path / "store") if kind == "file" else ""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PARENT, issuer.base_url, str(key), folder],
        env=with_package(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("0\n", "")
    assert issuer.count == 1


async def fetch(auth: ClientCredentials, base_url: str) -> int:
    """By our client and by a plain one."""
    async with AsyncClient(auth=auth, base_url=base_url) as client, httpx2.AsyncClient(auth=auth) as plain:
        await client.oauth.create_access_token(code="c")
        return (await plain.get(f"{base_url}/inquiries")).status_code


@pytest.mark.parametrize("store", [None, "file"])
def test_event_loops(store: str | None, issuer: Issuer, tmp_path: Path) -> None:
    """Ten of asyncio one after the other, five at once, trio after that; the token changes on the way."""
    auth = issuer.credentials(store=FileStore(tmp_path / "store") if store else MemoryStore())
    runs: list[Callable[[], Any]] = [lambda: asyncio.run(fetch(auth, issuer.base_url))] * 10
    assert [run() for run in runs] == [200] * 10
    issuer.revoked.add(f"{TOKEN_PREFIX}1")
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda run: run(), runs[:5])) == [200] * 5
    assert trio.run(fetch, auth, issuer.base_url) == 200
    assert issuer.count == 2
