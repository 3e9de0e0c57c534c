"""Paths that are none: with braces that do not match, or with a query (OpenAPI 3.1, 4.8.8 and 4.8.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node
from codegen.description.pointers import join
from codegen.report.diagnostics import Diagnostic

#: Faults of a path, and how to correct each; `{0}` is what the pattern finds in its group.
_FAULTS = (
    (r"{[?&]([^{}]*)}", "has a query", "describe {0} as parameters `in: query`"),
    (
        r"{[+./;]?([^{}*:=?]*)(?:[*?]|[:=](?:[^{}]|{[^{}]*})*)?}",
        "has an expression that is more than a name",
        "write {{{0}}}",
    ),
    (r"\?([^=&#{}]*)", "has a query", "describe {0} as a parameter `in: query`"),
    (r"(#.*)", "has a fragment, which no request has", "leave {0} out"),
    (r"{{([^{}]*)}}", "has doubled braces", "write {{{0}}}"),
    (r"\$({[^{}]+})", "has a `$` before a parameter", "write {0}"),
)
_NAME = re.compile(r"{[^{}*?&+./;:=#]+}")


def check(document: Document, _: list[Node]) -> Iterator[Diagnostic]:
    """Report the first fault of each path."""
    for path in as_mapping(document.data.get("paths")):
        if path.startswith("/") and (fault := path_fault(path)):
            message, hint = fault
            yield document.diagnostic(join("#/paths", path), "bad-path", f"the path {message}", hint=hint)


def path_fault(path: str) -> tuple[str, str] | None:
    """What is wrong with a path, and how to correct it; None if nothing is."""
    rest = _NAME.sub("", path.replace("${", "\0{"))
    if not re.search(r"[{}?#\0]", rest) and "{{" not in path:
        return None
    if "{}" in path:
        return "has a parameter without a name", "write its name between the braces"
    plain = _NAME.sub("", path) if "{{" not in path else path
    for pattern, message, hint in _FAULTS:
        if match := re.search(pattern, path if pattern.startswith(r"\$") else plain):
            return message, hint.format(match[1] or "it")
    return "has a brace without its counterpart", "write each parameter as {name}"
