"""What Schemathesis cannot know from the description, for requests that are meant to be accepted.

Loaded by Schemathesis in an environment of its own, in which nothing else of this repository can be imported.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# By name, since the environment in which types are checked has no Schemathesis.
schemathesis: Any = import_module("schemathesis")


#: Media types that Schemathesis writes itself; `application/pdf` is none, and stops it.
_WRITTEN = re.compile(r"text/|multipart/|.*(json|xml|yaml|form-urlencoded|octet-stream)$")


#: The names of parts that are files.
_FILES: set[str] = set()


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]  # it is Any here
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Let it send the parts of forms in every media type that the description names for them, as bytes."""
    for part, name in _part_types(raw_schema):
        if not _WRITTEN.match(name):
            schemathesis.serializer.alias(name, "application/octet-stream")
            _FILES.add(part)


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]  # it is Any here
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what no form can say: an object in place of a file, which would be sent as the bytes of its JSON."""
    parts = case.body if isinstance(case.body, dict) else {}
    return not any(isinstance(parts.get(part), dict | list | float | int) for part in _FILES)


def _part_types(value: Any) -> Iterator[tuple[str, str]]:
    """The media types in the `encoding` of any form, each after the name of the part."""
    if isinstance(value, dict):
        for part, encoding in value["encoding"].items() if isinstance(value.get("encoding"), dict) else ():
            yield from ((part, name.strip()) for name in str(encoding.get("contentType", "text/plain")).split(","))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _part_types(inner)


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]  # it is Any here
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Name an organization and scopes that there are, and use each idempotency key once: others are refused.

    Its coverage phase takes `0` for a text with a pattern, so a version that does not match is replaced, too.
    """
    if case.headers and case.headers.get("Idempotency-Key"):  # or the answer would be that of an earlier request
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if not case.meta.generation.mode.is_positive:
        return
    if case.headers and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", case.headers.get("Persona-Version", "2023-01-05")):
        case.headers["Persona-Version"] = "2023-01-05"
    if isinstance(case.body, dict) and "client-id" in case.body:
        case.body["client-id"] = os.environ["SANDBOX_ORGANIZATION"]
    if isinstance(case.body, dict) and "scope" in case.body:
        case.body["scope"] = "inquiry.read:inq_1"
