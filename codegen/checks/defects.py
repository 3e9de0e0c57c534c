"""What cannot be read as it stands: a defect has a diagnostic, and says what is read in its place."""

from __future__ import annotations

from typing import Any, NamedTuple

from codegen.description.document import Document
from codegen.description.edits import LEFT_OUT, Edits
from codegen.report.diagnostics import Diagnostic


class Defect(NamedTuple):
    """A diagnostic, and the changes after which the description can be read."""

    diagnostic: Diagnostic
    edits: Edits


def defect(
    document: Document,
    pointer: str,
    code: str,
    message: str,
    *,
    hint: str = "",
    edits: Edits | None = None,
    instead: str = "it is left out",
) -> Defect:
    """A defect of the part at `pointer`, which is left out unless `edits` say otherwise.

    `instead` tells the reader of somebody else's description what becomes of it; our own is to be corrected.
    """
    message = message if document.is_ours or not instead else f"{message}; {instead}"
    return Defect(document.diagnostic(pointer, code, message, hint=hint), left_out(pointer) if edits is None else edits)


def left_out(pointer: str) -> dict[str, Any]:
    """The edit that leaves a part out."""
    return {pointer: LEFT_OUT}
