"""The same call by three clients, in turns: bare httpx2, the generated one, and the one that the stock generator makes.

Runs in a process of its own, with the two packages on its path: `python -m tests.benchmarks.calls URL CALLS ROUNDS`
prints what each batch of calls cost, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import astuple
from functools import partial
from importlib import import_module
from time import perf_counter, process_time
from typing import Any

import httpx2

from persona_oauth import AsyncClient, Client
from tests.benchmarks.generating import STOCK
from tests.benchmarks.measuring import Cost, in_turns, in_turns_async
from tests.benchmarks.server import CLIENT_ID, KEY, SCOPE

CONCURRENCIES = (1, 10, 50, 100)

_FORM = {"client-id": CLIENT_ID, "response-type": "code", "scope": SCOPE}
_IDEMPOTENCY_KEY = "8f6f9d34-6c54-4d5e-9f0e-3b1f4f1c2a77"  # ours makes one for each call; to the others it is given
_HEADERS = {"Persona-Version": "2023-01-05", "Idempotency-Key": _IDEMPOTENCY_KEY}
_ALWAYS = {"Authorization": f"Bearer {KEY}", "Accept": "application/json"}

SyncCall = Callable[[], str]
AsyncCall = Callable[[], Awaitable[str]]


@contextmanager
def sync_clients(url: str) -> Iterator[dict[str, SyncCall]]:
    """Each client as a function that makes the call and returns the code."""
    endpoint, stock, body = _stock(url)
    with httpx2.Client(headers=_ALWAYS) as bare, Client(KEY, base_url=url) as ours, stock:

        def call_bare() -> str:
            answer: dict[str, str] = bare.post(f"{url}/oauth/authorize", data=_FORM, headers=_HEADERS).json()
            return answer["code"]

        def call_ours() -> str:
            return ours.oauth.create_authorization(client_id=CLIENT_ID, scope=SCOPE).code

        def call_stock() -> str:
            return str(endpoint.sync(client=stock, body=body, idempotency_key=_IDEMPOTENCY_KEY).code)

        yield {"httpx2": call_bare, "ours": call_ours, "stock": call_stock}


@asynccontextmanager
async def async_clients(url: str) -> AsyncIterator[dict[str, AsyncCall]]:
    """The same for tasks."""
    endpoint, stock, body = _stock(url)
    async with httpx2.AsyncClient(headers=_ALWAYS) as bare, AsyncClient(KEY, base_url=url) as ours, stock:

        async def call_bare() -> str:
            answer = await bare.post(f"{url}/oauth/authorize", data=_FORM, headers=_HEADERS)
            return str(answer.json()["code"])

        async def call_ours() -> str:
            return (await ours.oauth.create_authorization(client_id=CLIENT_ID, scope=SCOPE)).code

        async def call_stock() -> str:
            answer = await endpoint.asyncio(client=stock, body=body, idempotency_key=_IDEMPOTENCY_KEY)
            return str(answer.code)

        yield {"httpx2": call_bare, "ours": call_ours, "stock": call_stock}


def _stock(url: str) -> tuple[Any, Any, Any]:
    """The stock package's module of the operation, its client, and the body.

    Imported by name, because it exists only while a benchmark runs.
    """
    endpoint = import_module(f"{STOCK}.api.o_auth.create_authorization")
    body = import_module(f"{STOCK}.models").CreateAuthorizationRequest(client_id=CLIENT_ID, scope=SCOPE)
    return endpoint, import_module(STOCK).AuthenticatedClient(base_url=url, token=KEY), body


def measure_sync(url: str, calls: int, rounds: int) -> dict[str, list[Cost]]:
    """Batches of calls, one after the other."""

    def batch(call: SyncCall) -> Cost:
        wall, cpu = perf_counter(), process_time()
        for _ in range(calls):
            call()
        return Cost(perf_counter() - wall, process_time() - cpu)

    with sync_clients(url) as clients:
        return in_turns({name: partial(batch, call) for name, call in clients.items()}, rounds)


async def measure_async(url: str, calls: int, rounds: int, concurrency: int) -> dict[str, list[Cost]]:
    """Batches of as many calls, `concurrency` at any time."""

    async def repeat(call: AsyncCall) -> None:
        for _ in range(-(-calls // concurrency)):
            await call()

    async def batch(call: AsyncCall) -> Cost:
        wall, cpu = perf_counter(), process_time()
        await asyncio.gather(*(repeat(call) for _ in range(concurrency)))
        return Cost(perf_counter() - wall, process_time() - cpu)

    async with async_clients(url) as clients:
        return await in_turns_async({name: partial(batch, call) for name, call in clients.items()}, rounds)


def main(url: str, calls: int, rounds: int) -> None:
    """Print {kind of call: {client: [cost of a batch]}}; "async 50" is one with 50 at any time."""
    costs = {"sync": measure_sync(url, calls, rounds)}
    for concurrency in CONCURRENCIES:
        costs[f"async {concurrency}"] = asyncio.run(measure_async(url, calls, rounds, concurrency))
    json.dump(costs, sys.stdout, default=astuple)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
