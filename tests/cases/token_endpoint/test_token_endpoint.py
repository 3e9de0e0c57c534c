"""An operation that exchanges assertions for tokens: the package has credentials, whatever its names."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.cases import Answer, Case, Library, exchanges


def test_credentials(case: Case, library: Library) -> None:
    """They call the operation by its names, for the first server unless told otherwise."""
    key = ec.generate_private_key(ec.SECP256R1())
    auth = case.module("auth")
    assert repr(auth.ClientCredentials("me", key)) == "ClientCredentials('me', base_url='https://another.example/v2')"
    base_url = library.server.base_url
    credentials = auth.ClientCredentials("me", key, base_url=base_url)
    token, done = Answer(200, b'{"access_token": "t", "expires_in": 60}'), Answer()
    asked, used = exchanges(
        library.server, lambda: httpx2.get(f"{base_url}/x", auth=credentials, headers={"User-Agent": ""}), token, done
    )
    assert (asked.method, asked.target) == ("POST", "/session")
    assert used.headers["authorization"] == "Bearer t"
    assertion = asked.body.decode().rpartition("client_assertion=")[2]
    claims = jwt.decode(assertion, key.public_key(), algorithms=["ES256"], audience=f"{base_url}/session")
    assert claims["iss"] == claims["sub"] == "me"


def test_extra(case: Case, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The distribution has it, and the error that names it names the distribution."""
    project = tomllib.loads((library.root / case.name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(project["optional-dependencies"]) == ["jwt", "redis"]
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(ValueError, match=r"another-api-client\[jwt\]"):
        case.module("auth").ClientCredentials("me", "")


def test_description_without_such_an_operation(library: Library) -> None:
    """No credentials, and no extra."""
    other = library.case(Path(__file__).parents[1] / "body_json")
    with pytest.raises(ModuleNotFoundError):
        other.module("auth")
    project = tomllib.loads((library.root / other.name / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(project["optional-dependencies"]) == ["redis"]
