"""Build the documentation site out of this repository: its pages, its recipes and the docstrings of the package.

`python docs/site.py FOLDER` runs in .venv-docs and writes the site to FOLDER/site, beside what it is made of.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ROOT / "generated"
SPEC = yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8"))
PACKAGE: str = SPEC["x-python"]["package"]
DISTRIBUTION: str = SPEC["x-python"]["distribution"]


def main(folder: Path) -> int:
    """Write the pages and the configuration, then build the site; the exit status."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in pages().items():
        file = folder / "pages" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "site.css", folder / "pages")
    shutil.copy(ROOT / "docs" / "untrusted.py", folder)  # where zensical, started there, can import it
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration(), sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    status = subprocess.run(command, cwd=folder, check=False).returncode
    if status == 0:
        print(f"To read it: {Path(sys.executable).name} -m http.server --directory {os.path.relpath(folder / 'site')}")
    return status


def configuration() -> dict[str, Any]:
    """The settings of mkdocs.yml, with the names of the package and the list of pages."""
    settings: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8"))
    python = settings["plugins"]["mkdocstrings"]["handlers"]["python"]
    python["paths"] = [str(GENERATED)]
    python["options"]["extensions"] = [str(ROOT / "docs" / "attributes.py")]
    summary = escape(SPEC["info"]["summary"])  # the theme prints it as it is
    names = {"site_name": DISTRIBUTION, "site_description": summary}
    return names | {"docs_dir": "pages", "site_dir": "site", "nav": navigation()} | settings


# --- which pages there are


def copied() -> dict[str, str]:
    """The path of each file that becomes a page, and the page's."""
    operations = {f"generated/docs/{file.name}": f"operations/{file.name}" for file in GENERATED.glob("docs/*.md")}
    recipes = {f"docs/recipes/{file.name}": f"recipes/{file.stem}.md" for file in ROOT.glob("docs/recipes/[a-z]*.py")}
    return {
        "generated/README.md": "index.md",
        **dict(sorted(operations.items())),
        "docs/sandbox.md": "sandbox.md",
        **dict(sorted(recipes.items())),
        "CHANGELOG.md": "changelog.md",
        "README.md": "maintainers/index.md",
        "docs/maintaining.md": "maintainers/maintaining.md",
        "docs/diagnostics.md": "maintainers/diagnostics.md",
        "templates/README.md": "maintainers/templates.md",
        "tests/README.md": "maintainers/tests.md",
        "CONTRIBUTING.md": "maintainers/contributing.md",
        "SECURITY.md": "maintainers/security.md",
    }


def modules() -> list[str]:
    """The public modules of the package, with their package in front."""
    package = GENERATED / PACKAGE
    files = [*package.glob("[a-z]*.py"), *package.glob("testing/__init__.py"), *package.glob("testing/[a-z]*.py")]
    return [PACKAGE, *sorted(module_of(file.relative_to(GENERATED)) for file in files)]


def module_of(file: Path) -> str:
    """The dotted name of a module."""
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def navigation() -> list[Any]:
    """The menu: titles and paths of pages, in sections."""
    paths = list(copied().values())

    def section(folder: str) -> list[str]:
        return [path for path in paths if path.startswith(f"{folder}/")]

    return [
        {"Guide": "index.md"},
        {"Operations": section("operations")},
        {"The sandbox": "sandbox.md"},
        {"Recipes": ["recipes/index.md", *section("recipes")]},
        {"Reference": [{name: f"reference/{name}.md"} for name in modules()]},
        {"Changelog": "changelog.md"},
        {"For maintainers": section("maintainers")},
    ]


# --- what is on them


def pages() -> dict[str, str]:
    """The Markdown of each page by its path."""
    copies = {page: rewritten(source, markdown(ROOT / source)) for source, page in copied().items()}
    reference = {f"reference/{name}.md": f"# `{name}`\n\n::: {name}\n" for name in modules()}
    return copies | reference | {"recipes/index.md": index_of_recipes(copies)}


def markdown(file: Path) -> str:
    """A Markdown file as it is; of Python, its docstring under a heading, and the rest as code."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        return re.sub(r"\A(<!--.*-->\n)+", "", text)
    module = ast.parse(text)
    title, _, body = (ast.get_docstring(module) or "").partition("\n")
    code = "".join(text.splitlines(keepends=True)[module.body[0].end_lineno :]).strip("\n")
    return f"# {title.removesuffix('.')}\n{body}\n\n```python\n{code}\n```\n"


def index_of_recipes(copies: dict[str, str]) -> str:
    """Links to the recipes by their titles."""
    titles = {path: text.partition("\n")[0].removeprefix("# ") for path, text in copies.items()}
    links = [f"- [{title}]({Path(path).name})" for path, title in titles.items() if path.startswith("recipes/")]
    return "\n".join(["# Recipes", "", "Each is a file that the tests run, to be copied.", "", *links, ""])


def rewritten(source: str, text: str) -> str:
    """The text with links to pages of the site, and in the dialect of Python-Markdown."""

    def link(match: re.Match[str]) -> str:
        label, target, anchor = match.groups()
        page = copied().get(os.path.normpath(Path(source).parent / target))
        return f"[{label}]({relative(page, copied()[source])}{anchor or ''})" if page else label

    text = re.sub(r"^([\s>*+#\d.)-]*):::", r"\1&#58;::", text, flags=re.MULTILINE)  # no module is printed for it
    text = re.sub(r"(?<=\| )(`([^`|]+\.md)`)(?= \|)", r"[\1](\2)", text)  # the package index can't follow a link to it
    text = re.sub(r"\[([^\[\]]+)\]\((?!https?:)([^)\s#]+)(#[^)\s]*)?\)", link, text)
    return indented(re.sub(r"^\|.*\|$", with_plain_bars, text, flags=re.MULTILINE))


def with_plain_bars(row: re.Match[str]) -> str:
    """A row of a table without the backslashes before bars in code, which GitHub asks for and Python-Markdown shows."""
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", lambda code: code[0].replace("\\|", "|"), row[0])


def relative(page: str, start: str) -> str:
    """The path of a page as seen from another one."""
    return os.path.relpath(page, Path(start).parent)


def indented(text: str) -> str:
    """Indent what belongs to an item of a list by four columns, where CommonMark asks for two or three."""
    lines, width = [], 0
    for line in text.splitlines():
        if item := re.match(r"(?:-|\d+\.) ", line):
            width = item.end()
        elif line and not line.startswith(" " * width):
            width = 0
        lines.append(f"    {line[width:]}" if width and not item and line else line)
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
