"""Descriptions with one fault each: what is told about it, where, and what it does to the run.

The first line of each file in bad_specs/ holds what is expected: `# 19:7 warning[not-rendered]`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import generate
from codegen.description.document import Document
from codegen.report.codes import CODES, DESCRIPTION
from codegen.report.diagnostics import Diagnostic, Position, as_text
from tests.checks.mistakes import MISTAKES
from tests.support.checkout import ROOT

FOLDER = Path(__file__).parent / "bad_specs"
FILES = sorted(FOLDER.iterdir())
EXPECTED = re.compile(rb"# (\d+):(\d+) (error|warning)\[([a-z0-9-]+)\]\n")


@dataclass(frozen=True)
class Run:
    """What a run of the generator told."""

    status: int
    diagnostics: list[dict[str, Any]]
    output: Path

    @property
    def found(self) -> list[tuple[int, int, str, str]]:
        return [
            (one["position"]["line"], one["position"]["column"], one["severity"], one["code"])
            for one in self.diagnostics
        ]


@dataclass(frozen=True)
class Generator:
    """The generator, within this process."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, spec: Path, *options: str) -> Run:
        output = self.folder / "output"
        status = generate.main(["--spec", str(spec), "--output", str(output), "--format", "json", *options])
        return Run(status, json.loads(self.capsys.readouterr().out)["diagnostics"], output)

    def text(self, spec: Path, *options: str) -> tuple[str, str]:
        """Standard output and standard error."""
        generate.main(["--spec", str(spec), "--output", str(self.folder / "output"), *options])
        return self.capsys.readouterr()

    def written(self, text: str) -> Path:
        """A description of this text."""
        spec = self.folder / "spec.yaml"
        spec.write_text(text, encoding="utf-8")
        return spec


@pytest.fixture
def generator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Generator:
    return Generator(tmp_path, capsys)


def faultless() -> str:
    """The description that all the others are, but for their fault."""
    content = (FOLDER / "duplicate-key-field.yaml").read_text(encoding="utf-8")
    return content.replace("      summary: Read it\n", "")


# --- each fault


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_fault_is_told_with_its_place(file: Path, generator: Generator) -> None:
    """Exactly the one diagnostic; an error leaves nothing behind, a warning does not stop the run."""
    expected = EXPECTED.match(file.read_bytes())
    assert expected
    line, column, severity, code = (int(group) if group.isdigit() else group.decode() for group in expected.groups())
    run = generator.run(file)
    assert run.found == [(line, column, severity, code)]
    assert run.status == (2 if severity == "error" else 0)
    assert run.output.exists() is (severity == "warning")


def test_without_a_fault_nothing_is_told(generator: Generator) -> None:
    """The files differ from this description by their fault alone."""
    assert generator.run(generator.written(faultless())).found == []


def test_our_own_description_has_nothing_to_tell(generator: Generator) -> None:
    """No warning stays in it unseen, so each new one is seen."""
    assert generator.run(ROOT / "spec" / "openapi.yaml", "--strict").found == []


def test_a_media_type_of_no_operation_is_looked_at(generator: Generator) -> None:
    """OpenAPI 3.2 has such components; this one breaks the rules of their names as well."""
    header = faultless().replace("openapi: 3.1.0", "openapi: 3.2.0")
    run = generator.run(generator.written(f"{header}  mediaTypes:\n    application/json: {{}}\n"))
    line = len(header.splitlines()) + 2
    assert {found for found in run.found if found[0] == line} == {
        (line, 5, "error", "not-openapi"),
        (line, 5, "error", "no-schema"),
    }


@pytest.mark.parametrize("code", sorted(DESCRIPTION))
def test_every_code_is_shown(code: str) -> None:
    """A code that no description shows may never be reported; those of MISTAKES are changes to one description."""
    files = [file for file in FILES if file.name.startswith(code) and f"[{code}]".encode() in file.read_bytes()]
    is_a_mistake = any(mistake.code == code for mistakes in MISTAKES.values() for mistake in mistakes)
    assert files or is_a_mistake, f"add bad_specs/{code}.yaml, a copy of one of the others with another fault"


def test_the_documentation_lists_every_code() -> None:
    """The table in docs/diagnostics.md is the one that the generator uses."""
    section = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \| (.*) \|$", section, re.MULTILINE)
    expected = [(code, CODES[code].level.value, CODES[code].text) for code in CODES]
    assert rows == expected, (
        "copy into the table of docs/diagnostics.md what codegen/report/codes.py says, in its order"
    )


# --- how it is told


