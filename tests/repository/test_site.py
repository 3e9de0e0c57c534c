"""The documentation site: which pages it has, how they are rewritten for it, and what a browser says of them."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from codegen.description.document import Document
from docs import site
from tests.support.checkout import PACKAGE, ROOT, Checkout
from tests.support.chromium import BROWSER_PYTHON, CHROMIUM, needs_browser
from tests.support.mutation import Path as Place, at, places
from tests.support.planting import with_values
from tests.support.server import PATIENCE


def leaves(node: Any) -> list[str]:
    """The paths in a menu."""
    if isinstance(node, str):
        return [node]
    return [path for child in (node.values() if isinstance(node, dict) else node) for path in leaves(child)]


def test_the_menu_leads_to_every_page() -> None:
    """And each page of the menu is made."""
    assert sorted(leaves(site.navigation())) == sorted(site.pages())


def test_every_public_module_has_a_page() -> None:
    """With what its docstrings say."""
    package = import_module(PACKAGE)
    modules = {name for name in package.__all__ if inspect.ismodule(getattr(package, name))}
    assert {f"{PACKAGE}.{name}" for name in modules} <= {*site.modules()}


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("[a](generated/README.md#errors)", "[a](../index.md#errors)"),
        ("[a](templates/README.md), [b](Makefile)", "[a](templates.md), b"),
        ("[a](https://example.com/x.md)", "[a](https://example.com/x.md)"),
        ("| a | `templates/README.md` |", "| a | [`templates/README.md`](templates.md) |"),
        ("| a | `no/page.md` |", "| a | `no/page.md` |"),
        (r"| `str \| None` | a \| b |", r"| `str | None` | a \| b |"),
        ("- one\n  two\n\n  three\n\nfour", "- one\n    two\n\n    three\n\nfour"),
        ("1. one\n\n   ```sh\n   ls\n   ```\n2. two", "1. one\n\n    ```sh\n    ls\n    ```\n2. two"),
    ],
)
def test_a_page_is_rewritten_for_the_site(text: str, page: str) -> None:
    """Links lead to pages of the site, or nowhere; tables and lists are as Python-Markdown reads them."""
    assert site.rewritten("README.md", text) == f"{page}\n"


def test_a_recipe_is_text_and_code(tmp_path: Path) -> None:
    """Its docstring under its title, and the rest to be copied."""
    recipe = tmp_path / "recipe.py"
    recipe.write_text('"""Do it.\n\nLike this.\n"""\n\nimport os\n\nprint(os.name)\n', encoding="utf-8")
    assert site.markdown(recipe) == "# Do it\n\nLike this.\n\n```python\nimport os\n\nprint(os.name)\n```\n"


# --- text of the description

#: Asks for elements, attributes and modules in each way that HTML, Markdown and the extensions of the site have.
FORGED = """Text. <script>forged()</script> <img src=x onerror=forged()> <forged-x>x</forged-x> ![x](https://example.com/x.png)
[a](javascript:forged()) [b](jav&#x61;script&colon;forged()) [c](https://example.com/) **x**{: onclick="forged()" }

# forged heading {: #forged onclick="forged()" }

forged heading
===============

::: os

- ::: os
- # forged heading

[TOC]

--8<-- "/etc/passwd"

{{ forged }} {: onclick="forged()" }

<div onclick="forged()" markdown="1">x</div>

!!! forged "forged heading"
    x

| a | b |
| --- | --- |
| {: onclick="forged()" } | <i onclick="forged()">x</i> |

```forged {onclick="forged()"}
<script>forged()</script>
```
"""


class Elements(HTMLParser):
    """What of a page is more than text: its elements with their attributes, and the text of headings and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in HEADINGS:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in HEADINGS:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts.append(data)


HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "script", "style"}


def forged(page: str) -> list[str]:
    """What the text of a description added to a page, beyond text, the page's summary, and links to http(s)."""
    read = Elements(page)
    elements = [
        f"<{tag} {name}={value!r}>"
        for tag, attributes in read.elements
        for name, value in [("", tag), *attributes.items()]
        if (name != "content" and "forged" in value)
        or name.startswith("on")
        or re.match(r"\s*javascript:", value)
        or tag == "img"
    ]
    return elements + [text for text in read.texts if "forged" in text]


@pytest.mark.sweep
@pytest.mark.skipif(not BROWSER_PYTHON.exists(), reason="needs .venv-docs (make docs)")
def test_no_text_of_the_description_becomes_html(tmp_path: Path) -> None:
    """Of any text of ours, on pages and in docstrings; it is there as text."""
    checkout = Checkout.copy(tmp_path / "copy", output=True)
    for part in ("docs", "tests", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy2)(ROOT / part, checkout.root / part)
    data = Document.load(checkout.spec, "openapi.yaml").data
    planted = {place: FORGED for place in places(data) if is_text(data, place)}
    checkout.spec.write_text(json.dumps(with_values(data, planted)), encoding="utf-8")
    assert (generated := checkout.run()).returncode == 0, generated.stderr
    folder = tmp_path / "out" / "site"
    run(str(checkout.root / "docs" / "site.py"), str(folder.parent))  # links to nothing are an error, at the end
    pages = {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.html")}
    assert sum("forged()" in page for page in pages.values()) > 5
    assert {path: wrong for path, page in pages.items() if (wrong := forged(page))} == {}
    assert not any("os.path.join" in page or "root:x:" in page for page in pages.values())


def is_text(data: dict[str, Any], place: Place) -> bool:
    """Whether it is a description or a summary, not a member of that name."""
    return place[-1] in ("description", "summary") and isinstance(at(data, place), str)


# --- in a browser


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module or a script in the environment of the site."""
    return subprocess.run(
        [BROWSER_PYTHON, *command], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The folder of the site, built in strict mode."""
    result = run("docs/site.py", str(tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr
    return tmp_path / "site"


def problems(folder: Path) -> list[str]:
    """What the browser finds."""
    result = run("-m", "tests.support.browser", str(folder), CHROMIUM)
    assert result.stderr == ""
    return result.stdout.splitlines()


FAULTS = """
<a href="../nowhere/">a</a> <a href="../#nothing">b</a> <div style="width: 2000px">wide</div>
<script>console.error("console"); throw new Error("thrown")</script> <img src="http://localhost:1/image.png">
"""


@pytest.mark.sweep
@needs_browser
def test_a_browser_reads_every_page(built: Path) -> None:
    """No error in the console, no other host, no broken link, nothing wider than the screen; the search finds.

    One page more has a fault of each kind, so that a reader who is blind to it is seen; no other has any.
    """
    page = (built / "changelog" / "index.html").read_text(encoding="utf-8")
    (built / "faulty").mkdir()
    (built / "faulty" / "index.html").write_text(page.replace("</article>", f"{FAULTS}</article>"), encoding="utf-8")
    at_sizes = [line.partition(" at ") for line in problems(built)]
    assert {where for where, at, _ in at_sizes if at} == {"faulty/"}
    said = {text.partition(": ")[2] for _, _, text in at_sizes}
    assert {"div is wider than the screen: wide", "console: console", "thrown"} <= said
    assert "asks another host: http://localhost:1/image.png" in said
    links = {where for where, at, _ in at_sizes if not at}
    assert links == {"faulty/: leads to no page: nowhere/", "faulty/: leads to no element: #nothing"}
