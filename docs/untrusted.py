"""Markdown as the site reads it: much of pages and docstrings is text of the description, which anybody may write.

An extension of Python-Markdown; runs in .venv-docs.
"""

from __future__ import annotations

import re
from html import unescape
from importlib import import_module
from typing import Any

# By name: the type checkers run where they are not installed.
extensions: Any = import_module("markdown.extensions")
preprocessors: Any = import_module("markdown.preprocessors")
treeprocessors: Any = import_module("markdown.treeprocessors")

#: An address of http(s), or one without a scheme (RFC 3986, 4.2).
_ADDRESS = re.compile(r"https?://|[^:]*([/?#]|\Z)", re.IGNORECASE)
_IMAGES = ("image_link", "image_reference", "short_image_ref")


class Untrusted(extensions.Extension):  # type: ignore[misc]  # any class
    """No HTML, no image, no link but to http(s) or to a page; in docstrings no heading and no `:::` either."""

    def extendMarkdown(self, md: Any) -> None:  # noqa: N802 (the name that Python-Markdown calls)
        """Remove what reads them from a parser."""
        md.preprocessors.deregister("html_block")
        for name in ("html", "automail", *_IMAGES):
            md.inlinePatterns.deregister(name)
        md.preprocessors.register(_Docstrings(md), "untrusted_docstrings", 1000)
        md.treeprocessors.register(_Links(md), "untrusted_links", -1000)


class _Docstrings(preprocessors.Preprocessor):  # type: ignore[misc]  # any class
    """Headings and `:::` (mkdocstrings, which would print the source of any module) are for pages."""

    def run(self, lines: list[str]) -> list[str]:
        """Called before each text; only now all extensions are there, and it shows whose parser it is."""
        if "mkdocstrings_headings" in self.md.treeprocessors:  # of docstrings
            parsers = self.md.parser.blockprocessors
            for name in {"hashheader", "setextheader", "mkdocstrings"} & {item.name for item in parsers._priority}:
                parsers.deregister(name)
        return lines


class _Links(treeprocessors.Treeprocessor):  # type: ignore[misc]  # any class
    """A link to another scheme, however it is spelt, leads nowhere."""

    def run(self, root: Any) -> None:
        """Called for the tree of each text."""
        for element in root.iter("a"):
            if not _ADDRESS.match(unescape(element.get("href", ""))):
                del element.attrib["href"]


def makeExtension(**options: Any) -> Untrusted:  # noqa: N802 (the name that Python-Markdown calls)
    """The extension."""
    return Untrusted(**options)