def test_an_error_is_one_block(generator: Generator) -> None:
    """Place, severity, code, message; the source line with a caret; a hint."""
    _, text = generator.text(FOLDER / "unknown-field-schema.yaml")
    assert text == (
        "tests/checks/bad_specs/unknown-field-schema.yaml:40:11: error[unknown-field]: "
        "OpenAPI's schema object has no field `maxLenght`\n"
        "              maxLenght: 20\n"
        "              ^\n"
        "    hint: did you mean maxLength?\n"
    )


def test_all_faults_are_told_at_once(generator: Generator) -> None:
    """Faults of YAML, structure, references and values, in the order of the file."""
    text = faultless().replace("version: 1.0.0", "version: 1.0").replace("in: path", "in: path\n      in: path")
    text = text.replace("schemas/Pet'", "schemas/Pett'").replace(
        "type: string\n", "type: string\n          default: 1\n"
    )
    codes = [one["code"] for one in generator.run(generator.written(text)).diagnostics]
    assert codes == ["not-openapi", "unresolved-ref", "duplicate-key", "default-mismatch"]


def test_github_shows_it_beside_the_line(generator: Generator) -> None:
    """A workflow command, in which a line end or a colon of the description ends nothing."""
    out, _ = generator.text(FOLDER / "unknown-field-schema.yaml", "--format", "github")
    assert out == (
        "::error file=tests/checks/bad_specs/unknown-field-schema.yaml,title=unknown-field,line=40,col=11::"
        "OpenAPI's schema object has no field `maxLenght`%0Ahint: did you mean maxLength?\n"
    )
    hostile = Diagnostic("a,b:c.yaml", "read", "100 %\n::error::planted", Position(1, 2))
    command = "::error file=a%2Cb%3Ac.yaml,title=read,line=1,col=2::100 %25\\n::error::planted"
    assert hostile.as_annotation() == command


def test_text_of_the_description_moves_no_cursor() -> None:
    """What a terminal would obey is shown, not sent; the message stays in its line."""
    text = str(Diagnostic("spec.yaml", "read", "a\x1b[2Jb\nc", Position(1, 7), "key: \x1b]0;x\x07y", "h\r"))
    assert "\x1b" not in text
    assert "\r" not in text
    assert text.splitlines()[1:3] == ["    key: ?]0;x?y", "          ^"]


def test_a_long_text_of_the_description_is_cut() -> None:
    """It could fill the scrollback of a terminal, and with escapes in place of characters ten times as much."""
    printed = str(Diagnostic("spec.yaml", "no-name", "\x1b" * 1_000_000))
    assert printed.endswith(r"\x1b… (996,000 more characters)")
    assert len(printed) < 20_000


def test_a_long_line_is_cut_around_the_fault() -> None:
    """A description may be one line of a megabyte."""
    block = str(Diagnostic("spec.json", "read", "wrong", Position(1, 500_001), "x" * 500_000 + "!" + "y" * 500_000))
    _, line, caret = block.splitlines()
    assert len(line) < 200
    assert line[caret.index("^")] == "!"


def test_of_many_warnings_some_are_printed() -> None:
    """A foreign description has thousands; machines get them all."""
    many = [Diagnostic("spec.yaml", "no-summary", "none", Position(line, 1)) for line in range(1, 101)]
    text = as_text([*many, Diagnostic("spec.yaml", "read", "wrong", Position(200, 1))])
    assert text.count("warning[no-summary]: ") == 10
    assert "and 90 more: warning[no-summary]" in text
    assert "error[read]" in text


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "type: string\n",
            "type: integer\n          nullable: true\n",
            "`nullable: true` is OpenAPI 3.0",
            "write `type: [integer, 'null']`",
        ),
        (
            "          type: string\n",
            "          $ref: '#/components/schemas/Pet'\n          nullable: true\n",
            "`nullable: true` is OpenAPI 3.0",
            "write `anyOf:` with this and `{type: 'null'}` in it",
        ),
        (
            "      type: object\n",
            "      type: object\n      description:\n",
            "an empty value is null in YAML",
            "write the value: '' for an empty text, {} or [] for nothing in it, null for null; or leave it out",
        ),
        (
            "  version: 1.0.0\n",
            "<<<<<<< HEAD\n  version: 1.0.0\n=======\n  version: 1.1.0\n>>>>>>> other\n",
            "a merge conflict begins here",
            "choose one side, and remove git's conflict markers",
        ),
    ],
    ids=["integer", "reference", "empty", "conflict"],
)
def test_a_hint_fits_what_is_there(generator: Generator, old: str, new: str, message: str, hint: str) -> None:
    """It can be followed as it stands."""
    run = generator.run(generator.written(faultless().replace(old, new)))
    assert [(one["message"], one["hint"]) for one in run.diagnostics] == [(message, hint)]


