"""The twins of methods: `x_with_http_info` makes the same call as `x` and returns the whole answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import WRAPPER_ASSIGNMENTS, partial, update_wrapper
from types import CoroutineType, FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, get_overloads, overload

if TYPE_CHECKING:
    from ._transport import ApiResponse

__all__ = ["async_with_http_info", "with_http_info"]

P = ParamSpec("P")
T = TypeVar("T")

_COPIED = (*WRAPPER_ASSIGNMENTS, "__annotations__")  # which Python 3.14 no longer has among them


# Type checkers match P with each overload of a method, so that its twin has them all. These are two functions, not one
# with overloads of its own, because a method that returns Any would match both.
def with_http_info(method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
    """Make the twin of a method: with its signature and its overloads, but what it returns is an ApiResponse."""
    call: Callable[..., Any] = method

    def twin(self: Any, **arguments: Any) -> Any:
        try:
            return call(_caller(self), **arguments)
        finally:
            del arguments  # they hold secrets, and tracebacks may be shown with locals

    return _described(twin, method)


def async_with_http_info(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, CoroutineType[Any, Any, ApiResponse[T]]]:
    """Make the twin of a coroutine function."""
    call: Callable[..., Any] = method

    async def twin(self: Any, **arguments: Any) -> Any:
        try:
            return await call(_caller(self), **arguments)
        finally:
            del arguments  # they hold secrets, and tracebacks may be shown with locals

    return _described(twin, method)


def _caller(api: Any) -> SimpleNamespace:
    """All that a method needs of `self`; its calls return the whole answer."""
    return SimpleNamespace(_call=partial(api._call, with_http_info=True))


def _described(twin: Callable[..., Any], method: Any) -> Callable[..., Any]:
    """Give the twin what `help`, `inspect.signature` and `typing.get_overloads` read."""
    for variant in get_overloads(method):
        overload(_retyped(variant))
    return update_wrapper(twin, _retyped(method), _COPIED)  # the signature is that of what is wrapped


def _retyped(function: Any) -> FunctionType:
    """Copy a function, with the name, the documentation and the return type of the twin."""
    copy = FunctionType(function.__code__, function.__globals__, f"{function.__name__}_with_http_info")
    copy.__qualname__ = f"{function.__qualname__}_with_http_info"
    copy.__doc__ = f"As `{function.__name__}`, with the status code and the headers of the answer."
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__annotations__ = function.__annotations__ | {"return": f"ApiResponse[{function.__annotations__['return']}]"}
    return copy
