"""`info.license.identifier`, which becomes the license of the package."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.checks.defects import Defect, defect
from codegen.description.document import Document, as_mapping
from codegen.description.objects import Node


def unknown_license(document: Document, _: list[Node]) -> Iterator[Defect]:
    """A license that is no SPDX expression (OpenAPI 3.1, 4.8.4): with it, the package could not be built (PEP 639)."""
    identifier = as_mapping(as_mapping(document.data.get("info")).get("license")).get("identifier")
    if isinstance(identifier, str) and not _is_known(identifier):
        message, hint = "SPDX knows no such license", "see https://spdx.org/licenses, or write `LicenseRef-` and a name"
        yield defect(document, "#/info/license/identifier", "unknown-license", message, hint=hint)


def _is_known(identifier: str) -> bool:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression  # few need its long list

    try:
        canonicalize_license_expression(identifier)
    except InvalidLicenseExpression:
        return False
    return True
