"""Generate at every save: `make watch`.

The process stays, with all that is imported and compiled, so that a save takes a tenth of a run of its own. Where the
generator itself was saved, it starts over.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

import watchfiles

from codegen.maintainer.repository import ROOT

#: What decides the output.
_WATCHED = tuple(ROOT / name for name in ("spec", "templates", "codegen", "generate.py"))
#: Milliseconds without another change after which a save counts as complete: editors write several files.
_QUIET = 5
#: Milliseconds between two looks at whether there was a change; none before the first means that the system watches.
_LOOK = 200


def main(arguments: list[str]) -> None:
    """Generate, and again after each save, until the process is ended."""
    gc.disable()  # as generate.py does: `_generate` collects when nobody waits
    has_begun = False
    for changes in watchfiles.watch(
        *_WATCHED, step=_QUIET, rust_timeout=_LOOK, yield_on_timeout=True, raise_interrupt=False
    ):
        paths = [Path(path) for _, path in changes]
        if _are_of_generator(paths):
            os.execv(sys.executable, [sys.executable, "-m", "codegen.maintainer.watch", *arguments])  # noqa: S606 - this program
        if paths or not has_begun:
            _generate(arguments)
        if not has_begun:
            _warm_up(arguments)
            gc.freeze()  # what is there now stays: collecting what a save leaves then takes a millisecond, not 60
        has_begun = True


def _are_of_generator(paths: Iterable[Path]) -> bool:
    """Whether one of these files is a module of this process, or may be one that did not import."""
    if not (python := [path for path in paths if path.suffix == ".py"]):
        return False
    loaded = {str(module.__file__) for module in sys.modules.values() if getattr(module, "__file__", None)}
    return any(str(path) in loaded or "templates" not in path.parts for path in python)


def _generate(arguments: list[str]) -> None:
    try:
        import_module("generate").main(arguments)
    except Exception:  # noqa: BLE001 - whatever is wrong with what was saved, the next save may mend it
        traceback.print_exc()
    sys.stdout.flush()
    gc.collect()


def _warm_up(arguments: list[str]) -> None:
    """Import and compile what a save needs, by a run that writes and prints nothing.

    Where all was up to date, nothing of it is there yet, and the first save would wait for it.
    """
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        _generate([*arguments, "--check"])


if __name__ == "__main__":
    main(sys.argv[1:])
