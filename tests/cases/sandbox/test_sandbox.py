"""The sandbox of any description: as a transport for threads, asyncio and trio, and on a real socket."""

from __future__ import annotations

import inspect
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest

from tests.support.cases import Case

WAYS = ("threads", "asyncio", "trio", "socket")
ANIMAL = {"id": 105, "name": "ADA-1", "kind": "cow"}


@dataclass
class Way:
    """One way to reach a sandbox."""

    name: str
    sandbox: Any
    package: Any

    def call(self, call: Callable[[Any], Any], **options: Any) -> Any:
        """What `call` returns, which is given a client of one attempt."""
        options = {"max_retries": 0, **options}
        if self.name == "threads":
            with self.sandbox.client(**options) as client:
                return call(client)
        if self.name == "socket":
            with self.sandbox.serve() as server:
                options = {**self.sandbox.behaviour.settings(), "base_url": server.url, "timeout": 0.5, **options}
                with self.package.Client(**options) as client:
                    return call(client)

        async def later() -> Any:
            async with self.sandbox.async_client(**options) as client:
                result = call(client)
                return await result if inspect.isawaitable(result) else result

        return anyio.run(later, backend=self.name)

    def error(self, call: Callable[[Any], Any]) -> Any:
        """The error that `call` raises."""
        with pytest.raises(self.package.ApiError) as caught:
            self.call(call)
        return caught.value


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, case: Case) -> Way:
    """Each of them, to a sandbox of its own."""
    return Way(request.param, case.module("testing").Sandbox(), case.package)


@pytest.fixture
def sandbox(case: Case) -> Any:
    """A sandbox of its own."""
    return case.module("testing").Sandbox()


def get(client: Any) -> Any:
    return client.default.get_animal(animal_id=1)


# Answers


def test_the_example_answers(way: Way) -> None:
    """As the description has it, decoded; and the request is kept, by the names of Python."""
    animal = way.call(lambda client: client.default.get_animal(animal_id=1, view="long"))
    assert animal.model_dump(exclude_unset=True) == ANIMAL
    [call] = way.sandbox.requests
    assert (call.operation, call.method, call.path) == ("get_animal", "GET", "/animals/1")
    assert call.arguments == {"animal_id": 1, "view": "long"}
    assert call.credentials == {"key": "sandbox-key"}


def test_a_value_of_the_schema_answers_where_there_is_no_example(sandbox: Any) -> None:
    """Nor one that fits: with what is required, and what is near the outermost object; within bounds and patterns."""
    with httpx2.Client(transport=sandbox.transport, headers={"X-Key": "sandbox-key"}) as http_client:
        answer = http_client.post(
            "https://zoo.example/v2/animals", json={"animal-name": "Bo", "kind": "cow", "type": "animal"}
        )
    animal = answer.json()
    assert answer.status_code == 201
    assert {*animal} >= {"id", "name", "kind", "born", "mail", "tags"}
    assert animal["id"] >= 100
    assert animal["id"] % 7 == 0
    assert re.search("^[A-Z]{3}-[0-9]+$", animal["name"])
    assert len(animal["tags"]) == 2


def test_an_answer_has_the_headers_of_the_description(way: Way) -> None:
    """Examples, or values of schemas; of an error those that are required, since others say how long to wait."""
    headers = way.call(lambda client: client.default.get_animal_with_http_info(animal_id=1)).headers
    assert {name: headers.get(name) for name in ("x-total", "x-tags", "etag")} == {
        "x-total": "3",
        "x-tags": "a,b",
        "etag": '"v1"',
    }
    assert str(uuid.UUID(headers["x-request-id"])) == headers["x-request-id"]
    assert not {"x-object", "content-encoding"} & {*headers}
    way.sandbox.fail_next(404)
    headers = way.error(get).headers
    assert headers["x-trace"] == "trace"
    assert "retry-after" not in headers


def test_a_concrete_path_comes_first(way: Way) -> None:
    """`latest` is no id (OpenAPI 3.1, 4.8.8.2)."""
    assert way.call(lambda client: client.default.get_latest()) == "text"


@pytest.mark.parametrize("kind", ["model", "plain", "reply"])
def test_a_handler_replaces_an_answer(way: Way, case: Case, kind: str) -> None:
    """It returns a model, plain values, or a whole reply."""
    model = case.models.Animal(id=105, name="ABC-1", kind="goat")
    plain = {"id": 105, "name": "ABC-1", "kind": "goat"}

    def answer(call: Any) -> Any:
        assert call.arguments == {"animal_id": 1}
        return {"model": model, "plain": plain, "reply": case.module("testing").Reply(200, plain)}[kind]

    assert way.sandbox.on("get_animal")(answer) is answer
    assert way.call(get).kind == "goat"


def test_a_handler_of_nothing_is_a_mistake(sandbox: Any) -> None:
    """As a fault is that there is not."""
    with pytest.raises(LookupError, match="'get_animals'"):
        sandbox.on("get_animals")
    with pytest.raises(LookupError, match="'get_animals'"):
        sandbox.fail_next(operation="get_animals")
    with pytest.raises(ValueError, match="drop-after"):
        sandbox.fail_next("dropped")


