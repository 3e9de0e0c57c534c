"""Attributes that answers, errors and models have beside what the client gives them by itself."""

from __future__ import annotations

from codegen.naming.names import identifier, member

#: Headers that mean the same wherever they are described (the RateLimit ones by draft-ietf-httpapi-ratelimit-headers).
_WELL_KNOWN = {
    "request-id": "request_id",
    "x-request-id": "request_id",
    "ratelimit-limit": "rate_limit.limit",
    "ratelimit-remaining": "rate_limit.remaining",
    "ratelimit-reset": "rate_limit.reset",
}
RATE_LIMIT = frozenset({"rate_limit.limit", "rate_limit.remaining", "rate_limit.reset"})

_NO_NAME = "must be a name that Python has no other use for, in snake_case, without an underscore before it"

#: What `ApiResponse` and the errors have by themselves.
TAKEN = frozenset(
    "add_note argument args attempts body characters_written content count data elapsed envelope errno errors field "
    "filename filename2 headers idempotency_key index is_retryable outcome rate_limit reason retry_after started_at "
    "status_code strerror with_traceback".split()
)


def of_header(name: str, described: object) -> str:
    """The attribute that a header is read as: what the description says (`x-python-attribute`), or a well-known one."""
    return str(described) if described else _WELL_KNOWN.get(name.lower(), "")


def header_fault(name: object) -> str:
    """Why no attribute of answers and errors can have this name; empty if one can."""
    if isinstance(name, str) and name in RATE_LIMIT:
        return ""
    if not _is_public(name):
        return _NO_NAME
    return f"must not be {name}, which answers or errors have anyway" if name in TAKEN else ""


def member_fault(name: object) -> str:
    """Why no attribute of a model can have this name; empty if one can."""
    return "" if _is_public(name) and member(str(name)) == name else _NO_NAME


def _is_public(name: object) -> bool:
    return isinstance(name, str) and name.isascii() and bool(name) and identifier(name) == name
