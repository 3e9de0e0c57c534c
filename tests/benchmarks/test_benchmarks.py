"""The benchmarks work and compare like with like. What they measure is no test's business: `make bench` tells it."""

from __future__ import annotations

import resource
import socket
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.benchmarks import __main__ as bench, growth, limits
from tests.benchmarks.calls import async_clients, sync_clients
from tests.benchmarks.description import description
from tests.benchmarks.generating import OWN_SIZE, ROOT, SPEC, Generators
from tests.benchmarks.measuring import CommandError, Cost, in_turns, ratio, run
from tests.benchmarks.watching import measure_saves
from tests.support.once import Once
from tests.support.server import Answer, Received, Server

ANSWER = Answer(201, {"code": "Vd7kPw2XsRt9LmZq4HbNc6YgJf3T", "expires-in": 599})


@pytest.fixture(scope="module")
def stock(once: Once) -> Path:
    """The folder of the stock package for our description."""
    folder = once("stock", lambda folder: Generators(SPEC, folder).stock_package())
    return Generators(SPEC, folder).stock_output


@pytest.mark.parametrize("operations", [20, 203])
def test_a_synthetic_description_has_the_operations_that_it_promises(operations: int) -> None:
    """The size on the axis of the plot is the true one, and each operation a different one."""
    paths = yaml.safe_load(description(operations))["paths"].values()
    assert len({operation["operationId"] for path in paths for operation in path.values()}) == operations


def test_a_larger_description_holds_the_smaller_one() -> None:
    """What grows from size to size is the size alone."""
    small, large = (yaml.safe_load(description(size)) for size in (20, 100))
    assert small["paths"].items() <= large["paths"].items()
    assert small["components"]["schemas"].items() <= large["components"]["schemas"].items()


@pytest.mark.sweep
def test_both_generators_make_all_of_it(tmp_path: Path) -> None:
    """Neither is fast because it leaves something out."""
    spec = tmp_path / "20.yaml"
    spec.write_text(description(20), encoding="utf-8")
    both = Generators(spec, tmp_path)
    assert min(both.ours().wall, both.stock().wall) > 0
    both.demand(20)


def test_an_incomplete_output_is_not_measured(tmp_path: Path) -> None:
    """A generator that leaves operations out ends the run."""
    with pytest.raises(AssertionError, match=f"0 and 0 of {OWN_SIZE} operations"):
        Generators(SPEC, tmp_path).demand(OWN_SIZE)


def comparable(request: Received) -> tuple[str, Counter[tuple[str, str]], bytes]:
    """What has to be the same; the key of a call isn't, nor is what a client says about itself and its host."""
    own = ("user-agent", "idempotency-key", "host", "accept", "accept-encoding")
    headers = Counter((name.lower(), value) for name, value in request.headers if name.lower() not in own)
    assert "Idempotency-Key" in dict(request.headers)
    return request.line, headers, request.body


def test_the_clients_send_the_same_request(stock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overhead is measured against the same work, in threads."""
    monkeypatch.syspath_prepend(stock)
    with Server(*[ANSWER] * 3) as server, sync_clients(server.base_url) as clients:
        codes = {call() for call in clients.values()}
    assert codes == {"Vd7kPw2XsRt9LmZq4HbNc6YgJf3T"}
    first, second, third = map(comparable, server.requests)
    assert first == second == third


@pytest.mark.anyio
async def test_the_clients_of_tasks_do_too(stock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And in tasks."""
    monkeypatch.syspath_prepend(stock)
    with Server(*[ANSWER] * 3) as server:
        async with async_clients(server.base_url) as clients:
            codes = {await call() for call in clients.values()}
    assert codes == {"Vd7kPw2XsRt9LmZq4HbNc6YgJf3T"}
    first, second, third = map(comparable, server.requests)
    assert first == second == third


def test_saves_are_measured_one_by_one(tmp_path: Path) -> None:
    """Each is another change, of which the new tree is in its place."""
    assert min(measure_saves(tmp_path, 3)) > 0


def test_the_server_finds_where_requests_end() -> None:
    """However the network cuts them: a byte at a time, or two in one piece."""
    request = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b"
    with bench.server() as url, socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for position in range(len(request)):
            connection.sendall(request[position : position + 1])
        connection.sendall(request + request.replace(b"Content-Length", b"content-length"))
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 201 Created\r\n") == 3


def test_a_command_that_fails_is_no_measurement() -> None:
    """Its own words end the run."""
    with pytest.raises(CommandError, match="no luck"):
        run([sys.executable, "-c", "raise SystemExit('no luck')"], cwd=ROOT)


def test_a_command_costs_what_its_own_process_costs() -> None:
    """Processor time and, in MiB, the peak of its memory."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 + 50
    small = run([sys.executable, "-c", "pass"], cwd=ROOT)
    large = run([sys.executable, "-c", f"bytearray({held} * 2**20).find(b'x')"], cwd=ROOT)
    assert held < large.memory < held + 30
    assert min(large.wall, small.wall) > 0
    assert large.cpu > small.cpu > 0


def test_contenders_take_turns_in_either_order() -> None:
    """Nobody always comes first, and nobody's first run counts."""
    order: list[str] = []

    def contender(name: str) -> Callable[[], Cost]:
        def measure() -> Cost:
            order.append(name)
            return Cost(len(order), 0)

        return measure

    costs = in_turns({name: contender(name) for name in "ab"}, 2)
    assert "".join(order) == "abbaab"
    assert costs == {"a": [Cost(4, 0), Cost(5, 0)], "b": [Cost(3, 0), Cost(6, 0)]}


def test_a_ratio_is_taken_within_each_round() -> None:
    """A neighbour that slows a whole round doesn't change the verdict."""
    ours = [Cost(1, 2, 10), Cost(10, 20, 10), Cost(1, 2, 10)]
    theirs = [Cost(2, 2, 20), Cost(20, 20, 20), Cost(2, 2, 20)]
    assert ratio(ours, theirs) == Cost(0.5, 1, 0.5)


@pytest.mark.parametrize(("wall", "cpu", "is_met"), [(0.9, 0.9, True), (1.1, 0.9, False), (0.9, 1.1, False)])
def test_the_worse_clock_decides(wall: float, cpu: float, is_met: bool) -> None:
    """A limit holds for the time on the clock, and for that of the processor."""
    assert limits.Line("one", "another", 1.0, wall, cpu).is_met is is_met


@pytest.mark.sweep
def test_growth_is_measured_from_n_to_2n(tmp_path: Path) -> None:
    """Of each kind, and every description is one that can be rendered."""
    costs = growth.measure(tmp_path, 0, share=20)
    assert growth.counts(costs).keys() == growth.CASES.keys()
    assert all(2 * few == many for few, many in growth.counts(costs).values())


@pytest.mark.sweep
def test_a_part_can_be_measured_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """It prints its lines of the table, leaves the results of whole runs alone, and its exit status is the verdict."""
    results = [bench.HERE / "results.md", bench.HERE / "results.png"]
    before = [path.read_bytes() for path in results]
    status = bench.main(["--only", "calls", "--quick"])
    table = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in table[2:]] == ["| one sync call", "| one async call at concurrency 50"]
    assert status == any("**missed**" in line for line in table)
    assert [path.read_bytes() for path in results] == before
