"""Which credentials go with a request: what the description asks for, and what the caller has."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote

import httpx2

from ._checks import invalid_argument, plain
from ._http import is_name
from ._operation import Security
from .errors import InvalidRequestError

if TYPE_CHECKING:
    from .stores import Store

__all__ = [
    "Anonymous",
    "ApiKey",
    "Auth",
    "Basic",
    "Bearer",
    "BoundAuth",
    "Credentials",
    "Keyring",
    "Keys",
    "Scheme",
    "SecretURL",
    "Unsupported",
    "checked_keys",
    "keys_of_environment",
    "merged",
]

Auth: TypeAlias = httpx2.Auth | Callable[[httpx2.Request], httpx2.Request]
Keys: TypeAlias = str | Mapping[str, str]
"""One key for every scheme, or a key for each scheme by its name in the description."""

_VISIBLE: Final = re.compile(r"[\x21-\x7e]+"), "printable ASCII without blanks"
_COOKIE: Final = re.compile(r"[!#-:<-\[\]-~]+"), 'what a cookie can carry: printable ASCII without blanks, " ; and \\'
# RFC 7617, 2; and what UTF-8 can encode.
_USER_AND_PASSWORD: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+"), "text without control characters"
HttpClient: TypeAlias = httpx2.Client | httpx2.AsyncClient

_SALT: Final = os.urandom(16)


class Bearer:
    """RFC 6750: `Authorization: Bearer <api_key>`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return f"Bearer {api_key}"


class Basic:
    """RFC 7617: `Authorization: Basic …`; the key is `user:password`."""

    location = "header"
    name = "Authorization"

    def credential(self, api_key: str) -> str:
        """Value of the header."""
        return "Basic " + base64.b64encode(api_key.encode()).decode()


class ApiKey(NamedTuple):
    """The key as it is, in a header, the query or a cookie."""

    location: str
    name: str

    def credential(self, api_key: str) -> str:
        """Value of the parameter."""
        return api_key


class Unsupported:
    """A scheme that nothing is sent for, such as digest or mutual TLS: `auth` or `http_client` may do it."""


Scheme: TypeAlias = Bearer | Basic | ApiKey | Unsupported
_UNSUPPORTED: Final = Unsupported()


class Anonymous(httpx2.Auth):
    """Sends no credentials, whatever the environment and the `http_client` have."""

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """The request without them."""
        request.headers.pop("Authorization", None)
        yield request


class BoundAuth(httpx2.Auth):
    """An `auth` that sends its credentials to one origin (RFC 6454) only."""

    _base_url: str = ""  # here, so that an object half made has a repr: a traceback may show it
    _origin: httpx2.Origin

    def check(self, base_url: str) -> None:
        """Refuse another origin.

        Raises:
            InvalidRequestError: `base_url` is of another one.
        """
        if httpx2.URL(base_url).origin != self._origin:
            raise invalid_argument("auth", f"sends its token to the origin of {self._base_url} only, not to {base_url}")

    def identity_and_store(self) -> tuple[str, Store | None]:
        """The client that it authenticates, empty if unknown, and the store that it shares tokens through."""
        return "", None


class Credentials(NamedTuple):
    """What goes with each request of an operation."""

    headers: Mapping[str, str]
    query: str
    auth: Any
    """For httpx2's `send`."""

    def __repr__(self) -> str:
        """Without its values, which hold secrets."""
        return object.__repr__(self)


