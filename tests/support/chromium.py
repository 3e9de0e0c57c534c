"""A browser of this machine for tests, and the Python that drives it."""

from __future__ import annotations

import shutil

import pytest

from tests.support.checkout import ROOT

BROWSER_PYTHON = ROOT / ".venv-docs" / "bin" / "python"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
needs_browser = pytest.mark.skipif(
    not CHROMIUM or not BROWSER_PYTHON.exists(), reason="needs .venv-docs (make docs) and a Chromium of this machine"
)
