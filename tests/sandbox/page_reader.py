"""Reads the page of a sandbox in headless Chromium, in .venv-docs, where playwright is.

`python -m tests.sandbox.page_reader PAGE CHROMIUM TEXT [SCREENSHOTS]` prints as JSON what the page looks like. Then it
waits, with the page open, until it shows TEXT.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support.browser import Reader, launched

CELLS = "() => [...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
TAGS = "() => [...new Set([...document.body.querySelectorAll('*')].map(element => element.localName))].sort()"
WINDOWS = ((390, 844), (1280, 900))


def main(page: str, chromium: str, text: str, screenshots: str = "") -> None:
    """Look at it in all windows, light and dark; then leave it open."""
    with launched(chromium) as browser:
        reader = Reader(browser, page, Path(screenshots) if screenshots else None)
        looks = [(scheme, *window) for scheme in ("light", "dark") for window in WINDOWS]
        backgrounds = [reader.read_at(*look, [""]) for look in looks]
        tab = browser.new_page()
        reader.listen(tab, "open")
        tab.goto(page)
        seen = {"backgrounds": backgrounds, "rows": tab.evaluate(CELLS), "tags": tab.evaluate(TAGS)}
        print(json.dumps(seen), flush=True)
        tab.get_by_text(text).wait_for()
        tab.wait_for_load_state("networkidle")
    print(json.dumps(reader.problems))


if __name__ == "__main__":
    main(*sys.argv[1:])
