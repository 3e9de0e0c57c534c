"""What type checkers find in the files beside this one: what must pass passes, what must fail fails.

A line that must fail says so by ignoring the finding, and both checkers report an ignore that is not needed. So the
files need no list of expectations, and `make lint` holds them to it as well.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support import checkers
from tests.support.checkout import PACKAGE, ROOT

FOLDER = Path(__file__).parent
FILES = sorted(str(path) for path in FOLDER.glob("*.py") if not path.name.startswith("test_"))
BOTH = pytest.mark.parametrize("checker", ["mypy", pytest.param("pyright", marks=pytest.mark.sweep)])
MARKS = {"mypy": "# type: ignore[assignment]", "pyright": "# pyright: ignore[reportAssignmentType]"}


def test_findings() -> None:
    """None but those that are expected, and all of these; pyright's are those of `make lint`."""
    result = checkers.run("mypy", *FILES, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_needless_mark(checker: str, tmp_path: Path) -> None:
    """A line that is expected to fail and doesn't is a finding: else the test above could not fail."""
    path = tmp_path / "needless.py"
    path.write_text(f"number: int = 1  {MARKS[checker]}\n", encoding="utf-8")
    result = checkers.run(checker, str(path), cwd=ROOT)
    assert result.returncode == 1
    assert "Unused" in result.stdout or "Unnecessary" in result.stdout


STRICT = {
    "mypy": ("--strict", "--enable-error-code=truthy-bool", "--config-file=", f"--cache-dir={checkers.CACHE}"),
    "pyright": ("-p", "."),
}
MARK = re.compile(r"  # (type|pyright): ignore.*")


@pytest.mark.sweep
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_strict(checker: str, tmp_path: Path) -> None:
    """As strict as checkers get: they find each line that carries a mark when it carries none, and no other line."""
    marked = set()
    for name in FILES:
        lines = Path(name).read_text(encoding="utf-8").splitlines()
        marked |= {f"{Path(name).name}:{number}" for number, line in enumerate(lines, 1) if MARK.search(line)}
        (tmp_path / Path(name).name).write_text("\n".join(MARK.sub("", line) for line in lines), encoding="utf-8")
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [str(ROOT / "generated")]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    files = [Path(name).name for name in FILES] if checker == "mypy" else []
    environment = {"MYPYPATH": str(ROOT / "generated")}
    result = checkers.run(checker, *STRICT[checker], *files, cwd=tmp_path, environment=environment)
    found = {":".join(place) for place in re.findall(r"(\w+\.py):(\d+):(?:\d+ -)? error:", result.stdout)}
    assert found == marked, result.stdout
    assert len(marked) > 80


OVERLOADS = {"create_authorization": 1, "create_access_token": 2}
PAIRS = [f"{client}.oauth.{method}" for client in ("client", "aclient") for method in OVERLOADS]


@BOTH
def test_twins(checker: str, tmp_path: Path) -> None:
    """A twin has each signature of its method, argument for argument, and gives an ApiResponse; so editors show it."""
    path = tmp_path / "reveal.py"
    asked = "".join(f"    reveal_type({pair})\n    reveal_type({pair}_with_http_info)\n" for pair in PAIRS)
    header = f"from {PACKAGE} import AsyncClient, Client\ndef reveal(client: Client, aclient: AsyncClient) -> None:\n"
    path.write_text(header + asked, encoding="utf-8")
    revealed = re.findall(r"(?:Revealed type|Type of) .*", checkers.run(checker, str(path), cwd=ROOT).stdout)
    for pair, method, twin in zip(PAIRS, revealed[::2], revealed[1::2], strict=True):
        arguments = re.findall(r"\(\*, .*?\) ->", twin)
        assert arguments == re.findall(r"\(\*, .*?\) ->", method)
        assert len(arguments) == twin.count("ApiResponse[") == OVERLOADS[pair.rpartition(".")[2]]
        assert "ApiResponse[" not in method
