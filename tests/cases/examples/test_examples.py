"""What the examples of the documentation do with an answer, whatever its type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cases import Answer, Case

HAND_ON = "  # a secret: hand it on, log it nowhere"
PET = {"name": "Ada", "age": 3}


def example(case: Case, name: str) -> str:
    """The first block of an operation's section."""
    page = (Path(case.package.__file__ or "").parents[1] / "docs" / "DefaultApi.md").read_text(encoding="utf-8")
    return re.split(r"^```(?:python)?\n", page.partition(f"\n## {name}\n")[2], flags=re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("name", "answer", "lines", "printed"),
    [
        ("get_nothing", Answer(204), [], ""),
        ("get_text", Answer(200, "a"), ["print(result)"], "a\n"),
        ("get_secret", Answer(200, "a"), [f"secret = result{HAND_ON}"], ""),
        ("get_secrets", Answer(200, ["a"]), [f"secret = result{HAND_ON}"], ""),
        ("get_bytes", Answer(200, b"123", "image/png"), ["print(len(result))"], "3\n"),
        ("get_pet", Answer(200, PET), ["print(result.name)"], "Ada\n"),
        ("list_pets", Answer(200, [PET]), ["for item in result:", "    print(item.name)"], "Ada\n"),
        ("get_page", Answer(200, {"data": [PET]}), ["for item in result.data:", "    print(item.name)"], "Ada\n"),
        ("get_options", Answer(200, {}), ["print(result.pet)"], "None\n"),
        (
            "get_token",
            Answer(200, {"token": "a", "scope": "b"}),
            [f"token = result.token{HAND_ON}", "print(result.expires_at)"],
            None,
        ),
        ("get_either", Answer(202), ["print(result)"], "None\n"),
    ],
)
def test_an_example_uses_the_answer(
    case: Case, capsys: pytest.CaptureFixture[str], name: str, answer: Answer, lines: list[str], printed: str | None
) -> None:
    """By its members and by what it always has, without a secret on the screen."""
    code = example(case, name)
    body = re.search(r"\(\s*\)\n(.*?)    except ", code, re.DOTALL)
    assert body is not None
    assert [line.removeprefix(" " * 8) for line in body[1].splitlines()] == lines
    assert ("result = " in code) is bool(lines)
    script = code.replace("Client()", f"Client(base_url={case.server.base_url!r})")
    case.server.exchanges(lambda: exec(script, {}), answer)
    said = capsys.readouterr().out
    assert printed is None or said == printed
    assert "failed" not in said


def test_a_type_within_itself_ends_somewhere(case: Case) -> None:
    """As deep as an example reads."""
    assert "print(result.root.root)" in example(case, "get_tree")