# Faults


FAULTS = {
    "drop": ("ConnectionFailedError", 0),
    "drop-after": ("ConnectionFailedError", 1),
    "stall": ("TimedOutError", 0),
    "truncate": ("ConnectionFailedError", 1),
    "html": ("ServerError", 0),
    "503": ("ServerError", 0),
    "404": ("NotFoundError", 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_error_of_a_real_one(way: Way, fault: str) -> None:
    """Before the work or after it; once."""
    done = []

    def work(call: Any) -> Any:
        done.append(call)
        return ANIMAL

    way.sandbox.on("get_animal")(work)
    way.sandbox.fail_next(int(fault) if fault.isdecimal() else fault)
    error = way.error(get)
    assert (type(error).__name__, len(done)) == FAULTS[fault]
    assert way.call(get).name == "ADA-1"
    assert len(way.sandbox.requests) == 2


def test_a_fault_of_one_operation_leaves_the_others_alone(way: Way) -> None:
    """As often as it is asked for."""
    way.sandbox.fail_next(503, times=2, operation="get_animal", headers={"Retry-After": "7"})
    assert way.call(lambda client: client.default.get_latest()) == "text"
    assert [way.error(get).status_code, way.error(get).headers["retry-after"]] == [503, "7"]
    assert way.call(get).name == "ADA-1"


def test_the_client_repeats_after_a_lost_answer(sandbox: Any) -> None:
    """As it does with a real server."""
    sandbox.fail_next("drop-after")
    with sandbox.client() as client:
        assert client.default.get_animal(animal_id=1).name == "ADA-1"
    assert len(sandbox.requests) == 2


def test_the_end_of_a_server_ends_what_stalls(sandbox: Any) -> None:
    """The thread of a stalled request waits for either side."""
    before = {*threading.enumerate()}
    sandbox.fail_next("stall")
    came = threading.Event()
    errors: list[Exception] = []

    def ask(url: str) -> None:
        try:
            httpx2.get(f"{url}/animals/latest", headers={"X-Key": "sandbox-key"}, timeout=None)
        except httpx2.HTTPError as error:
            errors.append(error)

    class Log(list[Any]):
        def append(self, item: Any) -> None:
            super().append(item)
            came.set()

    sandbox._log = Log()
    with sandbox.serve() as server:
        thread = threading.Thread(target=ask, args=(server.url,))
        thread.start()
        came.wait()
    thread.join()
    assert len(errors) == 1
    assert {*threading.enumerate()} == before


# What is wrong with a request


@contextmanager
def wire(sandbox: Any, way: str) -> Iterator[httpx2.Client]:
    """A client that sends what it likes."""
    if way == "transport":
        with httpx2.Client(transport=sandbox.transport, base_url="https://zoo.example/v2") as http_client:
            yield http_client
    else:
        with sandbox.serve() as server, httpx2.Client(base_url=server.url) as http_client:
            yield http_client


KEY = {"X-Key": "sandbox-key"}
NEW = {"animal-name": "Bo", "kind": "cow", "type": "animal"}


@dataclass
class Wrong:
    """A request, and what is wrong with it."""

    target: str
    status: int
    message: str
    pointer: str = ""
    method: str = "GET"
    options: tuple[tuple[str, Any], ...] = (("headers", KEY),)


def post(status: int, message: str, pointer: str = "", **options: Any) -> Wrong:
    """Of an animal."""
    headers = {**KEY, **options.pop("headers", {})}
    return Wrong("/animals", status, message, pointer, "POST", (("headers", headers), *options.items()))


PROBLEMS = {
    "no such path": Wrong("/plants", 404, "there is nothing at this path"),
    "no such method": Wrong("/animals/1", 405, "the methods DELETE, GET only", method="PUT"),
    "no credentials": Wrong("/animals/1", 401, "the request needs credentials", options=()),
    "unknown credentials": Wrong("/animals/1", 401, "unknown", options=(("headers", {"X-Key": "s3cret"}),)),
    "path": Wrong("/animals/s3cret", 400, "animal_id: input should be a valid integer", "animal-id"),
    "query": Wrong("/animals/1?view=s3cret", 400, "view: input should be 'short' or 'long'", "view"),
    "unknown": Wrong("/animals/1?vieww=s3cret", 400, "vieww is no parameter", "vieww"),
    "no body": post(422, "the request needs a body"),
    "type": post(415, "has to be application/json", data={"a": "s3cret"}),
    "no JSON": post(422, "the body is no JSON", headers={"Content-Type": "application/json"}, content=b"{s3cret"),
    "missing": post(422, "kind: field required", "/kind", json={"animal-name": "Bo", "type": "animal"}),
    "constant": post(422, "field required", "/type", json={"animal-name": "Bo", "kind": "cow"}),
    "null": post(422, "should not be null", "/password", json={**NEW, "password": None}),
    "bound": post(422, "at least 2", "/animal-name", json={**NEW, "animal-name": "s"}),
    "member": post(422, "moth: extra inputs", "/moth", json={**NEW, "moth": 1}),
    "Python name": post(422, "required", "/animal-name", json={"animal_name": "Bo", "kind": "cow", "type": "animal"}),
    "below": post(422, "valid integer", "/mother/id", json={**NEW, "mother": {"id": "s3cret"}}),
    "null below": post(422, "not be null", "/mother/id", json={**NEW, "mother": {"id": None}}),
}


@pytest.mark.parametrize("way", ["transport", "socket"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_wrong_is_said_as_declared(sandbox: Any, name: str, way: str) -> None:
    """With the declared error that fits best, in its envelope; what and where, never the value."""
    wrong = PROBLEMS[name]
    with wire(sandbox, way) as http_client:
        answer = http_client.request(wrong.method, wrong.target, **dict(wrong.options))
    assert answer.status_code == wrong.status
    [call] = sandbox.requests
    assert wrong.message in call.problem.message
    assert call.arguments == {}
    assert not wrong.pointer or call.problem.pointer == wrong.pointer
    assert "s3cret" not in answer.text
    assert "s3cret" not in repr(call)
    if wrong.status in (404, 405):  # no operation declares them for that path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {"title": call.problem.message, "status": wrong.status}
    else:
        assert answer.json()["problems"][0]["message"] == call.problem.message


@pytest.mark.parametrize("way", ["transport", "socket"])
def test_a_body_in_chunks(sandbox: Any, way: str) -> None:
    """RFC 9112, 7.1."""
    pieces = iter([b'{"animal-name": "B', b'o", "kind": "cow", "type": "animal"}'])
    headers = {**KEY, "Content-Type": "application/json"}
    with wire(sandbox, way) as http_client:
        assert http_client.post("/animals", content=pieces, headers=headers).status_code == 201
    assert sandbox.requests[0].arguments["animal_name"] == "Bo"


def test_no_repr_shows_a_secret(case: Case, sandbox: Any) -> None:
    """Of what came and of what is answered; nor does the page, where the API's error quotes it."""
    with sandbox.client() as client:
        client.default.create_animal(animal_name="Bo", kind="cow", password="s3cret")
    assert sandbox.requests[0].arguments["password"] == "s3cret"
    assert "s3cret" not in repr(sandbox.requests)
    assert "sandbox-key" not in repr((sandbox, sandbox.requests))
    sandbox.on("create_animal")(
        lambda call: case.module("testing").Reply(422, {"problems": [{"message": "s3cret is no password"}]})
    )
    with sandbox.client() as client, pytest.raises(case.package.UnprocessableEntityError):
        client.default.create_animal(animal_name="Bo", kind="cow", password="s3cret")
    assert "s3cret" not in repr(sandbox.exchanges)
    with sandbox.serve() as server:
        page = httpx2.get(server.page).text
    assert "animal_<wbr>name=&#x27;Bo&#x27;" in page
    assert "422: •••• is no password" in page
    assert "s3cret" not in page


def test_one_call_at_a_time(sandbox: Any) -> None:
    """Threads, tasks and connections may share a sandbox; a handler needs no lock of its own."""
    inside, most = [0], [0]

    def count(call: Any) -> Any:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        inside[0] -= 1
        return ANIMAL

    sandbox.on("get_animal")(count)

    def work() -> None:
        with sandbox.client() as client:
            for _ in range(25):
                client.default.get_animal(animal_id=1)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sandbox.requests), most) == (150, [1])


def test_what_a_handler_raises_reaches_the_test(way: Way, capfd: pytest.CaptureFixture[str]) -> None:
    """It is a mistake there; a client of a socket gets a 500, and the terminal of the server shows it."""

    def fail(call: Any) -> Any:
        raise LookupError(call.operation)

    way.sandbox.on("get_animal")(fail)
    if way.name == "socket":
        assert way.error(get).status_code == 500
        assert "LookupError: get_animal" in capfd.readouterr().err
    else:
        with pytest.raises(LookupError, match="get_animal"):
            way.call(get)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /v2/animals HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /v2/animals HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /v2/animals HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET /v2/animals/1 HTTP/1.1\r\nX-Key: \xff\r\nConnection: close\r\n\r\n", 401),
        (b"GET /v2/animals/%ff%00 HTTP/1.1\r\nX-Key: sandbox-key\r\nConnection: close\r\n\r\n", 400),
        (b"GET /%zz?%zz=%&&=;; HTTP/1.1\r\nConnection: close\r\n\r\n", 404),
        (b"nothing\r\n\r\n", 400),
    ],
)
def test_a_request_that_no_client_sends(sandbox: Any, sent: bytes, status: int) -> None:
    """It is answered, and the next one, too."""
    with sandbox.serve() as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        assert re.search(rb"\b%d\b" % status, received), received
        assert httpx2.get(f"{server.url}/animals/latest", headers=KEY).text == "text"
