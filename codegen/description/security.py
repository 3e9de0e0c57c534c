"""What OpenAPI says about security: kinds of schemes, and requirements (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.description.pointers import join

#: The security requirements of one object that a request body can be, in place of the operation's.
SECURITY = "x-security"
_HTTP_SCHEMES = ("basic", "bearer")


def scheme_kind(scheme: dict[str, Any]) -> str:
    """How the client sends the credentials of a scheme: as `key`, `basic` or `bearer`; `unsupported`: not at all."""
    kind, name = scheme.get("type"), str(scheme.get("scheme")).lower()
    if kind == "http":
        return name if name in _HTTP_SCHEMES else "unsupported"
    # OAuth 2 and OpenID Connect end in a bearer token (RFC 6750).
    return {"apiKey": "key", "oauth2": "bearer", "openIdConnect": "bearer"}.get(str(kind), "unsupported")


def alternatives(requirements: Any) -> tuple[tuple[str, ...], ...]:
    """The names of the schemes in each requirement."""
    return tuple(tuple(names) for names in requirements or ())


def named_schemes(requirements: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """The pointer and the name of each scheme, whatever else is wrong with the requirements at `pointer`."""
    for index, names in enumerate(requirements if isinstance(requirements, list) else ()):
        for name in names if isinstance(names, dict) else ():
            yield join(f"{pointer}/{index}", name), name


def requirements_fault(value: object) -> str:
    """What is wrong with the form of security requirements; empty: nothing."""
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        scopes = [scopes for item in value for scopes in item.values()]
        if all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in scopes):
            return ""
    return "must be a list of mappings from the names of security schemes to lists of scopes, as `security` is"