class SecretURL(httpx2.URL):
    """A URL with a secret in path or query; its text is another one, since httpx2, hooks and tracers log that.

    What is sent, `raw_path`, has the secret.
    """

    def __init__(self, url: httpx2.URL | str, shown: str) -> None:
        """The URL, and its text without the secret. Different URLs get different texts, since caches go by them."""
        super().__init__(url)
        mark = blake2b(self.raw_path, key=_SALT, digest_size=6).hexdigest()
        self.shown = shown
        self._text = f"{shown}#{mark}"

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._text!r})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)  # no repr: it holds secrets
class Keyring:
    """The credentials of a client."""

    schemes: Mapping[str, Scheme]
    """The schemes of the description, by name."""
    keys: Mapping[str, str]
    """By name of the scheme; see `checked_keys`."""
    variables: Mapping[str, str]
    """The environment variables that may hold keys, by name of the scheme; for messages."""
    auth: Auth | None

    def credentials(
        self, operation: str, security: Security, own: Mapping[str, str], http: HttpClient | None
    ) -> Credentials:
        """What to send for an operation: `auth`, else the keys of the first alternative that is complete.

        A scheme needs no key if its header is among those that the caller sets (`own`, by lower-case name), or if the
        caller's `http` client sends by itself what the scheme asks for.

        Raises:
            InvalidRequestError: No alternative is complete.
        """
        default = None if "authorization" in own else httpx2.USE_CLIENT_DEFAULT
        if isinstance(self.auth, Anonymous) or (self.auth is not None and any(security) and default is not None):
            return Credentials({}, "", self.auth)
        return self._keys(operation, security, own, http) if any(security) else Credentials({}, "", default)

    def _keys(self, operation: str, security: Security, own: Mapping[str, str], http: HttpClient | None) -> Credentials:
        default = None if "authorization" in own else httpx2.USE_CLIENT_DEFAULT
        in_own = {name for name, scheme in self.schemes.items() if _is_in_headers(scheme, own)}
        in_http = {name for name, scheme in self.schemes.items() if _is_in_client(scheme, http)}
        names = self._choose(security, in_own, in_http)
        if names is None and (default is None or _is_authenticated(http)):
            return Credentials({}, "", default)
        if names is None:
            raise self._refusal(operation, security, in_own | in_http)
        return self._unsent(names, in_own, in_http, default)

    def _unsent(self, names: tuple[str, ...], in_own: set[str], in_http: set[str], default: Any) -> Credentials:
        """Those keys of an alternative that neither the caller's headers nor their `http_client` send."""
        sent = [name for name in names if self._is_sendable(name) and name not in in_own]
        rests_on_http = not sent or not in_http.isdisjoint(set(names) - set(sent))
        return self._written(sent, default if rests_on_http else None)

    def _choose(self, security: Security, in_own: set[str], in_http: set[str]) -> tuple[str, ...] | None:
        """The first complete alternative that one of the caller's headers belongs to, else the first that sends a key.

        So the key of one alternative is never sent beside a header of the caller's that belongs to another.
        """
        complete = [names for names in security if not self._missing(names, in_own | in_http)]
        begun = [names for names in complete if not in_own.isdisjoint(names)]
        sending = [names for names in complete if any(map(self._is_supported, names))]
        return next(iter([*begun, *sending, *complete]), None)

    def _missing(self, names: tuple[str, ...], present: set[str]) -> list[str]:
        return [
            name for name in names if self._is_supported(name) and name not in present and not self._is_sendable(name)
        ]

    def _is_supported(self, name: str) -> bool:
        return not isinstance(self.schemes.get(name, _UNSUPPORTED), Unsupported)

    def _is_sendable(self, name: str) -> bool:
        return name in self.keys and self._is_legal(name)

    def _is_legal(self, name: str) -> bool:
        """Whether HTTP lets the parameter have the name that the description gives it."""
        scheme = self.schemes[name]
        return not isinstance(scheme, Unsupported) and is_name(scheme.location, scheme.name)

    def _written(self, names: list[str], auth: Any) -> Credentials:
        """The keys of these schemes as headers and query."""
        headers: dict[str, str] = {}
        query, cookies = [], []
        for name in names:
            scheme = self.schemes[name]
            assert not isinstance(scheme, Unsupported)
            value = scheme.credential(self.keys[name])
            if scheme.location == "query":
                query.append(f"{quote(scheme.name, safe='')}={quote(value, safe='')}")
            elif scheme.location == "cookie":
                cookies.append(f"{scheme.name}={value}")
            else:
                headers[scheme.name] = value
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        return Credentials(headers, "&".join(query), auth)

    def _refusal(self, operation: str, security: Security, present: set[str]) -> InvalidRequestError:
        names = next(names for names in security if names)
        missing = self._missing(names, present)
        if illegal := [name for name in missing if not self._is_legal(name)]:
            location = getattr(self.schemes[illegal[0]], "location", "")
            return invalid_argument("api_key", f"no {location} can have the name that the description gives it")
        each = ", ".join(f'"{name}": …' for name in names if self._is_supported(name))
        how = f"api_key={{{each}}}" if len(names) > 1 else "api_key="
        variables = list(dict.fromkeys(self.variables[name] for name in missing if name in self.variables))
        or_set = f" or set {' and '.join(variables)}" if len(variables) == len(missing) else ""
        return invalid_argument("api_key", f"{operation}() needs credentials: pass {how}{or_set}")

    def secrets(self, request: httpx2.Request) -> Iterator[str]:
        """The keys, and whatever else authenticates this request: without the words around it."""
        yield from self.keys.values()
        for name in {"authorization", "proxy-authorization", *self._header_names()}:
            # What follows the scheme (RFC 9110, 11.6.2).
            yield request.headers.get(name, "").rpartition(" ")[2]
        for cookie in request.headers.get("Cookie", "").split(";"):
            yield cookie.partition("=")[2].strip()

    def _header_names(self) -> Iterator[str]:
        for scheme in self.schemes.values():
            if isinstance(scheme, ApiKey) and scheme.location == "header" and is_name("header", scheme.name):
                yield scheme.name


