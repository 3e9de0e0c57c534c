"""Reads a site as a person does, in headless Chromium: `python -m tests.support.browser SITE CHROMIUM [SCREENSHOTS]`.

Runs in .venv-docs, where playwright is. Prints what is wrong, one line each.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

#: Elements beyond the right edge that no box around them scrolls or cuts off.
WIDE = """() => {
    const scrolls = element => element && element !== document.body
        && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement))
    const wide = element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    const visible = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    return [...document.body.querySelectorAll('*')]
        .filter(element => visible(element) && wide(element) && !scrolls(element.parentElement) && !scrolls(element))
        .map(element => `${element.tagName.toLowerCase()} is wider than the screen: ${element.innerText.slice(0, 40)}`)
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
NAMES = "() => [...document.querySelectorAll('[id]')].map(element => element.id)"
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


class Quiet(SimpleHTTPRequestHandler):
    """Serves the files, and logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Reader:
    """One browser that reads the pages of a site."""

    def __init__(self, browser: Any, address: str, screenshots: Path | None) -> None:
        self.browser = browser
        self.address = address
        self.screenshots = screenshots
        self.links: dict[str, list[str]] = {}
        self.names: dict[str, set[str]] = {}
        self.problems: list[str] = []

    def read(self, pages: list[str]) -> None:
        """All pages on a phone in the dark and on a laptop in the light; then their links and the search."""
        backgrounds = [self.read_at(*how, pages) for how in (("dark", 390, 844), ("light", 1280, 900))]
        if len({*backgrounds}) < len(backgrounds):
            self.problems.append(f"dark and light look alike: {backgrounds}")
        self.problems += self.broken_links()
        self.search("VariantError")

    def read_at(self, scheme: str, width: int, height: int, pages: list[str]) -> str:
        """Each page; the colour behind the last."""
        tab = self.browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        for page in pages:
            where = f"{page or '/'} at {width} pixels"
            listeners = self.listen(tab, where)
            tab.goto(self.address + page, wait_until="networkidle")
            self.problems += [f"{where}: {problem}" for problem in tab.evaluate(WIDE)]
            self.links[page], self.names[page] = tab.evaluate(LINKS), {*tab.evaluate(NAMES)}
            if self.screenshots:
                tab.screenshot(
                    path=self.screenshots / f"{page.strip('/').replace('/', '-') or 'index'}-{scheme}-{width}.png"
                )
            for event, listener in listeners.items():
                tab.remove_listener(event, listener)
        background: str = tab.evaluate(BACKGROUND)
        tab.close()
        return background

    def listen(self, tab: Any, where: str) -> dict[str, Any]:
        """Note what the console says, and requests that fail or leave the site."""

        def on_console(message: Any) -> None:
            if message.type in ("error", "warning"):
                self.problems.append(f"{where}: console: {message.text}")

        def on_request(request: Any) -> None:
            if not request.url.startswith((self.address, "data:", "blob:")):
                self.problems.append(f"{where}: asks another host: {request.url}")

        def on_error(error: Any) -> None:
            self.problems.append(f"{where}: {error}")

        listeners = {"console": on_console, "request": on_request, "pageerror": on_error}
        for event, listener in listeners.items():
            tab.on(event, listener)
        return listeners

    def broken_links(self) -> Iterator[str]:
        """Links within the site to no page, or to no element of it."""
        for page, links in self.links.items():
            for link in sorted({*links}):
                url, anchor = urldefrag(link)
                target = url.removeprefix(self.address)
                if not link.startswith(self.address):
                    continue
                if target not in self.names:
                    yield f"{page or '/'}: leads to no page: {target}"
                elif anchor and unquote(anchor) not in self.names[target]:
                    yield f"{page or '/'}: leads to no element: {target}#{anchor}"

    def search(self, word: str) -> None:
        """A word that is not on the first page leads to one that has it."""
        tab = self.browser.new_page()
        tab.goto(self.address, wait_until="networkidle")
        found = tab.get_by_text(word)
        if found.count():
            self.problems.append(f"{word} is on the first page: search for another word")
        tab.keyboard.press("Control+k")
        tab.keyboard.type(word)
        found.first.wait_for()
        found.first.click()
        tab.wait_for_url(lambda url: url != self.address)


@contextmanager
def launched(chromium: str) -> Iterator[Any]:
    """A browser without a window."""
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def main(site: str, chromium: str, screenshots: str = "") -> int:
    """Print what is wrong; 1 if anything is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = sorted(path.parent.relative_to(site).as_posix() for path in Path(site).rglob("index.html"))
    addresses = ["" if page == "." else f"{page}/" for page in pages]
    with launched(chromium) as browser:
        reader = Reader(browser, f"http://127.0.0.1:{server.server_port}/", Path(screenshots) if screenshots else None)
        reader.read(addresses)
    for problem in dict.fromkeys(reader.problems):
        print(problem)
    return bool(reader.problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
