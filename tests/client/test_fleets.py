"""Processes that share a store: one token request for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.fleet import Fleet
from tests.client.issuer import TOKEN_PREFIX, Issuer, key_for, pem
from tests.client.redis_server import PROGRAM, RedisServer, needs_redis

PROCESSES, THREADS = 8, 20


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A server that has nothing to complain about."""
    issuer = Issuer()
    with issuer.serve():
        yield issuer
    assert not issuer.problems


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The private key that all processes have."""
    file = tmp_path / "key.pem"
    file.write_text(pem(key_for("ES256")), encoding="ascii")
    return file


def warnings_of(answers: list[dict[str, Any]]) -> list[str]:
    """Check that all requests went well; the warnings of all processes."""
    assert [answer["statuses"] for answer in answers] == [[200] * THREADS] * PROCESSES
    return [warning for answer in answers for warning in answer["warnings"]]


def tokens_used(issuer: Issuer) -> set[str]:
    """The tokens that the API has seen since the last look."""
    used = {entry.partition(" ")[0] for entry in issuer.record if entry != "token"}
    issuer.record.clear()
    return used


@pytest.mark.sweep
@pytest.mark.parametrize("kind", [pytest.param("redis", marks=needs_redis), "file"])
def test_one_token_request_for_each_life_of_a_token(kind: str, issuer: Issuer, key: Path, tmp_path: Path) -> None:
    """Whether all start at once, the token comes near its end, has ended, or was revoked."""
    server = RedisServer(tmp_path)
    if kind == "redis":
        server.start()
    store = server.url if kind == "redis" else str(tmp_path / "store")
    try:
        with Fleet(PROCESSES, THREADS, issuer.base_url, store, key) as fleet:
            for number, later in enumerate([0.0, 850.0, 900.0], start=1):
                assert warnings_of(fleet.fetch(later)) == []
                assert warnings_of(fleet.fetch()) == []
                assert issuer.count == number
                assert tokens_used(issuer) <= {str(number - 1), str(number)}
            issuer.revoked.add(f"{TOKEN_PREFIX}3")
            assert warnings_of(fleet.fetch(10.0)) == []
            assert issuer.count == 4
    finally:
        server.kill()


@pytest.mark.sweep
@needs_redis
def test_redis_that_is_killed(issuer: Issuer, key: Path, tmp_path: Path) -> None:
    """A living token is used on; then each process gets one by itself, and says so; then they share again."""
    assert PROGRAM
    with RedisServer(tmp_path) as redis, Fleet(PROCESSES, THREADS, issuer.base_url, redis.url, key) as fleet:
        assert warnings_of(fleet.fetch()) == []
        assert issuer.count == 1
        redis.kill()
        assert warnings_of(fleet.fetch(600.0)) == []
        assert issuer.count == 1
        warnings = warnings_of(fleet.fetch(300.0))
        assert issuer.count == 1 + PROCESSES
        assert len(warnings) == PROCESSES
        assert all("goes on without it: ConnectionError" in warning for warning in warnings)
        assert warnings_of(fleet.fetch(600.0)) == []
        assert issuer.count == 1 + PROCESSES
        redis.start()
        assert warnings_of(fleet.fetch(300.0)) == []
        assert issuer.count == 2 + PROCESSES
        tokens_used(issuer)
        assert warnings_of(fleet.fetch()) == []
        assert len(tokens_used(issuer)) == 1