def _is_authenticated(http: HttpClient | None) -> bool:
    """Whether the caller's client authenticates its requests by itself, in whatever way."""
    return http is not None and (http.auth is not None or "Authorization" in http.headers)


def _is_in_headers(scheme: Scheme, headers: Mapping[str, str]) -> bool:
    """Whether the caller's headers, by lower-case name, have what the scheme asks for."""
    if isinstance(scheme, Unsupported) or scheme.location == "query":
        return False
    if scheme.location == "cookie":
        pairs = headers.get("cookie", "").split(";")
        return any(pair.partition("=")[0].strip() == scheme.name for pair in pairs)
    return scheme.name.lower() in headers


def _is_in_client(scheme: Scheme, http: HttpClient | None) -> bool:
    """Whether the caller's client of httpx2 sends by itself what the scheme asks for."""
    if http is None or isinstance(scheme, Unsupported):
        return False
    if scheme.location == "query":
        return scheme.name in http.params
    if scheme.location == "cookie" and scheme.name in http.cookies:
        return True
    if scheme.name == "Authorization" and http.auth is not None:
        return True
    return _is_in_headers(scheme, {name.lower(): value for name, value in http.headers.items()})


def checked_keys(keys: Keys | None, schemes: Mapping[str, Scheme]) -> dict[str, str]:
    """The key of each scheme; one text is the key of all.

    Raises:
        InvalidRequestError: A key that a request cannot carry where its scheme puts it, or one for a scheme that there
            is not; without quoting it.
    """
    supported = {name: scheme for name, scheme in schemes.items() if not isinstance(scheme, Unsupported)}
    if keys is None:
        return {}
    if not isinstance(keys, Mapping):
        for scheme in supported.values() or [Bearer()]:
            _check_key(keys, scheme)
        return dict.fromkeys(supported, plain(keys))
    for name, key in keys.items():
        if name not in supported:
            raise invalid_argument("api_key", f"must have keys for {', '.join(supported) or 'nothing'} only")
        _check_key(key, supported[name], f"the key for {name} ")
    return {name: plain(key) for name, key in keys.items()}


def _check_key(key: object, scheme: Scheme, what: str = "") -> None:
    pattern, form = _form(scheme)
    if not isinstance(key, str) or not pattern.fullmatch(key):
        raise invalid_argument("api_key", f"{what}must be {form}, and not empty")


def _form(scheme: Scheme) -> tuple[re.Pattern[str], str]:
    """What a key has to be, and that in words."""
    if isinstance(scheme, Basic):
        return _USER_AND_PASSWORD
    return _COOKIE if isinstance(scheme, ApiKey) and scheme.location == "cookie" else _VISIBLE


def keys_of_environment(variables: Mapping[str, str], schemes: Mapping[str, Scheme]) -> dict[str, str]:
    """The keys that the environment has, by name of the scheme.

    Raises:
        InvalidRequestError: One can't be sent; it names the variable.
    """
    keys = {name: key for name, variable in variables.items() if (key := os.environ.get(variable))}
    for name, key in keys.items():
        _check_key(key, schemes[name], f"the environment variable {variables[name]} ")
    return keys


def merged(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Both; for the same name, that of `more`, but cookies are joined in one header (RFC 6265, 5.4)."""
    names = {name.lower() for name in more}
    kept = {name: value for name, value in headers.items() if name.lower() not in names}
    cookies = [value for name, value in headers.items() if name.lower() == "cookie" and "Cookie" in more]
    added = {"Cookie": "; ".join([*cookies, more["Cookie"]])} if cookies else {}
    return {**kept, **more, **added}
