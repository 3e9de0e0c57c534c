"""The package on the command line, against its sandbox, over a socket; processes as a person starts them."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from joserfc.jwk import ECKey

from persona_oauth.testing import Sandbox
from tests.support.checkout import PACKAGE
from tests.support.environment import with_package
from tests.support.processes import running
from tests.support.server import PATIENCE, Act, Received, Server

SCOPE = "inquiry.read:inq_Jt6RmKx9wBv4NgQz3HsPd8Ya"


class Said(NamedTuple):
    """What a process wrote, and how it ended."""

    status: int
    output: str
    errors: str


# getpass opens the terminal without an encoding, which is not our fault.
COMMAND = (sys.executable, "-W", "error", "-W", "ignore::EncodingWarning:getpass", "-m", PACKAGE)
#: Runs a program at a terminal of its own, and types there what comes on standard input.
AT_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
#: Where `token` finds a code.
CODE_VARIABLE = f"{PACKAGE.upper()}_CODE"
NO_KEY = {"PERSONA_API_KEY": ""}


class Terminal:
    """Starts the command line with an environment that knows the sandbox."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox = sandbox
        self.variables = {"PERSONA_BASE_URL": url, "PERSONA_API_KEY": sandbox.api_key}

    def run(self, *arguments: str, stdin: str = "", variables: Mapping[str, str] | None = None) -> Said:
        """Run a command; a traceback is never what a person should see."""
        result = subprocess.run(
            [*COMMAND, *arguments],
            env=with_package(**{**self.variables, **(variables or {})}),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in result.stderr, result.stderr
        return Said(result.returncode, result.stdout, result.stderr)

    def run_into(self, output: str, *arguments: str) -> Said:
        """Run a command with its output redirected as a shell does."""
        command = ["sh", "-c", f'exec "$@" {output}', "sh", *COMMAND, *arguments]
        result = subprocess.run(
            command, env=with_package(**self.variables), stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
        return Said(result.returncode, "", result.stderr)

    def type(self, keys: str, *arguments: str) -> Said:
        """Run a command at a terminal, without an API key, and type at its prompt."""
        with running(
            *(sys.executable, "-c", AT_A_TERMINAL, *COMMAND, *arguments),
            env=with_package(**{**self.variables, **NO_KEY}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            shown = ""
            while not shown.endswith(": ") and (character := process.stdout.read(1)):
                shown += character
            process.stdin.write(keys)
            process.stdin.flush()
            shown += process.stdout.read()
        return Said(process.returncode, shown, "")


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
    assert f"code: (secret: in {file})" in made.output
    token = terminal.run("token", "--code-file", "-", stdin=f"{code}\n")
    assert (token.status, token.errors) == (0, "")
    assert f"scope: {SCOPE}" in token.output
    assert "access_token: (secret" in token.output


def test_a_secret_is_printed_where_that_is_asked_for(terminal: Terminal) -> None:
    """And taken from the environment."""
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    shown = terminal.run("authorize", *to, "--show-secrets").output
    code = shown.partition("code: ")[2].partition("\n")[0]
    assert terminal.run("token", variables={CODE_VARIABLE: code}).status == 0


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


def test_what_one_command_writes_the_next_one_reads(terminal: Terminal, tmp_path: Path) -> None:
    """The whole answer, whose member is the secret."""
    file = tmp_path / "code.json"
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    assert "code: (secret: --show-secrets or --output FILE)\n" in terminal.run("authorize", *to).output
    assert terminal.run("authorize", *to, "--output", str(file)).status == 0
    assert file.read_text(encoding="utf-8").endswith("}\n")
    assert terminal.run("token", "--code-file", str(file)).status == 0


@pytest.mark.parametrize(
    ("option", "content", "reason"),
    [
        (("check", "--api-key-file"), b" \n", "is empty"),
        (("check", "--api-key-file"), None, "Is a directory"),
        (("token", "--code-file"), b"", "is empty"),
        (("token", "--code-file"), b"\xff\xfe", "is no text in UTF-8"),
    ],
)
def test_a_file_without_a_secret_is_named(
    terminal: Terminal, tmp_path: Path, option: tuple[str, str], content: bytes | None, reason: str
) -> None:
    """And nothing is sent."""
    file = tmp_path / "secret"
    file.mkdir() if content is None else file.write_bytes(content)
    said = terminal.run(*option, str(file))
    assert said == (2, "", f"python -m {PACKAGE}: {file}: {reason}\n")
    assert terminal.sandbox.requests == []


def test_an_editor_may_mark_the_bytes_of_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """As that of Windows does."""
    file = tmp_path / "key"
    file.write_text(f"{terminal.sandbox.api_key}\r\n", encoding="utf-8-sig")
    assert terminal.run("check", "--api-key-file", str(file), variables=NO_KEY).status == 0


def test_what_is_wrong_is_said_in_words_of_the_command_line(terminal: Terminal) -> None:
    """Options, not arguments of Python."""
    start = f"python -m {PACKAGE}: "
    assert terminal.run("authorize", "--client-id", "org_1", "--scope", "a:b:").errors.startswith(f"{start}--scope: ")
    assert terminal.run("check", "--base-url", "nowhere").errors.startswith(f"{start}--base-url: ")
    said = terminal.run("check", variables=NO_KEY)
    assert said.errors.startswith(f"{start}an API key is needed: pass --api-key-file or set ")
    assert (said.status, "PERSONA_API_KEY" in said.errors) == (
        2,
        True,
    )  # and those of other schemes
    for option, other in (("--client-id", "--private-key"), ("--private-key", "--client-id")):
        assert terminal.run("check", option, "x") == (2, "", f"{start}{other}: is needed to sign as a client\n")


def test_a_person_types_a_secret(terminal: Terminal) -> None:
    """Which is not shown; Enter and Ctrl-D type none, and Ctrl-C ends the command."""
    key = terminal.sandbox.api_key
    known = terminal.type(f"{key}\n", "check")
    assert (known.status, "the key is known" in known.output, key in known.output) == (0, True, False)
    for keys in ("\n", "\x04"):
        said = terminal.type(keys, "check")
        assert (said.status, "an API key is needed" in said.output) == (2, True)
    interrupted = terminal.type("\x03", "check")
    assert interrupted.status == 130
    assert interrupted.output.endswith(f"python -m {PACKAGE}: interrupted\n")
    assert "Traceback" not in interrupted.output


def test_a_call_can_be_interrupted(terminal: Terminal) -> None:
    """While the server is silent."""
    came = threading.Event()

    def stall(_: Received) -> Act:
        came.set()
        return Act(then="stall")

    with Server(choose=stall) as server:
        variables = with_package(**terminal.variables)
        command = [*COMMAND, "check", "--base-url", server.base_url]
        with running(*command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert came.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, *said) == (130, "", f"python -m {PACKAGE}: interrupted\n")


OUTPUTS = {">&-": "Bad file descriptor", ">/dev/full": "No space left on device"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("output", OUTPUTS)
def test_an_answer_that_cannot_be_printed_is_an_error(terminal: Terminal, tmp_path: Path, output: str) -> None:
    """Of the command, and not of Python when it ends. A private key goes with the public one; an answer stays."""
    reason = f"python -m {PACKAGE}: standard output: {OUTPUTS[output]}\n"
    assert terminal.run_into(output, "check") == (2, "", reason)
    file = tmp_path / "client.pem"
    assert terminal.run_into(output, "keygen", str(file)) == (2, "", reason)
    assert not file.exists()
    to = ("--client-id", terminal.sandbox.organization_id, "--scope", SCOPE)
    assert terminal.run_into(output, "authorize", *to, "--output", str(file)) == (2, "", reason)
    assert json.loads(file.read_bytes())["expires-in"] == 599


def test_nobody_reads_the_answer(terminal: Terminal) -> None:
    """The other end of the pipe is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [*COMMAND, "check"],
        env=with_package(**terminal.variables),
        stdout=writing,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (2, f"python -m {PACKAGE}: standard output: Broken pipe\n")


def test_no_standard_input(terminal: Terminal) -> None:
    """Nobody to ask, and nothing to read."""
    assert "pass --code-file" in terminal.run_into("<&-", "token").errors
    assert "standard input: is empty" in terminal.run_into("<&-", "token", "--code-file", "-").errors


def test_a_terminal_that_has_no_such_character(terminal: Terminal, tmp_path: Path) -> None:
    """What it can't show is written as Python does."""
    terminal.sandbox.on("create_access_token")(lambda call: {"access_token": "t", "token_type": "é"})
    said = terminal.run("token", variables={CODE_VARIABLE: "1", "PYTHONIOENCODING": "ascii"})
    assert (said.status, said.errors) == (0, "")
    assert "token_type: \\xe9\n" in said.output


def test_what_is_missing_is_named(terminal: Terminal) -> None:
    """Where there is no terminal to ask at."""
    said = terminal.run("token")
    assert said.status == 2
    assert f"pass --code-file or set {CODE_VARIABLE}" in said.errors
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


@pytest.mark.sweep
def test_every_command_explains_itself(terminal: Terminal) -> None:
    """Each option has a help text."""
    listed = terminal.run("--help")
    assert listed.status == 0
    for command in ("authorize", "token", "check", "keygen"):
        assert f"\n    {command}" in listed.output
        assert terminal.run(command, "--help").status == 0
