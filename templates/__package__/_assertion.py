"""Signs the assertions that authenticate a client in place of a secret (RFC 7523, 2.2)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ._checks import invalid_argument

if TYPE_CHECKING:  # both come with an extra, without which everything but signing works
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from joserfc.jwk import ECKey, RSAKey

__all__ = ["Algorithm", "PrivateKey", "Signer", "load_signer"]

Algorithm: TypeAlias = Literal["ES256", "RS256"]
PrivateKey: TypeAlias = "str | bytes | os.PathLike[str] | EllipticCurvePrivateKey | RSAPrivateKey | ECKey | RSAKey"
"""PEM as text or bytes, the path of such a file, or a key of cryptography or joserfc."""


class Signer:
    """A private key with its algorithm. Its repr shows neither."""

    __slots__ = ("_header", "_key")

    def __init__(self, key: ECKey | RSAKey, header: Mapping[str, str]) -> None:
        """A key that fits the header's `alg`."""
        self._key = key
        self._header = header

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A JWT (RFC 7519) with these claims."""
        from joserfc import jwt

        return jwt.encode(dict(self._header), dict(claims), self._key, algorithms=[self._header["alg"]])


def load_signer(
    private_key: PrivateKey, *, algorithm: str | None, key_id: str | None, password: str | bytes | None, extra: str
) -> Signer:
    """Read the key; without an algorithm, it is that of the key; `extra` is what to install for all this.

    Raises:
        InvalidRequestError: naming the argument; it holds nothing of the key.
    """
    if algorithm not in ("ES256", "RS256", None):
        raise invalid_argument("algorithm", "must be ES256 or RS256")
    if not _is_installed():
        raise invalid_argument("", f'signing an assertion needs joserfc: pip install "{extra}"')
    from joserfc.jwk import ECKey, RSAKey

    content = _read(private_key)
    native: Any = content.private_key if isinstance(content, (ECKey, RSAKey)) else content
    if isinstance(native, bytes):
        native = _parse(native, password)
    algorithm = algorithm or _algorithm_of(native)
    if problem := _unfit(native, algorithm):
        raise invalid_argument("private_key", problem)
    header = {"alg": algorithm} if key_id is None else {"alg": algorithm, "kid": key_id}
    return Signer((RSAKey if algorithm == "RS256" else ECKey).import_key(native), header)


def _is_installed() -> bool:
    with suppress(ImportError):
        import joserfc as joserfc

        return True
    return False


# What cryptography and the file system raise may quote what they were given, so none of it is chained.


def _read(private_key: PrivateKey) -> Any:
    """The content of a file or PEM text as bytes; anything else as it is."""
    if isinstance(private_key, str) and "-----BEGIN" in private_key:
        return private_key.encode("ascii", "replace")
    if not isinstance(private_key, (str, os.PathLike)):
        return private_key
    with suppress(OSError, ValueError):
        return Path(private_key).read_bytes()
    raise invalid_argument("private_key", "is neither PEM text nor the path of a file that can be read")


def _parse(pem: bytes, password: str | bytes | None) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    secret = password.encode() if isinstance(password, str) else password
    try:
        return load_pem_private_key(pem, secret)
    except TypeError:
        reason = "is encrypted: pass password=" if secret is None else "is not encrypted, but a password was given"
    except (ValueError, UnsupportedAlgorithm):
        reason = "is not a private key in PEM" if secret is None else "can't be read with this password"
    if rb"\n" in pem:  # from an environment variable or JSON that nothing has unescaped
        reason = r"has \n as two characters in place of line breaks: pass private_key.replace('\\n', '\n')"
    raise invalid_argument("private_key", reason)


def _algorithm_of(key: object) -> str:
    """The one that the kind of key can sign with."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    return "RS256" if isinstance(key, RSAPrivateKey) else "ES256"


def _unfit(key: object, algorithm: str) -> str:
    """Why the key can't sign with the algorithm; empty if it can."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, RSAPrivateKey):
        if algorithm != "RS256":
            return 'is an RSA key: pass algorithm="RS256"'
        return "" if key.key_size >= 2048 else "must have at least 2048 bits"  # RFC 7518, 3.3
    if isinstance(key, EllipticCurvePrivateKey):
        if algorithm != "ES256":
            return 'is a key for elliptic curves: pass algorithm="ES256"'
        return "" if key.curve.name == "secp256r1" else "must be on the curve P-256"  # RFC 7518, 3.4
    return "must be a private RSA key, or one on the curve P-256"
