"""The package on the command line, against its sandbox, over a socket; processes as a person starts them."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from joserfc.jwk import ECKey

from persona_oauth.testing import Sandbox
from tests.support.checkout import PACKAGE
from tests.support.environment import with_package

SCOPE = "inquiry.read:inq_Jt6RmKx9wBv4NgQz3HsPd8Ya"


class Said(NamedTuple):
    """What a process wrote, and how it ended."""

    status: int
    output: str
    errors: str


class Terminal:
    """Starts the command line with an environment that knows the sandbox."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox = sandbox
        self.variables = {"PERSONA_BASE_URL": url, "PERSONA_API_KEY": sandbox.api_key}

    def run(self, *arguments: str, stdin: str = "", variables: Mapping[str, str] | None = None) -> Said:
        """Run a command; a traceback is never what a person should see."""
        result = subprocess.run(
            [sys.executable, "-W", "error", "-m", PACKAGE, *arguments],
            env=with_package(**{**self.variables, **(variables or {})}),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in result.stderr, result.stderr
        return Said(result.returncode, result.stdout, result.stderr)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A person's terminal beside a sandbox that is served."""
    sandbox = Sandbox()
    with sandbox.serve() as server:
        yield Terminal(sandbox, server.url)


def test_a_code_is_made_and_exchanged_without_a_secret_in_sight(terminal: Terminal, tmp_path: Path) -> None:
    """The code goes into a file that only its owner can read, and from there to the next command."""
    file = tmp_path / "code.json"
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    made = terminal.run("authorize", *to, "--output", str(file))
    code = json.loads(file.read_text(encoding="utf-8"))["code"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.status == 0
    assert code not in made.output + made.errors
    assert "code: (secret: --show-secrets or --output FILE)" in made.output
    token = terminal.run("token", "--code-file", "-", stdin=f"{code}\n")
    assert (token.status, token.errors) == (0, "")
    assert f"scope: {SCOPE}" in token.output
    assert "access_token: (secret" in token.output


def test_a_secret_is_printed_where_that_is_asked_for(terminal: Terminal) -> None:
    """And taken from the environment."""
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    shown = terminal.run("authorize", *to, "--show-secrets").output
    code = shown.partition("code: ")[2].partition("\n")[0]
    assert terminal.run("token", variables={"PERSONA_OAUTH_CODE": code}).status == 0


def test_no_answer_is_lost_to_a_file_that_cannot_be_written(terminal: Terminal, tmp_path: Path) -> None:
    """The file is made before anything is sent, and goes again when the call fails."""
    file = tmp_path / "taken"
    file.touch()
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    said = terminal.run("authorize", *to, "--output", str(file))
    assert (said.status, terminal.sandbox.requests) == (2, [])
    assert said.errors == f"python -m {PACKAGE}: {file}: File exists\n"
    refused = terminal.run("authorize", *to, "--output", str(tmp_path / "new"), variables={"PERSONA_API_KEY": "other"})
    assert refused.status == 1
    assert "Token is invalid" in refused.errors
    assert not (tmp_path / "new").exists()


def test_what_is_missing_is_named(terminal: Terminal) -> None:
    """Where there is no terminal to ask at."""
    said = terminal.run("token")
    assert said.status == 2
    assert "pass --code-file or set PERSONA_OAUTH_CODE" in said.errors
    assert terminal.run("authorize", "--scope", SCOPE).status == 2
    assert terminal.run("token", "--code-file", "/does/not/exist").errors.endswith(
        "/does/not/exist: No such file or directory\n"
    )


def test_check_tells_whose_key_it_is(terminal: Terminal) -> None:
    """From the headers of an answer that changed nothing."""
    known = terminal.run("check")
    assert known.status == 0
    assert "the key is known\n" in known.output
    assert f"organization_id: {terminal.sandbox.organization_id}\n" in known.output
    assert known.output.endswith("clock: as that of the server\n")
    unknown = terminal.run("check", variables={"PERSONA_API_KEY": "persona_sandbox_other"})
    assert unknown.status == 1
    assert "the key is refused: 401 Unauthorized" in unknown.output
    assert "persona_sandbox_other" not in unknown.output + unknown.errors


def test_a_pair_of_keys_is_made_and_works(terminal: Terminal, tmp_path: Path) -> None:
    """What is printed is the public half, with the key id of RFC 7638; the private one is in a file of its owner."""
    file = tmp_path / "client.pem"
    made = terminal.run("keygen", str(file))
    public = json.loads(made.output)
    assert made.status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "d" not in public
    assert (public["kty"], public["crv"], public["alg"]) == ("EC", "P-256", "ES256")
    assert terminal.run("keygen", str(file)).status == 2
    client = terminal.sandbox.organization.add_client(ECKey.import_key(public))
    known = terminal.run("check", "--client-id", client.id, "--private-key", str(file))
    assert (known.status, known.output, known.errors) == (0, "the client is known\n", "")
    said = terminal.run("check", "--client-id", "client_unknown", "--private-key", str(file))
    assert said.status == 1
    assert "the client is refused: 400" in said.output  # the key is one of another client


def test_every_command_explains_itself(terminal: Terminal) -> None:
    """Each option has a help text."""
    listed = terminal.run("--help")
    assert listed.status == 0
    for command in ("authorize", "token", "check", "keygen"):
        assert f"\n    {command}" in listed.output
        assert terminal.run(command, "--help").status == 0
