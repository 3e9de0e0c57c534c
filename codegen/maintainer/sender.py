"""Tells what a package sends: `python -I sender.py FOLDER PACKAGE`, with the calls on standard input.

Runs in a process of its own, with nothing of this generator: two versions of a package have the same name.
Reads a Python literal, `[(attribute, method, arguments), …]`, and prints a JSON list with an outcome for each call.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import httpx2

#: A name and a password: enough for every scheme.
API_KEY = "user:password"
BASE_URL = "https://base.example"


def main(folder: str, package: str) -> None:
    """Make the calls."""
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    sender = Sender(importlib.import_module(package))
    calls = ast.literal_eval(sys.stdin.read())
    json.dump([sender.outcome(*call) for call in calls], sys.stdout)


class Sender:
    """Two clients of a package that reach nobody: one with the server of the description, one with `BASE_URL`."""

    def __init__(self, package: Any) -> None:
        self.version = f"/{package.__version__}"
        self.sent: list[httpx2.Request] = []
        http_client = httpx2.Client(transport=httpx2.MockTransport(self._answer), trust_env=False)
        options = {"http_client": http_client, "api_key": API_KEY, "max_retries": 0}
        self.other = package.Client(base_url=BASE_URL, **options)
        try:
            self.usual = package.Client(**options)
        except ValueError:  # the server is only known to whoever has read the description from it
            self.usual = self.other

    def outcome(self, attribute: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The request of a call, or why there is none."""
        try:
            other, usual = (self._request(client, attribute, method, arguments) for client in (self.other, self.usual))
        except Exception as error:  # noqa: BLE001 - the package can be of any version
            return {"refused": f"{type(error).__name__}: {error}"}
        return described(other, usual, self.version)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.sent.append(request)
        return httpx2.Response(500)

    def _request(self, client: Any, attribute: str, method: str, arguments: dict[str, Any]) -> httpx2.Request:
        self.sent.clear()
        function = getattr(getattr(client, attribute), method)
        try:
            function(**known(function, arguments))
        except Exception:
            if not self.sent:
                raise
        return self.sent[0]


def known(function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments that the method has: an earlier version may lack some."""
    names = inspect.signature(function).parameters
    return {name: value for name, value in arguments.items() if name in names}


def described(other: httpx2.Request, usual: httpx2.Request, version: str) -> dict[str, Any]:
    """The request as plain data. A header that is another one in each call has no value."""
    path, _, query = other.url.raw_path.decode("ascii").partition("?")
    start = usual.url.raw_path.decode("ascii").partition("?")[0].removesuffix(path)
    boundary = other.headers.get("content-type", "").partition("boundary=")[2]
    headers = {
        name: _stable(value, usual.headers.get(name), version)
        for name, value in other.headers.items()
        if name not in ("host", "content-length")
    }
    return {
        "method": other.method,
        "server": f"{usual.url.scheme}://{usual.url.netloc.decode('ascii')}{start}",
        "path": path,
        "query": query,
        "headers": headers,
        "body": other.content.decode("latin-1").replace(boundary or "\0", "BOUNDARY"),
    }


def _stable(value: str, again: str | None, version: str) -> str:
    """A header without what differs from call to call, or from version to version."""
    kind, separator, _ = value.partition("boundary=")
    if separator:
        return kind.rstrip("; ")
    return value.replace(version, "/VERSION") if value == again else ""


if __name__ == "__main__":
    main(*sys.argv[1:])
