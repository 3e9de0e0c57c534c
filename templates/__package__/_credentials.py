"""Where access tokens come from: assertions that we sign, or the caller. What both share is in _renewal.py."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import uuid
from collections.abc import Callable
from typing import ClassVar

import httpx2

from ._assertion import Algorithm, PrivateKey, load_signer
from ._checks import invalid_argument
from ._renewal import AccessToken, CachedToken, Renewal, RenewingAuth, TokenRequest, age_of, life_of, pause_after
from ._settings import Settings, Timeout
from ._sharing import SharedTokens, StoredToken, checked_store
from .errors import ApiError, TokenExpiredError
from .scopes import Scopes, Words, joined
from .stores import MemoryStore, Store

__all__ = ["AccessTokenAuth", "ClientCredentials"]

# The server's clock may be two minutes ahead of ours or behind: `iat` must not lie in its future, and `exp` neither in
# its past nor more than 300 s in its future. Some servers judge by the difference of both, so that is 300 s as well.
_SKEW = 120
_LIFETIME = 180  # seconds


class ClientCredentials(RenewingAuth):
    """Gets tokens for assertions that it signs: `private_key_jwt`, RFC 7523."""

    _endpoint: ClassVar[str] = ""
    _extra: ClassVar[str] = ""
    _scope_words: ClassVar[Words] = Words()
    _client_id: str = ""

    def __init__(  # noqa: PLR0913 (every one is an option; all but the first two are keywords)
        self,
        client_id: str,
        private_key: PrivateKey,
        *,
        algorithm: Algorithm | None = None,
        key_id: str | None = None,
        password: str | bytes | None = None,
        scope: Scopes | None = None,
        audience: str | None = None,
        base_url: str | None = None,
        leeway: float = 60.0,
        timeout: Timeout | None = None,
        total_timeout: float = 60.0,
        max_retries: int = 2,
        http_client: httpx2.Client | None = None,
        store: Store | None = None,
    ) -> None:
        """Read the key; nothing is sent before the first request. Durations are seconds.

        Args:
            client_id: Issuer and subject of the assertion (`iss`, `sub`).
            private_key: PEM as text or bytes, the path of such a file, or a key of cryptography or joserfc.
            algorithm: None takes that of the key: ES256 for one on the curve P-256, RS256 for an RSA key, which has to
                have at least 2048 bits.
            key_id: Sent as `kid`, for a client that has several keys.
            password: Of an encrypted key.
            scope: What to ask for, as a text or an iterable of scopes; None asks for all that the client is allowed.
            audience: Recipient of the assertion (`aud`); None takes the URL that it is sent to.
            base_url: Where the token endpoint is; tokens are sent to this scheme, host and port only. None takes what a
                client takes.
            leeway: How long before its end a token is renewed, or a tenth of its life if that is shorter.
            timeout: For each step of asking for a token, as in `Client`.
            total_timeout: For asking for a token, repeats included; at most 180, since the assertion lives no longer.
            max_retries: How often that is repeated, with the same assertion; not while the old token still works.
            http_client: One of yours, for asking for tokens (proxies, TLS). That happens in a thread, also for
                `AsyncClient`, so it can't be an `httpx2.AsyncClient`.
            store: Where to share the token with other processes: a `FileStore` or a `RedisStore`; see `stores`. None
                shares it among the threads and tasks of this process that use this object.

        Raises:
            InvalidRequestError: An argument is invalid, a key can't be used, or the extra is missing.
        """
        try:
            base_url = self._chosen_base_url(base_url)
            settings = Settings(
                base_url=base_url, timeout=timeout, total_timeout=total_timeout, max_retries=max_retries
            )
            super().__init__(leeway, settings)
            if total_timeout > _LIFETIME:
                raise invalid_argument("total_timeout", f"must be at most {_LIFETIME}")
            self._http_client = _checked_http_client(http_client)
            self._client_id = _text("client_id", client_id)
            self._audience = self._base_url + self._endpoint if audience is None else _text("audience", audience)
            self._scope = None if scope is None else joined("scope", scope, self._scope_words)
            kid = None if key_id is None else _text("key_id", key_id)
            self._signer = load_signer(
                private_key, algorithm=algorithm, key_id=kid, password=password, extra=self._extra
            )
            self._store = None if store is None else checked_store(store)
            memory = MemoryStore(self._clock.monotonic)
            self._tokens = SharedTokens(self._store or memory, self._store_key(), self._clock)
        except ApiError as error:
            del private_key, password  # tracebacks may be shown with locals
            raise error.with_traceback(None) from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._client_id!r}, base_url={self._base_url!r})"

    def identity_and_store(self) -> tuple[str, Store | None]:
        """Its client id, and the store that it was given."""
        return self._client_id, self._store

    def _store_key(self) -> str:
        """A key that differs where the token would; made from nothing secret."""
        scope = None if self._scope is None else sorted(self._scope.split())
        facts = [self._base_url + self._endpoint, self._audience, self._client_id, scope]
        return f"{__package__}.token.{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]}"

    def _obtain(self, wanted: TokenRequest) -> CachedToken:
        old = wanted.old.value if wanted.old else None

        def is_usable(token: StoredToken) -> bool:
            return token.value != old and self._clock.monotonic() < self._checked(token).renew_at

        def ask(total_timeout: float) -> StoredToken:
            asked_at = self._clock.monotonic()
            try:
                token = self._ask_for_token(min(total_timeout, wanted.total_timeout), wanted.max_retries)
                cached = self._cached_token(token.access_token, life_of(token), asked_at)
            except ApiError as error:
                if wanted.is_urgent:  # else the old token is still used, and there is time for another try
                    self._tokens.put_failure(error, pause_after(error))
                raise
            return StoredToken(cached.value, cached.expires_at - asked_at, cached.expires_at - self._clock.monotonic())

        return self._checked(self._tokens.obtain(wanted.total_timeout, is_usable, ask))

    def _checked(self, token: StoredToken) -> CachedToken:
        """A token of the store, checked like any other."""
        return self._cached_token(token.value, token.life, self._clock.monotonic() - (token.life - token.left))

    def _ask_for_token(self, total_timeout: float, max_retries: int) -> AccessToken:
        now = int(self._clock.time())
        claims = {"iss": self._client_id, "sub": self._client_id, "aud": self._audience, "jti": str(uuid.uuid4())}
        assertion = self._signer.sign({**claims, "iat": now - _SKEW, "exp": now + _LIFETIME})
        return self._exchanged(assertion, total_timeout, max_retries)

    def _exchanged(self, assertion: str, total_timeout: float, max_retries: int) -> AccessToken:
        """One call of the token endpoint, without an API key."""
        raise NotImplementedError


class AccessTokenAuth(RenewingAuth):
    """Sends an access token for as long as it lives, and then the one that `renew` supplies."""

    def __init__(
        self,
        token: AccessToken,
        *,
        age: float | None = None,
        renew: Callable[[], AccessToken] | None = None,
        base_url: str | None = None,
        leeway: float = 60.0,
        total_timeout: float = 60.0,
    ) -> None:
        """Send this token. Durations are seconds.

        Args:
            token: What the token endpoint answered.
            age: Seconds since it was asked for; None derives them from its `expires_at`; without one, it is new.
            renew: Called for the next token, in a thread (so it may block), before this one ends and when the server
                refuses it. Without it, requests raise `TokenExpiredError` once the token has expired.
            base_url: The token is sent to this scheme, host and port only. None takes the first server of the
                description.
            leeway: How long before its end a token is renewed, or a tenth of its life if that is shorter.
            total_timeout: How long requests wait for `renew`.

        Raises:
            InvalidRequestError: An argument is invalid.
        """
        if not _is_token(token):
            del token  # it may be the bare text, and tracebacks may be shown with locals
            raise invalid_argument("token", "must be an access token as the API answers it, not its text")
        base_url = self._chosen_base_url(base_url)
        super().__init__(leeway, Settings(base_url=base_url, total_timeout=total_timeout))
        age = age_of(token, self._clock.time()) if age is None else age
        if isinstance(age, bool) or not isinstance(age, (int, float)) or not 0 <= age < math.inf:
            raise invalid_argument("age", "must be a finite number of seconds, and not negative")
        if renew is not None and not callable(renew):
            raise invalid_argument("renew", "must be a function")
        self._renew = renew
        self._cached = self._cached_token(token.access_token, token.expires_in, self._clock.monotonic() - age)

    @property
    def expires_in(self) -> float:
        """Seconds that the token stays valid; 0 once it has expired."""
        cached = self._cached
        return max(0.0, cached.expires_at - self._clock.monotonic()) if cached else 0.0

    def _choose(self, refused: CachedToken | None) -> tuple[CachedToken | None, Renewal | None]:
        if self._renew is not None:
            return super()._choose(refused)
        if self.expires_in <= 0:
            raise TokenExpiredError("the access token has expired, and there is no refresh: ask for a new one")
        return self._cached, None

    def _ask_for_token(self, total_timeout: float, max_retries: int) -> AccessToken:
        assert self._renew is not None
        token = self._renew()
        if asyncio.iscoroutine(token):
            token.close()  # else Python would warn that nobody awaited it
        if not _is_token(token):
            raise invalid_argument("renew", "must return an access token as the API answers it")
        if token.expires_in <= 0:
            raise TokenExpiredError("the access token that renew() supplied has expired")
        return token


def _is_token(token: object) -> bool:
    """Whether it has what is used of a token: not all callers run a type checker."""
    return isinstance(getattr(token, "access_token", None), str) and isinstance(getattr(token, "expires_in", None), int)


def _text(argument: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise invalid_argument(argument, "must be a text, and not empty")
    return value


def _checked_http_client(http_client: httpx2.Client | None) -> httpx2.Client | None:
    if http_client is not None and not isinstance(http_client, httpx2.Client):
        raise invalid_argument("http_client", "must be an httpx2.Client: tokens are asked for in a thread")
    return http_client