# --- warnings


def test_strict_refuses_warnings(generator: Generator) -> None:
    """The same findings, exit status 2, nothing written."""
    run = generator.run(FOLDER / "no-summary.yaml", "--strict")
    assert [one["code"] for one in run.diagnostics] == ["no-summary"]
    assert run.status == 2
    assert not run.output.exists()


def test_a_warning_is_told_again(generator: Generator) -> None:
    """Also when nothing is to be generated: it has not been mended."""
    first, again = (generator.run(FOLDER / "no-summary.yaml") for _ in range(2))
    assert first.found == again.found != []


def test_a_waiver_silences_what_it_names(generator: Generator) -> None:
    """With its reason, for the object and what it holds."""
    text = faultless().replace("      type: object\n", "      type: object\n      xml: {name: pet}\n")
    assert generator.run(generator.written(text)).found != []
    waived = text.replace("xml: {name: pet}", "xml: {name: pet}\n      x-waive: {not-rendered: Nobody sends XML.}")
    assert generator.run(generator.written(waived), "--strict").found == []


def test_a_rule_has_exceptions(generator: Generator) -> None:
    """With their reasons; a rule that is not asked for, or is switched off, is none."""
    text = (FOLDER / "optional-body.yaml").read_text(encoding="utf-8")
    assert generator.run(generator.written(text)).status == 2
    waived = text.replace("    put:\n", "    put:\n      x-waive: {optional-body: Nothing may change.}\n")
    for described in (waived, text.replace("optional-body: true", "optional-body: false"), without_rules(text)):
        assert generator.run(generator.written(described), "--strict").found == []


def without_rules(text: str) -> str:
    """The description as somebody else would have written it."""
    return re.sub(r"^  rules:\n(    .*\n)*", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("no-description-*")), ids=lambda file: file.stem)
def test_a_foreign_description_gets_no_rules(file: Path, generator: Generator) -> None:
    """They are demands of ours on ourselves."""
    text = re.sub(r"^x-python:\n(  .*\n)*", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert generator.run(generator.written(text), "--strict").found == []


def test_a_foreign_description_is_forgiven_its_faults(generator: Generator) -> None:
    """Without `x-python` it is none of ours, so nobody here can mend it: it generates, and tells."""
    file = FOLDER / "default-mismatch.yaml"
    foreign = generator.written(file.read_text(encoding="utf-8").replace("x-python:\n  package: pets\n", ""))
    assert generator.run(file).status == 2
    run = generator.run(foreign)
    assert run.status == 0
    assert [(one["severity"], one["code"]) for one in run.diagnostics] == [("warning", "default-mismatch")]


# --- what is no fault


def test_json_is_read_with_its_escapes(tmp_path: Path) -> None:
    """JSON writes a character beyond the first 65,536 as two escapes, which libyaml does not read."""
    text = '{"a": "\\ud83d\\ude00 \\\\ud83d\\\\ude00"}'
    file = tmp_path / "spec.json"
    file.write_text(text, encoding="utf-8")
    assert Document.load(file, "spec.json").data == json.loads(text)


def test_control_characters_of_json_are_read(tmp_path: Path) -> None:
    """JSON takes them as they are from U+007F on, as DocuSign's description has them; YAML does not."""
    text = '{"a": "\x7f\x80\x9f\ufffe", "b\x90": "\x85\u2028"}'
    file = tmp_path / "spec.json"
    file.write_text(text, encoding="utf-8")
    assert Document.load(file, "spec.json").data == json.loads(text)


def test_yaml_1_2_is_read() -> None:
    """What YAML 1.1 would take for something else stays what OpenAPI means by it."""
    text = "{a: no, b: 2020-01-01, c: 1:30, d: 017, e: 0o17, f: 0x1F, g: 1e3, 200: x, h: ~, i: .5}"
    data = Document.parse(text, "spec.yaml").data
    numbers = {"d": 17, "e": 15, "f": 31, "g": 1000.0, "i": 0.5}
    assert data == {"a": "no", "b": "2020-01-01", "c": "1:30", "200": "x", "h": None, **numbers}


def test_a_recursive_type_is_no_circle(generator: Generator) -> None:
    """A reference through a property is a type that holds itself."""
    member = "          $ref: '#/components/schemas/Pet'\n"
    text = faultless().replace("          type: string\n", member)
    assert generator.run(generator.written(text)).found == []
