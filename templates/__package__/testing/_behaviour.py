"""A request as the sandbox understands it, its answer, and what an API does beyond its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._sandbox import BaseSandbox

__all__ = ["Behaviour", "Call", "Problem", "Reply"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a request."""

    status: int
    """Of the errors that the operation declares, the one that fits best; 404 where there is no such operation."""
    message: str
    """For people; never a value that was sent, which may be a secret."""
    argument: str = ""
    """Its Python name; empty: it is about no argument."""
    pointer: str = ""
    """The JSON Pointer (RFC 6901) within the body, or the name of the parameter on the wire."""


@dataclass(slots=True, eq=False)
class Call:
    """A request as the sandbox understands it. Its repr shows no headers, body and arguments: they hold secrets."""

    operation: str
    """The Python name, such as `create_thing`; empty where no operation has this method and path."""
    method: str
    path: str = field(repr=False)
    """As it was sent, without the path of the base URL and without the query."""
    headers: Mapping[str, str] = field(repr=False)
    """The case of a name makes no difference."""
    body: bytes = field(repr=False)
    url: str = field(default="", repr=False)
    """The whole one, as the caller wrote it, without the query."""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What came for each security scheme, by its name in the description; of Basic, `user:password`."""
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was sent, by Python name, checked; empty while there is a `problem`."""
    problem: Problem | None = None
    security: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    """Alternatives of security schemes that the request can come with; none: it needs no credentials."""


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """An answer. Its repr shows the status only."""

    status: int
    body: Any = field(default=None, repr=False)
    """A model, plain values of JSON, a text, bytes; None: no body."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Behaviour:
    """What an API does beyond its description. This one answers with the examples of the description.

    That of an API is a subclass. A method of it that has the name of an operation answers that operation: it takes the
    `Call` and returns a `Reply`, or only its body, with the operation's first status of success. `sandbox.on` does the
    same for one sandbox, also for an operation that has the name of a method of this class.

    One call at a time: a sandbox holds a lock while it asks its behaviour.
    """

    def __init__(self, sandbox: BaseSandbox[Any]) -> None:
        """For one sandbox, whose `now()` is the clock."""
        self.sandbox = sandbox

    def settings(self) -> dict[str, Any]:
        """What the clients that the sandbox makes are made with, such as `api_key`."""
        return {"api_key": self.sandbox.keys} if self.sandbox.keys else {}

    def accepts(self, scheme: str, credential: str) -> bool:
        """Whether a credential is known for the security scheme of this name; here, only that of `settings`."""
        return credential == self.sandbox.keys.get(scheme)

    def introduction(self, url: str) -> list[str]:
        """What a person who has started the sandbox on the command line reads: lines to try, with its base URL."""
        from ._introduction import introduction

        return introduction(self.settings(), url)

    def reply(self, call: Call, proceed: Callable[[], Reply]) -> Reply:
        """Answer a call. Whatever is to happen around all calls, such as a rate limit, belongs here.

        `proceed` asks the handler of `sandbox.on`, else the method with the operation's name, else takes the example.
        """
        return proceed() if call.problem is None else self.refuse(call, call.problem)

    def refuse(self, call: Call, problem: Problem) -> Reply:
        """The error for a problem: as the operation declares it, with the problem's message in it."""
        return self.sandbox.refusal(call, problem)
