"""Graphs of what refers to what. All walks are loops, since a chain of references can be long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


def reachable(starts: Iterable[T], following: Callable[[T], Iterable[T]]) -> dict[T, None]:
    """The nodes that the edges lead to from `starts`, these included: each once, the nearest first."""
    reached = dict.fromkeys(starts)
    queue = deque(reached)
    while queue:
        for node in following(queue.popleft()):
            if node not in reached:
                reached[node] = None
                queue.append(node)
    return reached


def inner_first(components: Mapping[str, T], within: Callable[[T], Iterable[str]]) -> Iterator[str]:
    """The components, each after those within it, unless they contain each other."""
    seen: set[str] = set()
    for start in components:
        stack: list[tuple[str, Iterator[str]]] = [("", iter([start]))]
        while stack:
            name, inner = stack[-1]
            following = next((other for other in inner if other not in seen), None)
            if following is not None:
                seen.add(following)
                stack.append((following, iter(within(components[following]))))
            elif stack.pop() and stack:
                yield name


def within_themselves(graph: Mapping[str, Iterable[str]]) -> set[str]:
    """The components that contain themselves, directly or through others (Kosaraju's algorithm)."""
    holders: dict[str, list[str]] = {name: [] for name in graph}
    for name, inner in graph.items():
        for other in inner:
            holders[other].append(name)
    circles: set[str] = set()
    seen: set[str] = set()
    for start in reversed([*inner_first(graph, iter)]):
        circle, pending = set[str](), [start]
        while pending:
            if (name := pending.pop()) not in seen:
                seen.add(name)
                circle.add(name)
                pending += holders[name]
        if len(circle) > 1 or start in graph[start]:
            circles |= circle
    return circles
