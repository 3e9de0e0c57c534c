"""Serve the sandbox: `python -m PACKAGE.testing --port 8080`, with the package's name for PACKAGE."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress

from .._text import described, escaped
from . import Sandbox
from ._description import TITLE

_PACKAGE = Sandbox.__module__.rpartition(".testing")[0]  # of this module, the name is `__main__`


def main(arguments: list[str] | None = None) -> int:
    """Serve until an interrupt (Ctrl-C)."""
    options = _command_line().parse_args(arguments)
    sandbox = Sandbox()
    try:
        server = sandbox.serve(options.port, host=options.host)
    except OSError as error:
        sys.stderr.write(f"cannot listen at {options.host}, port {options.port}: {error.strerror or error}\n")
        return 1
    with server:
        lines = [*sandbox.behaviour.introduction(server.url), "", f"The requests that come: {server.page}"]
        sys.stdout.write("\n".join([*map(escaped, lines), "Ctrl-C ends it.", ""]))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            server.wait()
    return 0


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {_PACKAGE}.testing", description=described(f"A sandbox of {TITLE}.")
    )
    parser.add_argument("--port", type=_port, default=8080, help="0 takes a free one")
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen at; anybody who reaches it can use it"
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
