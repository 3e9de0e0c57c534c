"""Every operation of every case: what the client sends is what the sandbox reads, and what that answers is decoded."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from codegen.maintainer.samples import Call, samples
from codegen.model.read import read
from tests.support.cases import Case, Library

CASES = sorted(folder for folder in Path(__file__).parent.iterdir() if (folder / "spec.yaml").exists())
#: One for each way to write parameters and bodies; the others are a sweep.
FIRST = (
    *("path_simple", "path_label", "path_matrix", "query_form", "query_deep_object", "query_space_delimited"),
    *("query_pipe_delimited", "query_content_json", "header_simple", "cookie_form", "form_encoding", "form_urlencoded"),
    *("multipart_encoding", "multipart_files", "body_json", "body_one_of", "security_keys", "text_body"),
)
REST = [folder for folder in CASES if folder.name not in FIRST]


#: Calls that nothing can answer as they are described, and one that the client writes in another way.
EXCEPTIONS = {
    ("examples", "get_tree"): "needs itself, so that no answer ends",
    ("answer_empty", "move_pet"): "declares no answer but a redirect",
    ("recursive", "put_json"): "an empty object of a class is sent as an empty list where both are allowed",
}
#: With `allowReserved`, the caller has to encode what ends a value.
RESERVED = {"raw": "a/b?c&d=e:f@g+h%i"}


class Observed:
    """A client of a case whose requests the sandbox answers, and the last of them."""

    def __init__(self, case: Case) -> None:
        self.package: Any = case.package
        self.sandbox: Any = case.module("testing").Sandbox()
        self.sent: list[httpx2.Request] = []
        hooks = {"request": [self.sent.append]}
        self.http_client = httpx2.Client(transport=self.sandbox.transport, event_hooks=hooks)
        self.client: Any = self.sandbox.client(http_client=self.http_client, max_retries=0)

    def call(self, attribute: str, method: str, arguments: dict[str, Any]) -> str:
        """What is wrong with the answer to a call; empty: it is decoded, or nothing was sent."""
        self.sent.clear()
        self.sandbox.clear()
        try:
            getattr(getattr(self.client, attribute), method)(**arguments)
        except self.package.InvalidRequestError as error:
            return "" if not self.sent else f"sent, and refused: {error}"
        except self.package.ApiError as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def prepared_again(self) -> tuple[Any, ...]:
        """What the client would send for the arguments that the sandbox has read."""
        call = self.sandbox.requests[-1]
        operation = self.sandbox.routes.operation(call.operation)
        absent = {parameter.name: None for parameter in operation.parameters if parameter.location == "header"}
        prepared = operation.prepare({**absent, **call.arguments})
        headers = {name.lower(): value for name, value in prepared.headers.items()}
        return prepared.path, headers, prepared.content or b""


def stable(content_type: str, content: bytes) -> bytes:
    """A body without the boundary of its parts."""
    boundary = content_type.partition("boundary=")[2].encode()
    return content.replace(boundary, b"BOUNDARY") if boundary else content


def differences(observed: Observed) -> Iterator[str]:
    """Where the last request differs from what the sandbox has read of it."""
    if not observed.sandbox.requests:  # an event hook may have seen one that HTTP cannot carry
        return
    call = observed.sandbox.requests[-1]
    if call.problem is not None:
        yield f"refused: {call.problem}"
        return
    [request] = observed.sent
    path, headers, content = observed.prepared_again()
    target = request.url.raw_path.decode()
    if not without_credentials(target).endswith(str(httpx2.URL(f"http://x{path}").raw_path.decode())):
        yield f"{target} became {path}"
    for name, value in headers.items():
        if name not in ("content-type", "cookie") and request.headers[name] != value:
            yield f"{name}: {request.headers[name]} became {value}"
    sent = stable(request.headers.get("content-type", ""), request.content)
    again = stable(headers.get("content-type", ""), content)
    if sent != again:
        yield f"{sent!r} became {again!r}"


def without_credentials(target: str) -> str:
    return re.sub(r"[?&][^?&]*=(sandbox-key|sandbox%3Apassword)(?=&|$)", "", target)


def is_told_apart(case: str, call: Call) -> bool:
    """Whether what is sent says all of the call."""
    is_reserved = "reserved" in case or "form" in case
    return (case, call.method) not in EXCEPTIONS and not (is_reserved and RESERVED.items() <= call.arguments.items())


def check(library: Library, folder: Path) -> None:
    observed = Observed(library.case(folder))
    faults: dict[str, None] = {}
    sent = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for operation in samples(read(folder / "spec.yaml", "spec.yaml").api):
            for call in filter(partial(is_told_apart, folder.name), operation.calls):
                fault = observed.call(call.attribute, call.method, call.arguments)
                sent += len(observed.sent)
                found = [*differences(observed), *([fault] if fault else [])]
                faults |= {f"{call.method}({call.arguments}): {text}"[:600]: None for text in found}
    assert [*faults] == []


@pytest.mark.parametrize("name", FIRST)
def test_requests_and_answers(library: Library, name: str) -> None:
    """The sandbox reads what the client writes, and the client what the sandbox answers."""
    check(library, Path(__file__).parent / name)


@pytest.mark.sweep
@pytest.mark.parametrize(
    "folder", [folder for folder in CASES if folder.name not in FIRST], ids=lambda folder: folder.name
)
def test_all_the_others(library: Library, folder: Path) -> None:
    """The same for all cases."""
    check(library, folder)
