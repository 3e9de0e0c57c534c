"""Clients of httpx2 as the environment asks for them: its certificates, its proxies, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import NamedTuple, TypeVar
from urllib.request import getproxies

import httpx2

from ._checks import invalid_argument
from .errors import InvalidRequestError

__all__ = ["HttpOptions"]

HttpClientT = TypeVar("HttpClientT", httpx2.Client, httpx2.AsyncClient)

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_SCHEMES = ("http", "https", "all")


class HttpOptions(NamedTuple):
    """What is the same for each `httpx2.Client` or `httpx2.AsyncClient` that a client makes for itself."""

    user_agent: str
    uses_proxies: bool
    uses_tls: bool

    def client(self, kind: Callable[..., HttpClientT], context: SSLContext) -> HttpClientT:
        """Make a client.

        Raises:
            InvalidRequestError: naming the environment variable that is invalid, never its value.
        """
        try:
            made = kind(cookies=_no_cookies(), verify=context, trust_env=self.uses_proxies)
        except Exception as error:  # noqa: BLE001 (each kind of bad proxy has an exception of its own)
            refused = _proxy_refusal(error, context)
        else:
            # Here, or httpx2 would replace its own two at every call.
            made.headers["User-Agent"] = self.user_agent
            del made.headers["Accept"]
            return made
        try:
            raise refused  # out of the handler: what it caught may quote a password
        finally:
            del refused  # else the exception holds this frame, and the frame the exception

    def new_context(self) -> SSLContext:
        """The certificates that are trusted: none, where all goes to a loopback address by plain HTTP.

        To load them takes longer than all else that a client does at its start.

        Raises:
            InvalidRequestError: naming the environment variable that is invalid.
        """
        if not self.uses_tls:
            return SSLContext(PROTOCOL_TLS_CLIENT)
        try:
            return httpx2.create_ssl_context()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        names = [name for name in _CERTIFICATES if os.environ.get(name)]
        raise invalid_argument("", f"{' or '.join(names) or 'the certificates of this system'}: {reason}")


def _no_cookies() -> CookieJar:
    """A jar that takes none: a repeat must send what the first attempt sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _proxy_refusal(error: Exception, context: SSLContext) -> InvalidRequestError:
    scheme = next((scheme for scheme in _SCHEMES if _is_refused(getproxies().get(scheme, ""), context)), "all")
    names = sorted((name for name in os.environ if name.lower() == f"{scheme}_proxy"), key=str.isupper)
    variable = names[0] if names else f"the {scheme} proxy of this system"  # the lower-case one wins, as in urllib
    if isinstance(error, ImportError):
        return invalid_argument("", f"{variable}: SOCKS needs the package socksio: install httpx2[socks]")
    return invalid_argument("", f"{variable}: must be the URL of a proxy, http, https or socks5")


def _is_refused(proxy: str, context: SSLContext) -> bool:
    if not proxy:
        return False
    try:
        httpx2.HTTPTransport(proxy=proxy if "://" in proxy else f"http://{proxy}", verify=context)
    except Exception:  # noqa: BLE001 (as above)
        return True
    return False
