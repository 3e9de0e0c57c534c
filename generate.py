"""Render an OpenAPI description into a client package. `python generate.py --help` lists the options."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import re
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

from codegen.output import tree, unsaved
from codegen.output.manifest import BEHAVIOUR, NAME, Manifest
from codegen.report.diagnostics import Diagnostic, GenerationError, annotation, as_text
from codegen.report.text import printable

ROOT = Path(__file__).resolve().parent
TEMPLATES = ROOT / "templates"


def main(arguments: list[str] | None = None) -> int:
    """Generate, or with `--check` compare. Exit status 0: up to date, 1: drift, 2: cannot generate."""
    if isinstance(sys.stdout, TextIOWrapper):  # a diff may have characters that the terminal's encoding lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    options = command_line().parse_args(arguments)
    try:
        status = run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough; what is left would fail once more at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def run(options: argparse.Namespace) -> int:
    """Do what the command line says."""
    try:
        tree.protect(options.output)
        inputs = inputs_of(options)
        return check(options, inputs) if options.check else write(options, inputs)
    except GenerationError as error:
        return fail(options, error)
    except RecursionError:
        message = "its parts refer to each other in a chain that is too long"
        return fail(options, GenerationError([Diagnostic(display(options.spec), "too-large", message)]))


def write(options: argparse.Namespace, inputs: Manifest) -> int:
    """Replace the output folder by a fresh rendering, unless its manifest says that it is up to date."""
    before = tree.read(options.output)
    if Manifest.read(options.output) == inputs.with_outputs(before):
        return report(options, "unchanged", f"{output_name(options)} is up to date")
    files, warnings = generate(options, inputs)
    by_hand: list[str] = []

    def protect_edits() -> None:
        disk, manifest = tree.read(options.output), Manifest.read(options.output)
        by_hand.extend(unsaved.made_by_hand(disk, manifest, files))
        if not options.force:
            unsaved.refuse(options.output, by_hand, regenerate_command(options, force=True))

    sources = (options.spec, TEMPLATES, ROOT / "codegen", ROOT / "generate.py")
    with tree.replaced(options.output, files, inputs=sources, check=protect_edits):
        paths = sorted({*files, *before})
        changed = [path for path in paths if files.get(path) != before.get(path)]
        text = f"{output_name(options)}: {len(changed)} of {len(paths)} files changed"
        lines = [f"  {path} was made by hand: {'overwritten' if path in files else 'deleted'}" for path in by_hand]
        text = "\n".join([text, *lines])
        return report(options, "written", text, warnings=warnings, files=changed, made_by_hand=by_hand)


def check(options: argparse.Namespace, inputs: Manifest) -> int:
    """Compare the output folder with a fresh rendering."""
    from codegen.output import drift  # imports difflib, which no other run needs

    disk, manifest = tree.read(options.output), Manifest.read(options.output)
    files, warnings = generate(options, inputs)
    difference = drift.compare(disk, files, manifest, inputs)
    if not difference.files:
        return report(options, "clean", f"{output_name(options)} is up to date", warnings=warnings)
    was_edited = manifest == inputs.with_outputs(disk)  # the manifest too, and `write` would rely on it
    by_hand = (
        [path for path in difference.files if path in disk]
        if was_edited
        else unsaved.made_by_hand(disk, manifest, files)
    )
    command = regenerate_command(options, force=bool(unsaved.not_in_git(options.output, by_hand)))
    if was_edited:
        command = f"rm {shlex.quote(display(options.output / NAME))} && {command}"
    for path, state in difference.files.items() if options.format == "github" else ():
        file = display(options.output / path)
        print(annotation("error", f"{path} {state}; run `{command}`", file=file, title="drift"))
    text = difference.text(output_name(options), command)
    return report(options, "drift", text, status=1, warnings=warnings, command=command, **difference.as_json())


def generate(options: argparse.Namespace, inputs: Manifest) -> tuple[dict[str, bytes], Sequence[Diagnostic]]:
    """Render the description: `{path: content}`, manifest included, and the warnings."""
    # Imported here: an unchanged run does without the parser, which takes longer to import than all else together.
    check_parser()
    from codegen.model.read import read
    from codegen.render.ruff import Copied, tidy
    from codegen.render.templates import BEHAVIOUR_TARGET, render

    api, document, warnings = read(options.spec, display(options.spec))
    if warnings and options.strict:
        raise GenerationError(warnings)
    name = options.package or document.data.get("x-python", {}).get("package", PACKAGE)
    own = behaviour(options) if document.is_ours else ""
    rendered = render(api, TEMPLATES, package=name, source=source_name(options.spec), behaviour=own)
    copied = Copied(display(options.spec.with_name(BEHAVIOUR)), own)
    files = tidy(rendered, TEMPLATES, name, {BEHAVIOUR_TARGET.format(name): copied} if own else {})
    inputs = inputs.with_files(options.spec.parent, (*document.files, BEHAVIOUR))
    return {**files, NAME: inputs.with_outputs(files, len(warnings)).text().encode()}, warnings


def behaviour(options: argparse.Namespace) -> str:
    """What the API does beyond its description, which stands beside that; empty: there is no such file.

    Raises:
        GenerationError: The file cannot be read.
    """
    file = options.spec.with_name(BEHAVIOUR)
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        message = "cannot be read, or is not UTF-8"
        raise GenerationError([Diagnostic(display(file), "read", message)]) from None


def check_parser() -> None:
    """See whether the parser is the one that the generator was written for.

    Raises:
        GenerationError: It is not installed, or its modules are not where they were.
    """
    try:
        import_module("codegen.parser.reading")
    except ImportError as error:
        if not str(error.name).startswith("openapi_python_client"):
            raise
        message = f"openapi-python-client is missing or is another version than that of requirements.txt: {error}"
        hint = "run `make`, which installs that one"
        raise GenerationError([Diagnostic("requirements.txt", "parser-version", message, hint=hint)]) from None


def inputs_of(options: argparse.Namespace) -> Manifest:
    """Hash everything that decides the output.

    Raises:
        GenerationError: The description cannot be read.
    """
    try:
        before = Manifest.read(options.output)
        return Manifest.of_inputs(ROOT, options.spec, source_name(options.spec), options.package or "", before)
    except OSError as error:
        raise GenerationError(
            [Diagnostic(display(options.spec), "read", f"cannot be read: {error.strerror}")]
        ) from None


def fail(options: argparse.Namespace, error: GenerationError) -> int:
    """Print every diagnostic of a failed run."""
    if options.format == "json":
        return report(options, "error", "", status=2, warnings=error.diagnostics)
    print_diagnostics(options, error.diagnostics)
    return 2


def report(
    options: argparse.Namespace,
    outcome: str,
    text: str,
    *,
    status: int = 0,
    warnings: Sequence[Diagnostic] = (),
    **facts: object,
) -> int:
    """Print the outcome in the chosen format; return the exit status."""
    if options.format == "json":
        import json

        diagnostics = [warning.as_json() for warning in warnings]
        text = json.dumps({"outcome": outcome, "diagnostics": diagnostics, **facts}, indent=2)
    else:
        print_diagnostics(options, warnings)
    print(text, flush=True)
    return status


def print_diagnostics(options: argparse.Namespace, diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics as text on stderr, or as the workflow commands with which GitHub shows them at their lines."""
    if options.format == "github":
        print(*(diagnostic.as_annotation() for diagnostic in diagnostics), sep="\n", end="\n" if diagnostics else "")
    elif diagnostics:
        print(as_text(diagnostics), file=sys.stderr)


