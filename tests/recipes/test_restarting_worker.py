"""A worker that is killed and started again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.recipes.conftest import FOLDER, Load, start
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE

FIELDS = "SELECT began, token, expires_in, failure FROM exchange"


@pytest.fixture
def worker(load: Load) -> Any:
    """The recipe."""
    return load("restarting_worker")


@pytest.fixture
def table(worker: Any, tmp_path: Path) -> Any:
    """Its table."""
    with worker.open_table(str(tmp_path / "exchange.db")) as table:
        yield table
    table.close()


def client(**options: Any) -> Any:
    """A client that does not repeat a call itself."""
    return import_module(PACKAGE).Client(max_retries=0, **options)


def test_a_worker_that_is_killed_exchanges_the_code_once(
    sandbox: Any, code: Callable[[], str], worker: Any, tmp_path: Path
) -> None:
    """Killed while the server works, and started again."""
    came, killed = threading.Event(), threading.Event()

    def slow(call: Any) -> Any:
        came.set()
        assert killed.wait(PATIENCE)
        return sandbox.behaviour.create_access_token(call)

    sandbox.on("create_access_token")(slow)
    with start(str(FOLDER / "restarting_worker.py"), cwd=tmp_path) as first:
        assert first.stdin is not None
        first.stdin.write(f"{code()}\n")
        first.stdin.close()
        assert came.wait(PATIENCE)
        first.kill()
    killed.set()
    with start(str(FOLDER / "restarting_worker.py"), cwd=tmp_path) as second:
        assert second.communicate("\n", timeout=PATIENCE) == ("", "")
    [token] = sandbox.behaviour.tokens
    table = worker.open_table(str(tmp_path / "exchange.db"))
    assert [row[1] for row in table.execute(FIELDS)] == [token]
    table.close()
    assert len({call.headers["Idempotency-Key"] for call in sandbox.requests}) == 1


def test_a_repeated_answer_counts_from_the_first_attempt(
    sandbox: Any, code: Callable[[], str], worker: Any, table: Any
) -> None:
    """Of the 3599 seconds of the stored answer, the 3000 that the worker was down are over."""
    sandbox.fail_next("drop-after")
    handed_over = code()
    worker.add(table, handed_over)
    with client() as persona:
        worker.run(table, persona)
        assert table.execute(FIELDS).fetchone()[1:] == (None, None, None)
        table.execute("UPDATE exchange SET began = began - 3000")
        worker.run(table, persona)
    auth = worker.auth_for(table, handed_over)
    assert 0 < auth.expires_in <= 599
    with httpx2.Client(auth=auth, base_url=str(sandbox.requests[0].url).partition("/oauth")[0]) as http:
        assert http.get("/inquiries/inq_1").status_code == 200


def test_what_was_not_sent_has_not_begun(sandbox: Any, code: Callable[[], str], worker: Any, table: Any) -> None:
    """So the life of its token counts from a later attempt."""
    worker.add(table, code())
    with client(base_url="http://127.0.0.1:9") as unreachable, client() as persona:
        worker.run(table, unreachable)
        assert table.execute(FIELDS).fetchone() == (None, None, None, None)
        worker.run(table, persona)
    assert table.execute(FIELDS).fetchone()[2] == 3599


def test_a_refused_code_is_not_sent_again(sandbox: Any, worker: Any, table: Any) -> None:
    """It is decided, and the reason is kept."""
    worker.add(table, "unknown")
    with client() as persona:
        worker.run(table, persona)
        worker.run(table, persona)
    assert table.execute(FIELDS).fetchone()[3].startswith("404 Not Found: ")
    assert len(sandbox.requests) == 1


def test_a_wrong_setting_ends_the_run(
    sandbox: Any, code: Callable[[], str], worker: Any, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the code, which stays."""
    monkeypatch.delenv("PERSONA_API_KEY")
    worker.add(table, code())
    with client() as persona, pytest.raises(import_module(PACKAGE).InvalidRequestError):
        worker.run(table, persona)
    assert table.execute(FIELDS).fetchone()[3] is None
