"""Render an OpenAPI description into a client package. `python generate.py --help` lists the options."""

from __future__ import annotations

import argparse
import gc
import shlex
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from codegen.output import tree
from codegen.output.manifest import NAME, Manifest
from codegen.report.diagnostics import Diagnostic, GenerationError, annotation, as_text, in_order

ROOT = Path(__file__).resolve().parent
TEMPLATES = ROOT / "templates"


def main(arguments: list[str] | None = None) -> int:
    """Generate, or with `--check` compare. Exit status 0: fine, 1: drift, 2: cannot generate."""
    if isinstance(sys.stdout, TextIOWrapper):  # a diff shows any character, and not every terminal can
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        inputs = inputs_of(options)
        return check(options, inputs) if options.check else write(options, inputs)
    except GenerationError as error:
        return fail(options, error)


def write(options: argparse.Namespace, inputs: Manifest) -> int:
    """Make the output folder what the inputs say, unless its manifest says that it is."""
    before = tree.read(options.output)
    if Manifest.read(options.output) == inputs.with_outputs(before):
        return report(options, "unchanged", f"{display(options.output)} is up to date")
    files, warnings = generate(options, inputs)
    tree.replace(options.output, files, inputs=(options.spec, TEMPLATES, ROOT / "codegen", ROOT / "generate.py"))
    paths = sorted({*files, *before})
    changed = [path for path in paths if files.get(path) != before.get(path)]
    return report(
        options,
        "written",
        f"{display(options.output)}: {len(changed)} of {len(paths)} files changed",
        warnings=warnings,
        files=changed,
    )


def check(options: argparse.Namespace, inputs: Manifest) -> int:
    """Compare the output folder with what the inputs give, rendered for real."""
    from codegen.output import drift  # renders diffs, which no other run needs

    disk, manifest = tree.read(options.output), Manifest.read(options.output)
    files, warnings = generate(options, inputs)
    found = drift.find(disk, files, manifest, inputs)
    if not found.files:
        text = f"{display(options.output)} is what the description gives"
        return report(options, "clean", text, warnings=warnings)
    command = mend(options)
    if manifest == inputs.with_outputs(disk):  # it claims that nothing is to be done, which `write` would believe
        command = f"rm {shlex.quote(display(options.output / NAME))} && {command}"
    text = found.text(display(options.output), command)
    for path, state in found.files.items() if options.format == "github" else ():
        where = display(options.output / path)
        print(annotation("error", f"{path} {state}; run `{command}`", file=where, title="drift"))
    return report(options, "drift", text, status=1, warnings=warnings, command=command, **found.as_json())


def generate(options: argparse.Namespace, inputs: Manifest) -> tuple[dict[str, bytes], Sequence[Diagnostic]]:
    """Description in, `{path: content}` out, manifest included; and the warnings."""
    # Imported here: an unchanged run ends without the parser, which takes longer to import than all else together.
    from codegen.checks.registry import check_description, unwaived
    from codegen.description.document import Document
    from codegen.model.build import translate
    from codegen.normalise.normalise import normalise
    from codegen.parser.reading import parse
    from codegen.render.ruff import tidy
    from codegen.render.templates import render

    document = Document.load(options.spec, display(options.spec))
    warnings = check_description(document)
    normalised = normalise(document)
    parsed = parse(normalised.document, partial=options.allow_partial)
    warnings = in_order([*warnings, *unwaived(document, [*normalised.warnings(), *parsed.degraded])])
    if warnings and options.strict:
        raise GenerationError(warnings)
    api = translate(document, normalised, parsed)
    name = options.package or document.data.get("x-python", {}).get("package", PACKAGE)
    files = tidy(render(api, TEMPLATES, package=name, source=source_name(options.spec)), TEMPLATES, name)
    return {**files, NAME: inputs.with_outputs(files, len(warnings)).text().encode()}, warnings


def inputs_of(options: argparse.Namespace) -> Manifest:
    """All that decides the output, hashed."""
    try:
        return Manifest.of_inputs(ROOT, options.spec, source_name(options.spec), options.package or "")
    except OSError as error:
        raise GenerationError(
            [Diagnostic(display(options.spec), "read", f"cannot be read: {error.strerror}")]
        ) from None


def fail(options: argparse.Namespace, error: GenerationError) -> int:
    """Tell what is wrong, all of it."""
    if options.format == "json":
        return report(options, "error", "", status=2, warnings=error.diagnostics)
    tell(options, error.diagnostics)
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
    """Tell the outcome, to a person or to a machine."""
    if options.format == "json":
        import json

        found = [warning.as_json() for warning in warnings]
        text = json.dumps({"outcome": outcome, "diagnostics": found, **facts}, indent=2)
    else:
        tell(options, warnings)
    print(text)
    return status


def tell(options: argparse.Namespace, diagnostics: Sequence[Diagnostic]) -> None:
    """Print findings: for people as text, for GitHub as the commands that show each beside its line."""
    if options.format == "github":
        print(*(diagnostic.as_annotation() for diagnostic in diagnostics), sep="\n", end="\n" if diagnostics else "")
    elif diagnostics:
        print(as_text(diagnostics), file=sys.stderr)


def mend(options: argparse.Namespace) -> str:
    """The one command that ends a drift."""
    chosen = [(f"--{name}", str(vars(options)[name])) for name in DEFAULTS if vars(options)[name] != DEFAULTS[name]]
    given = [word for pair in chosen for word in pair]
    given += ["--allow-partial"] if options.allow_partial else []
    return shlex.join(["python", "generate.py", *given]) if given else "make generate"


def display(path: Path) -> str:
    """A path as people know it: from the repository's root or the working directory."""
    for base in (ROOT, Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return str(path)


def source_name(spec: Path) -> str:
    """The description's name in the output, which must not depend on the machine."""
    return spec.relative_to(ROOT).as_posix() if spec.is_relative_to(ROOT) else spec.name


DEFAULTS = {"spec": ROOT / "spec" / "openapi.yaml", "output": ROOT / "generated", "package": None}
#: The package's name where neither the command line nor the description has one.
PACKAGE = "api_client"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description="Render an OpenAPI description into a client package.")
    made.add_argument("--check", action="store_true", help="write nothing; exit 1 if the output is not up to date")
    made.add_argument("--spec", type=path, default=DEFAULTS["spec"], metavar="FILE", help="the description")
    made.add_argument("--output", type=path, default=DEFAULTS["output"], metavar="DIR", help="the folder to generate")
    made.add_argument("--package", type=package, metavar="NAME", help="the package in it, if not that of `x-python`")
    made.add_argument("--allow-partial", action="store_true", help="let what cannot be typed be `Any`, and list it")
    made.add_argument("--strict", action="store_true", help="treat warnings as errors")
    made.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="for people, machines, or GitHub Actions"
    )
    return made


def path(value: str) -> Path:
    """A path of the command line."""
    return Path(value).resolve()


def package(value: str) -> str:
    """An importable name of the command line."""
    from codegen.naming import packages

    if fault := packages.fault(value):
        raise argparse.ArgumentTypeError(fault)
    return value


if __name__ == "__main__":
    gc.disable()  # a short run: looking for garbage costs a quarter of it, and finds next to none
    sys.exit(main())