def regenerate_command(options: argparse.Namespace, *, force: bool = False) -> str:
    """The command that generates with the same options."""
    chosen = [(f"--{name}", str(vars(options)[name])) for name in DEFAULTS if vars(options)[name] != DEFAULTS[name]]
    arguments = [word for pair in chosen for word in pair]
    if not arguments:
        return "make generate ARGS=--force" if force else "make generate"
    return shlex.join(["python", "generate.py", *arguments, *(["--force"] if force else [])])


def output_name(options: argparse.Namespace) -> str:
    """The output folder as messages name it."""
    return f"{printable(display(options.output))}/"


def display(path: Path) -> str:
    """A path relative to the repository's root or the working directory, if it is below one of them."""
    for base in (ROOT, Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return str(path)


def source_name(spec: Path) -> str:
    """The description's name in the output, the same on every machine."""
    return spec.relative_to(ROOT).as_posix() if spec.is_relative_to(ROOT) else spec.name


DEFAULTS = {"spec": ROOT / "spec" / "openapi.yaml", "output": ROOT / "generated", "package": None}
#: The package's name where neither the command line nor the description has one.
PACKAGE = "api_client"


def command_line() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description="Render an OpenAPI description into a client package.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the output is not up to date")
    parser.add_argument("--spec", type=description, default=DEFAULTS["spec"], metavar="FILE", help="the description")
    parser.add_argument("--output", type=path, default=DEFAULTS["output"], metavar="DIR", help="the folder to generate")
    parser.add_argument("--package", type=package, metavar="NAME", help="the package's name; else that of `x-python`")
    parser.add_argument("--force", action="store_true", help="overwrite and delete what was made by hand, too")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="for people, machines, or GitHub Actions"
    )
    return parser


def description(value: str) -> Path:
    """Check that an argument is the path of a file: what is fetched may be another one each time."""
    if re.match("[a-z][a-z0-9+.-]+://", value, re.IGNORECASE):
        command = shlex.join(["curl", "--fail", "--location", "--output", "openapi.yaml", value])
        raise argparse.ArgumentTypeError(f"must be a file; download it first: {printable(command)}")
    return path(value)


def path(value: str) -> Path:
    """Convert an argument to an absolute path."""
    resolved = Path(os.path.realpath(value))  # Path.resolve() raises of links in a circle before Python 3.13 only
    try:
        resolved.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise argparse.ArgumentTypeError(f"{value!r} leads nowhere: {error.strerror}") from None
    return resolved


def package(value: str) -> str:
    """Check that an argument can be the name of a package."""
    from codegen.naming import packages

    if problem := packages.package_problem(value):
        raise argparse.ArgumentTypeError(problem)
    return value


if __name__ == "__main__":
    gc.disable()  # the run is short: collecting garbage takes a quarter of its time and frees next to nothing
    os._exit(main())  # nor does Python free a million objects one by one; `main` has flushed what it printed
