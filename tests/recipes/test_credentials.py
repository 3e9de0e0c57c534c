"""Credentials for the rest of the API, and their keys."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from tests.recipes.conftest import FOLDER, Load, start
from tests.support.checkout import PACKAGE
from tests.support.server import PATIENCE


def test_own_data(sandbox: Any, load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One token for an assertion serves all requests."""
    registered = sandbox.organization.add_client(scope="inquiry.read")
    (tmp_path / "client.pem").write_text(registered.private_key, encoding="utf-8")
    recipe = load("renewing_credentials")
    with recipe.own_data(registered.id, tmp_path / "client.pem") as http:
        recipe.show(http, "inq_1")
        recipe.show(http, "inq_2")
    assert capsys.readouterr().out == "inq_1\ninq_2\n"
    assert [call.operation for call in sandbox.requests] == ["create_access_token", "", ""]


def test_own_data_without_a_token(sandbox: Any, load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that is not registered: nothing but the request for a token is sent."""
    (tmp_path / "client.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    recipe = load("renewing_credentials")
    with recipe.own_data("oc_1", tmp_path / "client.pem") as http:
        recipe.show(http, "inq_1")
    assert capsys.readouterr().out.startswith("no token, so nothing was sent: no access token: 401 Unauthorized")
    assert [call.operation for call in sandbox.requests] == ["create_access_token"]


def test_shared_data(sandbox: Any, load: Load, code: Callable[[], str], capsys: pytest.CaptureFixture[str]) -> None:
    """When the server does not know the token any more, the next code is asked for."""
    recipe = load("renewing_credentials")
    with import_module(PACKAGE).Client() as persona, recipe.shared_data(persona, code) as http:
        recipe.show(http, "inq_1")
        sandbox.behaviour.tokens.clear()
        recipe.show(http, "inq_1")
        recipe.show(http, "inq_2")
    assert capsys.readouterr().out == "inq_1\ninq_1\n403 for inq_2\n"
    assert [call.operation for call in sandbox.requests].count("create_access_token") == 2


def test_keys_are_rotated(sandbox: Any, load: Load, tmp_path: Path) -> None:
    """The newest key signs; its `kid` is in the assertion, and its public half verifies it."""
    recipe = load("key_rotation")
    base_url = os.environ["PERSONA_BASE_URL"]
    registered = sandbox.organization.add_client(scope="inquiry.read")
    kids = []
    for age in (100, 0):
        public = recipe.new(tmp_path / "keys")
        registered.add_key(ECKey.import_key(public))
        kids.append(public["kid"])
        file = tmp_path / "keys" / f"{public['kid']}.pem"
        made_at = file.stat().st_mtime - age
        os.utime(file, (made_at, made_at))
        assert file.stat().st_mode & 0o777 == 0o600
        with httpx2.Client(auth=recipe.credentials(registered.id, tmp_path / "keys"), base_url=base_url) as http:
            assert http.get("/inquiries/inq_1").status_code == 200
    requests = [call for call in sandbox.requests if call.operation]
    assert [kid_of(call.arguments["client_assertion"]) for call in requests] == kids
    assert [file.stem for file in recipe.by_age(tmp_path / "keys")] == kids[::-1]


def kid_of(assertion: str) -> str:
    """The key that a JWT says it is signed with."""
    header = assertion.partition(".")[0]
    return str(json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"])


def test_a_key_is_made_on_the_command_line(tmp_path: Path) -> None:
    """Only its public half is printed."""
    with start(str(FOLDER / "key_rotation.py"), "new", "keys", cwd=tmp_path) as process:
        printed, errors = process.communicate(timeout=PATIENCE)
    jwk = json.loads(printed)
    assert errors == ""
    assert jwk.keys() == {"alg", "crv", "kid", "kty", "use", "x", "y"}
    assert [file.stem for file in (tmp_path / "keys").iterdir()] == [jwk["kid"]]
