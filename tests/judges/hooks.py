"""What Schemathesis cannot know from the description, for requests that are meant to be accepted.

Loaded by Schemathesis in an environment of its own, in which nothing else of this repository can be imported.
"""

from __future__ import annotations

import os
import re
import uuid
from importlib import import_module
from typing import Any

# By name, since the environment in which types are checked has no Schemathesis.
schemathesis: Any = import_module("schemathesis")


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
