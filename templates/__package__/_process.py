"""What belongs to one process, and is made anew in a process that was forked from it.

After `os.fork()` the child has a copy of everything: of locks that another thread of the parent held, which nobody will
ever release, and of connections, on which both would read each other's answers.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

__all__ = ["PerProcess", "cached_property"]

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value of its own for each process; safe to share between threads, and without a lock."""

    def __init__(self, make: Callable[[], T], abandon: Callable[[T], object] | None = None) -> None:
        """Nothing is made before it is asked for.

        Args:
            make: Makes the value of a process. Threads that ask at the same time may each call it; all get one value.
            abandon: Called in a forked child with its copy of the parent's value, to close file descriptors. It must
                take no lock and do no input or output: the parent still uses the connections.
        """
        self._make = make
        self._abandon = abandon
        self._values: dict[int, T] = {}
        _instances.add(self)

    def get(self) -> T:
        """The value of this process."""
        # Not only by the hook below: servers that fork in C (uWSGI) do not call it.
        value = self._values.get(os.getpid())
        return self._own() if value is None else value

    def peek(self) -> T | None:
        """The value of this process, if there is one."""
        self.abandon_inherited()
        return self._values.get(os.getpid())

    def abandon_inherited(self) -> None:
        """Let go of the values of other processes."""
        own = os.getpid()
        for process in [*self._values]:
            value = None if process == own else self._values.pop(process, None)
            if value is not None and self._abandon is not None:
                self._abandon(value)

    def _own(self) -> T:
        self.abandon_inherited()
        return self._values.setdefault(os.getpid(), self._make())


_instances: weakref.WeakSet[PerProcess[Any]] = weakref.WeakSet()


def _abandon_all() -> None:
    for instance in [*_instances]:
        instance.abandon_inherited()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    # At once, and not at the first call: a child that never calls would keep the parent's connections open.
    os.register_at_fork(after_in_child=_abandon_all)


if sys.version_info >= (3, 12):
    from functools import cached_property as cached_property
else:

    class cached_property(Generic[T]):  # noqa: N801 (the name that it has in functools)
        """`functools.cached_property` as it is since Python 3.12: without a lock that a fork may leave held."""

        def __init__(self, function: Callable[[Any], T]) -> None:
            self._function = function
            self._name = function.__name__
            self.__doc__ = function.__doc__

        @overload
        def __get__(self, instance: None, owner: type) -> cached_property[T]: ...

        @overload
        def __get__(self, instance: object, owner: type) -> T: ...

        def __get__(self, instance: Any, owner: type) -> cached_property[T] | T:
            if instance is None:
                return self
            value: T = instance.__dict__.setdefault(self._name, self._function(instance))
            return value
