"""The package on the command line, for a first try by a person: calls, a check of credentials, a pair of keys.

Secrets come from files, the environment or a prompt, since arguments are seen by every user of the machine and kept by
shells. They are printed only where that is asked for.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from getpass import getpass
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel

from ._checks import invalid_argument
from ._facts import HEADERS
from ._model import fields_of
from ._styles import plain
from ._text import described, shown
from .errors import ApiError, InvalidRequestError, StatusError, UnauthorizedError

__all__ = ["Command", "Option", "Package", "Probe"]

_STANDARD_INPUT = "-"
_FROM_FILE = "File that holds it, - is standard input; else"


@dataclass(frozen=True, slots=True)
class Option:
    """An argument of an operation."""

    name: str
    """In Python."""
    help: str = ""
    """White space is not kept."""
    is_required: bool = False
    is_secret: bool = False
    is_text: bool = True
    """Otherwise the value is JSON."""

    @property
    def flag(self) -> str:
        """As it is typed; of a secret, the file that holds it."""
        return f"--{self.name.replace('_', '-')}{'-file' if self.is_secret else ''}"


@dataclass(frozen=True, slots=True)
class Command:
    """An operation that can be called by its command."""

    name: str
    attribute: str
    """Of the client."""
    method: str
    summary: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """A call that changes nothing, by which credentials are tried."""

    attribute: str
    method: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Package:
    """What the command line has to know of the package."""

    name: str
    title: str
    client: Callable[..., Any]
    key_variables: Mapping[str, str]
    """Environment variables that can hold an API key, by security scheme."""
    commands: tuple[Command, ...] = ()
    probe: Probe | None = None
    credentials: type[Any] | None = None
    """`auth.ClientCredentials`, where the description has a token endpoint."""

    def run(self, arguments: Sequence[str] | None = None) -> int:
        """Do what the command line says.

        Exit status 0: done, 1: the server refused it, 2: it can't be done, 130: interrupted (Ctrl-C), as shells say.
        """
        parser = self._parser()
        chosen = parser.parse_args(arguments)
        try:
            return int(chosen.run(chosen))
        except InvalidRequestError as error:
            reason, status = self._with_options(error), 2
        except ApiError as error:
            reason, status = str(error), 1
        except OSError as error:
            reason, status = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror), 2
        except KeyboardInterrupt:
            reason, status = "interrupted", 130
        print(f"{parser.prog}: {shown(reason, 2000)}", file=sys.stderr)
        return status

    def _with_options(self, error: InvalidRequestError) -> str:
        """The reason, with an option of the command line in place of the Python argument."""
        options = {option.name: option.flag for command in self.commands for option in command.options}
        flags = {name: f"--{name.replace('_', '-')}" for name in ("base_url", "client_id", "private_key", "key_id")}
        name = {**flags, **options, "api_key": "API key"}.get(error.argument or "", error.argument)
        return f"{name}{str(error).removeprefix(error.argument)}" if error.argument else str(error)

    # The command line

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(prog=f"python -m {self.name}", description=described(self.title))
        commands = parser.add_subparsers(required=True, metavar="COMMAND")
        for command in self.commands:
            text = shown(command.summary, 1000).replace("%", "%%")
            whole = described(command.summary)
            self._add_call(commands.add_parser(command.name, help=text, description=whole), command)
        if self.probe or self.credentials:
            text = "See whether the service knows a key or a client, and how far the clocks are apart"
            self._add_check(commands.add_parser("check", help=text, description=text))
        if self.credentials:
            text = "Make a pair of keys (ES256): the private one goes into FILE, the public one (JWK) is printed"
            keygen = commands.add_parser("keygen", help=text, description=text)
            keygen.add_argument("file", type=Path, metavar="FILE", help="Must not exist yet")
            keygen.set_defaults(run=self._keygen)
        return parser

    def _add_call(self, parser: argparse.ArgumentParser, command: Command) -> None:
        for option in command.options:
            text = shown(option.help, 1000).replace("%", "%%")
            if option.is_secret:
                text = f"{_FROM_FILE} ${self._variable(option)}, else a prompt. {text}"
            needed = option.is_required and not option.is_secret
            kind = "FILE" if option.is_secret else "TEXT" if option.is_text else "JSON"
            parser.add_argument(option.flag, dest=option.name, required=needed, metavar=kind, help=text)
        self._add_connection(parser)
        parser.add_argument("--show-secrets", action="store_true", help="Print secrets of the answer, too")
        parser.add_argument("--output", type=Path, metavar="FILE", help="Write the whole answer into a new file (0600)")
        parser.set_defaults(run=lambda chosen: self._call(command, chosen))

    def _add_check(self, parser: argparse.ArgumentParser) -> None:
        if self.credentials:
            parser.add_argument("--client-id", metavar="TEXT", help="A client that signs assertions, in place of a key")
            parser.add_argument("--private-key", metavar="FILE", help="Its private key (PEM)")
            parser.add_argument("--key-id", metavar="TEXT", help="`kid` of that key")
        self._add_connection(parser)
        parser.set_defaults(run=self._check)

    def _add_connection(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--base-url", metavar="URL", help="Where the service is, such as a sandbox of this package")
        if self.key_variables:
            variables = " or ".join(f"${name}" for name in self.key_variables.values())
            text = f"{_FROM_FILE} {variables}, else a prompt"
            parser.add_argument("--api-key-file", metavar="FILE", help=text)

    # The commands

    def _call(self, command: Command, chosen: argparse.Namespace) -> int:
        values = self._values(command, vars(chosen))
        with self._client(chosen) as client, _new_file(chosen.output) as file:
            answer = getattr(getattr(client, command.attribute), command.method)(**values)
            if file:
                file.write(answer if isinstance(answer, bytes) else f"{json.dumps(plain(answer), indent=2)}\n".encode())
        hidden = f"in {chosen.output}" if chosen.output else "--show-secrets or --output FILE"
        _write(*_lines(answer, hidden=None if chosen.show_secrets else hidden))
        return 0

    def _values(self, command: Command, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments by Python name. What is required and secret is asked for, unless another secret is there."""
        secrets = {option: self._secret(option, given[option.name]) for option in command.options if option.is_secret}
        for option in secrets if not any(secrets.values()) else ():
            if option.is_required:
                secrets[option] = self._asked_for(option)
        texts = {option: given[option.name] for option in command.options if not option.is_secret}
        values = {option: value for option, value in {**texts, **secrets}.items() if value is not None}
        return {option.name: value if option.is_text else _json(option, value) for option, value in values.items()}

    def _secret(self, option: Option, file: str | None) -> str | None:
        if file is None:
            return os.environ.get(self._variable(option))
        return _member(_content(file), option.name) if option.is_text else _content(file)

    def _asked_for(self, option: Option) -> str:
        if not (value := _asked(option.name.replace("_", " "))):
            raise invalid_argument(option.name, f"is required: pass {option.flag} or set {self._variable(option)}")
        return value

    def _variable(self, option: Option) -> str:
        return f"{self.name}_{option.name}".upper()

    @contextmanager
    def _client(self, chosen: argparse.Namespace) -> Iterator[Any]:
        is_set = any(map(os.environ.get, self.key_variables.values()))
        key = None
        if file := getattr(chosen, "api_key_file", None):
            key = _content(file)
        elif self.key_variables and not is_set:
            key = _asked("API key, or nothing") or None
        try:
            with self.client(base_url=chosen.base_url, api_key=key) as client:
                yield client
        except InvalidRequestError as error:
            if error.argument != "api_key" or key or is_set or not self.key_variables:
                raise
            variables = " or ".join(self.key_variables.values())
            raise invalid_argument("", f"an API key is needed: pass --api-key-file or set {variables}") from None

    def _check(self, chosen: argparse.Namespace) -> int:
        if any(getattr(chosen, name, None) is not None for name in ("client_id", "private_key", "key_id")):
            return self._check_client(chosen)
        if (probe := self.probe) is None:
            raise invalid_argument("", "pass --client-id and --private-key")
        with self._client(chosen) as client:
            method = getattr(getattr(client, probe.attribute), f"{probe.method}_with_http_info")
            return _report(lambda: method(**probe.arguments), "the key", UnauthorizedError)

    def _check_client(self, chosen: argparse.Namespace) -> int:
        assert self.credentials is not None
        for name in ("client_id", "private_key"):
            if not getattr(chosen, name):
                raise invalid_argument(name, "is needed to sign as a client")
        auth = self.credentials(
            chosen.client_id, Path(chosen.private_key), key_id=chosen.key_id, base_url=chosen.base_url
        )
        return _report(lambda: auth._ask_for_token(total_timeout=60, max_retries=2), "the client", StatusError)

    def _keygen(self, chosen: argparse.Namespace) -> int:
        assert self.credentials is not None
        try:
            from joserfc.jwk import ECKey
        except ImportError:
            extra = self.credentials._extra
            raise invalid_argument("", f'making keys needs joserfc: pip install "{extra}"') from None
        key = ECKey.generate_key("P-256")
        public = {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": "ES256", "use": "sig"}
        with _new_file(chosen.file) as file:
            assert file is not None
            file.write(key.as_pem(private=True))
            _write(json.dumps(public, indent=2))
        print(f"{shown(str(chosen.file))} holds the private key; register the public one above.", file=sys.stderr)
        return 0


def _report(call: Callable[[], Any], subject: str, refusal: type[StatusError]) -> int:
    """Make a call, and print whether its credentials are known, who they belong to, and how the clocks differ."""
    started = time.time()
    answer: Any
    try:
        answer = call()
    except StatusError as error:
        answer = error
    middle = (started + time.time()) / 2
    is_known = not isinstance(answer, refusal)
    lines = [f"{subject} is known" if is_known else f"{subject} is refused: {shown(str(answer))}"]
    facts = {name: getattr(answer, name, None) for name in HEADERS if "." not in name}
    lines += [f"{name}: {shown(str(value))}" for name, value in facts.items() if value is not None]
    with suppress(ValueError, KeyError, TypeError, AttributeError):  # no date, or none that can be read
        lines.append(_skew(middle - parsedate_to_datetime(answer.headers["date"]).timestamp()))
    _write(*lines)
    return 0 if is_known else 1


def _skew(seconds: float) -> str:
    """`Date` has whole seconds (RFC 9110, 6.6.1), so a smaller difference is none."""
    apart = abs(seconds - 0.5)
    text = "as that of the server" if apart < 2 else f"{apart:.0f} seconds {'ahead' if seconds > 0 else 'behind'}"
    return f"clock: {text}"


# What goes in and out


def _json(option: Option, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise invalid_argument(option.name, "is no JSON") from None


def _content(file: str) -> str:
    """The text of a file, without white space around it and the mark of bytes that some editors put first.

    Raises:
        OSError: It can't be read.
        InvalidRequestError: It is empty, or no text.
    """
    is_input = file == _STANDARD_INPUT
    name = "standard input" if is_input else file
    try:
        text = (_standard_input() if is_input else Path(file).read_bytes()).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise invalid_argument("", f"{name}: is no text in UTF-8") from None
    if not text:
        raise invalid_argument("", f"{name}: is empty")
    return text


def _standard_input() -> bytes:
    return b"" if sys.stdin is None else sys.stdin.buffer.read()


def _member(text: str, name: str) -> str:
    """The member of that name, if the text is an object of JSON that has it, as `--output` writes; else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    members = value.items() if isinstance(value, dict) else ()
    return next((item for key, item in members if _same(key, name) and isinstance(item, str)), text)


def _same(key: str, name: str) -> bool:
    """Whether names differ in their casing only: `some-key`, `someKey`, `some_key`."""
    return key.replace("-", "").replace("_", "").lower() == name.replace("_", "").lower()


def _asked(name: str) -> str:
    """What a person types, who does not see it; nothing where there is no terminal, or at its end (Ctrl-D)."""
    with suppress(EOFError):
        return getpass(f"{name}: ") if sys.stdin is not None and sys.stdin.isatty() else ""
    return ""


def _write(*lines: str) -> None:
    """Write to standard output at once: what can't be written is an error of the command.

    Raises:
        OSError: The stream is closed, or nobody reads it, or there is no space.
    """
    if (stream := sys.stdout) is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")
    text = "".join(f"{line}\n" for line in lines).encode(stream.encoding, "backslashreplace").decode(stream.encoding)
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or Python writes again at its end
        raise OSError(error.errno, error.strerror, "standard output") from None


@contextmanager
def _new_file(path: Path | None) -> Iterator[BinaryIO | None]:
    """A new file that only its owner can read, made before anything is sent; it goes when that fails.

    Raises:
        OSError: It exists, or can't be made.
    """
    if path is None:
        yield None
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _lines(answer: object, *, hidden: str | None) -> list[str]:
    """Each member of an answer; in place of a secret, how to see it (`hidden`), unless that is None."""
    if not isinstance(answer, BaseModel):
        return [repr(answer)]
    lines = []
    for name, info in fields_of(type(answer)).items():
        value = getattr(answer, name)
        is_shown = hidden is None or info.repr or value is None
        text = value if isinstance(value, str) else repr(value)
        lines.append(f"{name}: {shown(text, 4000) if is_shown else f'(secret: {hidden})'}")
    return lines
