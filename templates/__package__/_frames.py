"""What an exception keeps alive: the frames of its traceback hold the request, and with it the credentials."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType

import httpx2

__all__ = ["empty_frames", "interruption", "is_of_caller", "raised_by_signal", "without_tracebacks"]

_CLIENT = (__name__.rpartition(".")[0], "httpx2", "contextlib")
# What is called from there is a library, too, down to the sockets. Other transports are the caller's, or call the
# caller's code, such as the handler of a MockTransport.
_NETWORK = (httpx2.HTTPTransport.handle_request.__module__, "httpcore2")
# Whose exceptions come from there. Any other class is of the caller, whose code another thread can have interrupted.
_BELOW = {*sys.stdlib_module_names, "anyio", "h11", "h2", "httpcore2", "httpx2", "socksio", "trio"}


def interruption(error: Exception) -> Exception | None:
    """What interrupted the network, if it was no failure of it: a time limit of the caller's, for example.

    A signal handler raised it, or another thread by `PyThreadState_SetAsyncExc`.
    """
    if type(error).__module__.partition(".")[0] not in _BELOW:
        return error
    return raised_by_signal(error)


def raised_by_signal(error: Exception) -> Exception | None:
    """The exception of a signal handler that led to this one, or is this one."""
    import signal  # rarely needed

    handlers = (signal.getsignal(number) for number in signal.valid_signals())
    codes = {getattr(handler, "__code__", None) for handler in handlers} - {None}
    for each in _chain(error):
        if isinstance(each, Exception) and any(frame.f_code in codes for frame in _frames(each)):
            return each
    return None


def is_of_caller(error: BaseException) -> bool:
    """Whether code of the caller raised it: an event hook, an auth flow or a transport."""
    return any(not _is_in(frame, _NETWORK) and not _is_in(frame, _CLIENT) for frame in _above_network(error))


def empty_frames(error: BaseException) -> None:
    """Delete the variables of the frames of this package, httpx2 and what that calls, not of the caller's code."""
    for each in _chain(error):
        for frame in _library_frames(each):
            with suppress(RuntimeError):  # it is still being executed
                frame.clear()


def without_tracebacks(error: Exception) -> Exception:
    """The exception, and those that led to it, without tracebacks."""
    empty_frames(error)
    for each in _chain(error):
        each.__traceback__ = None
    return error


def _above_network(error: BaseException) -> Iterator[FrameType]:
    for frame in _frames(error):
        yield frame
        if _is_in(frame, _NETWORK):
            return


def _library_frames(error: BaseException) -> Iterator[FrameType]:
    in_network = False
    for frame in _frames(error):
        in_network = in_network or _is_in(frame, _NETWORK)
        if not in_network and not _is_in(frame, _CLIENT):
            return
        yield frame


def _frames(error: BaseException) -> Iterator[FrameType]:
    """Outermost first."""
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and all that caused it or was being handled when it was raised."""
    seen: dict[int, BaseException] = {}
    ahead: list[BaseException | None] = [error]
    while ahead:
        each = ahead.pop()
        if each is not None and id(each) not in seen:
            seen[id(each)] = each
            ahead += each.__cause__, each.__context__
    yield from seen.values()


def _is_in(frame: FrameType, modules: tuple[str, ...]) -> bool:
    name = frame.f_globals.get("__name__", "")
    return any(name == module or name.startswith(f"{module}.") for module in modules)
