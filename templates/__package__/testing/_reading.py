"""From a request to a `Call`: which operation, which credentials, which arguments, and what is wrong with them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from .._http import is_name
from .._operation import Operation
from .._security import ApiKey, Basic, Bearer
from .._text import shown
from ..errors import InvalidRequestError
from ._behaviour import Call, Problem
from ._content import ProblemError, read_body
from ._description import SECURITY
from ._outcome import Request
from ._parameters import Sources, read_parameters
from ._routes import Match, Routes

__all__ = ["Reader", "fitting_status", "keys", "unauthorised"]


class Reader:
    """Reads requests by the operations of the package."""

    def __init__(self, routes: Routes) -> None:
        """For these operations."""
        self._routes = routes

    def read(self, request: Request) -> Call:
        """The request as a call."""
        path, _, query = request.target.partition("?")
        pairs = frozenset(query.split("&"))
        matches = self._routes.matches(request.method, path, pairs)
        calls = [_call(match, request, query) for match in matches]
        fitting = (call for call in calls if call.problem is None)
        return next(fitting, calls[0]) if calls else self._unknown(request, path)

    def _unknown(self, request: Request, path: str) -> Call:
        methods = self._routes.methods(path)
        problem = Problem(404, "there is nothing at this path")
        if methods:
            problem = Problem(405, f"this path has the methods {', '.join(methods)} only")
        return Call("", request.method, self._routes.relative(path), request.headers, request.body, problem=problem)


def _call(match: Match, request: Request, query: str) -> Call:
    operation = match.route.operation
    call = Call(match.route.name, request.method, match.path, request.headers, request.body, request.url)
    call.security = operation.security
    sources = Sources(match.values, query, request.headers)
    fixed = {unquote_plus(pair.partition("=")[0]) for pair in match.route.fixed_query}
    sources.query.take(fixed.__contains__)
    call.credentials = _credentials(sources)
    try:
        arguments = read_parameters(operation, sources)
        _check_names(sources)
        arguments |= read_body(operation, request)
        call.security = _prepared(operation, arguments)
        call.arguments = arguments
    except ProblemError as error:
        call.problem = error.problem(fitting_status(operation, error.statuses))
    except RecursionError:
        call.problem = Problem(fitting_status(operation, (400, 422)), "the request nests too deeply")
    return call


def _check_names(sources: Sources) -> None:
    """See whether the query has only what the operation knows.

    Raises:
        ProblemError: It has something else.
    """
    credentials = {scheme.name for _, scheme in _known() if scheme.location == "query"}
    if left := [name for name in sources.query.left if name not in credentials]:
        name = shown(left[0], 64)
        raise ProblemError((400, 422), f"{name} is no parameter of this operation", "", name)


def _prepared(operation: Operation[Any], arguments: Mapping[str, Any]) -> Any:
    """What security the request needs, after the checks of the client.

    Raises:
        ProblemError: The arguments do not fit.
    """
    absent = {parameter.name: None for parameter in operation.parameters if parameter.location == "header"}
    try:
        return operation.prepare({**absent, **arguments}).security
    except InvalidRequestError as error:
        argument = (error.argument or "").partition(".")[0]
        named = (parameter.wire_name for parameter in operation.parameters if parameter.name == argument)
        pointer = next(named, "")
        raise ProblemError((400, 422) if pointer else (422, 400), str(error), argument, pointer) from None


def fitting_status(operation: Operation[Any], statuses: Iterable[int]) -> int:
    """The first of the statuses that the operation declares; else the first one."""
    declared = {answer.status for answer in operation.answers}
    return next((status for status in statuses if str(status) in declared), next(iter(statuses)))


# Credentials


def keys() -> dict[str, str]:
    """A credential for each security scheme of the description."""
    return {name: "sandbox:password" if isinstance(scheme, Basic) else "sandbox-key" for name, scheme in _known()}


def _known() -> Iterable[tuple[str, Any]]:
    """The schemes that the package supports, and that HTTP can carry."""
    schemes = ((name, scheme) for name, scheme in SECURITY.items() if isinstance(scheme, (ApiKey, Basic, Bearer)))
    return [(name, scheme) for name, scheme in schemes if is_name(scheme.location, scheme.name)]


def _credentials(sources: Sources) -> dict[str, str]:
    """What came for each security scheme."""
    found = {name: _credential(scheme, sources) for name, scheme in _known()}
    return {name: value for name, value in found.items() if value is not None}


def _credential(scheme: Any, sources: Sources) -> str | None:
    if not isinstance(scheme, ApiKey):
        kind, _, value = sources.headers.get("authorization", "").partition(" ")
        if kind.lower() != ("basic" if isinstance(scheme, Basic) else "bearer"):
            return None
        return _decoded(value.strip()) if isinstance(scheme, Basic) else value.strip()
    if scheme.location == "header":
        return sources.headers.get(scheme.name)
    pairs = sources.query if scheme.location == "query" else sources.cookies
    last = pairs.last(scheme.name)
    return None if last is None else unquote_plus(last)


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def unauthorised(call: Call, operation: Operation[Any], accepts: Callable[[str, str], bool]) -> None:
    """Note on a call that no alternative of its security is met, which comes before what else is wrong with it.

    A scheme that the package does not support counts as met. An alternative without schemes is met by a request
    without credentials for the others.
    """
    if not any(call.security) or any(_is_met(names, call, accepts) for names in call.security):
        return
    came = [name for names in call.security for name in names if name in call.credentials]
    if () in call.security and not came:
        return
    message = "the credentials are unknown" if came else "the request needs credentials"
    call.problem = Problem(fitting_status(operation, (401, 403)), message, "", "Authorization")
    call.arguments = {}


def _is_met(names: Iterable[str], call: Call, accepts: Callable[[str, str], bool]) -> bool:
    supported = {name for name, _ in _known()}
    wanted = [name for name in names if name in supported]
    return bool(names) and all(name in call.credentials and accepts(name, call.credentials[name]) for name in wanted)
