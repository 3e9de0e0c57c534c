"""`info.version`, which becomes the version of the package."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node
from codegen.naming.versions import VersionError, nearest_version, python_version
from codegen.report.diagnostics import Diagnostic


def check(document: Document, nodes: list[Node]) -> Iterator[Diagnostic]:
    """Report a version that Python's packaging does not have, or writes otherwise."""
    text = as_mapping(document.data.get("info")).get("version")
    if not isinstance(text, str):
        return
    written = nearest_version(text)
    try:
        python_version(text)
    except VersionError as error:
        hint = "write the version of the client, such as 1.2.3 or 1.2.3-rc.1"
        yield document.diagnostic("#/info/version", "bad-version", f"{error}{_instead(document, written)}", hint=hint)
        return
    if written != text:
        message = f"the version of the package is {written}: so PEP 440 writes {text}"
        yield document.diagnostic("#/info/version", "rewritten-version", message, hint=f"write {written}")


def _instead(document: Document, written: str) -> str:
    return "" if document.is_ours else f"; the version of the package is {written}"
