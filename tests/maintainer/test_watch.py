"""`make watch`: each save is generated, and a broken one ends nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.checkout import edit
from tests.support.environment import clean
from tests.support.repository import Repository

CHANGED = r"generated/: [1-9]\d* of \d+ files changed\n"


@contextmanager
def watching(repository: Repository) -> Iterator[Iterator[str]]:
    """What `make watch` prints, line by line."""
    with subprocess.Popen(
        repository.command("watch"),
        cwd=repository.root,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout
        try:
            yield iter(process.stdout)
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # not SIGINT, which whoever runs the tests may have us ignore


def test_a_saved_description_is_generated(released: Repository) -> None:
    """Until it is stopped, it tells what each save changed."""
    with watching(released) as lines:
        assert next(lines) == "generated/ is up to date\n"
        for before, after in (("an access token", "a token"), ("a token", "one token")):
            edit(released.spec, f"summary: Create {before}", f"summary: Create {after}")
            assert re.fullmatch(CHANGED, next(lines))


def test_a_broken_save_is_told_and_the_next_one_generated(released: Repository) -> None:
    """A mistake in the description, and one in a template."""
    template = released.templates / "README.md.jinja"
    broken = [(released.spec, "openapi: 3.1.0", "openapi: [3.1.0"), (template, "{{", "{{{{ 1 +")]
    with watching(released) as lines:
        next(lines)
        for path, old, new in broken:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            assert "error[" in next(line for line in lines if line[:1] not in (" ", ""))
            path.write_text(text.replace("\n", "\n\n", 1) if path == template else f"{text}# more\n", encoding="utf-8")
            assert next(line for line in lines if line.startswith("generated/"))


def test_the_first_save_finds_all_imported(released: Repository) -> None:
    """Also where there was nothing to generate before it."""
    program = "import sys; from codegen.maintainer.watch import _warm_up; _warm_up([]); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=released.root,
        env=clean(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert {"openapi_python_client", "jinja2", "codegen.render.ruff"} <= {*run.stdout.split()}
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""


def test_a_saved_generator_starts_over(released: Repository) -> None:
    """The new code generates what is saved next."""
    with watching(released) as lines:
        next(lines)
        module = released.root / "codegen" / "render" / "templates.py"
        edit(module, "Change the description or a template instead", "Change the description instead")
        assert re.fullmatch(CHANGED, next(lines))
