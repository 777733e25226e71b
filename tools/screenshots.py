"""Writes every page of the demonstration to var/screenshots/: light, dark, and 390 px wide.

Usage: python -m tools.screenshots    (make screenshots)

Pages are found as a reader finds them: by following links from the first one. Of pages that
differ only in what they are about (changes, checks), the first few are taken; of those that differ
in what is asked of them (a filter, an act's form), one each.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright
from rich.progress import Progress

from tests.support.browser import arguments, installed_chromium
from tools.server import served

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / ".venv" / "bin" / "changeproof"
DATA = ROOT / "var" / "demo"
OUTPUT = ROOT / "var" / "screenshots"
OF_ONE_KIND = 3
NO_PAGES = re.compile(r"^/(api/|static/|log/|health|ready|webhooks/)|log-?out|\.[a-z]{2,5}$")
LOOKS = {  # name: width, height, colour scheme
    "light": (1280, 900, "light"),
    "dark": (1280, 900, "dark"),
    "narrow": (390, 844, "light"),
}
TALLEST = 6000  # pixels: a table of thousands of rows shows nothing more further down


def main() -> int:
    chromium = installed_chromium()
    if chromium is None:
        print("No Chromium found: install the system's package chromium.", file=sys.stderr)
        return 3
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for old in OUTPUT.glob("*.png"):
        old.unlink()
    subprocess.run([COMMAND, "demonstration", "--data", DATA], check=True)
    with served(COMMAND, DATA, OUTPUT) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments())
        state = browser.new_context()
        page = state.new_page()
        page.goto(server.sign_in_link())
        with page.expect_navigation():
            page.locator("main form button").first.click()  # it signs in only when asked to
        cookies = OUTPUT / "session.json"
        state.storage_state(path=cookies)
        paths = list(reachable(page, server.address))
        with Progress() as progress:
            task = progress.add_task("Taking pictures", total=len(paths) * len(LOOKS))
            for look in LOOKS:
                for name, path in paths:
                    take(browser, cookies, look, f"{server.address}{path}", name)
                    progress.advance(task)
        cookies.unlink()
        browser.close()
    for log in OUTPUT.glob("server-*.log"):
        log.unlink()
    print(f"{len(paths)} pages, {len(LOOKS)} pictures each, in {OUTPUT.relative_to(ROOT)}/")
    return 0


def reachable(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Name and path of each page that links lead to, nearest first."""
    waiting, seen, taken = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if taken[kind] >= (OF_ONE_KIND if kind.endswith("_") else 1):
            continue
        try:
            answer = page.goto(f"{address}{path}")
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue  # a file that is given out, no page
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        taken[kind] += 1
        if not answer.ok:
            print(f"{path} answered {answer.status}", file=sys.stderr)
            continue
        yield (f"{kind}-{taken[kind]}" if "_" in kind.split("-") else kind), path
        for link in page.locator("a[href]").evaluate_all("links => links.map(a => a.href)"):
            parts = urlsplit(urldefrag(link).url)
            if f"{parts.scheme}://{parts.netloc}" != address or NO_PAGES.search(parts.path):
                continue
            next_path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if next_path not in seen:
                seen.add(next_path)
                waiting.append(next_path)


def kind_of(path: str) -> str:
    """The path with what a page is about taken out: `/changes/CHG-2026-0142/` is `changes-_`.

    Of a query the names stay, and which act's form it opens.
    """
    parts = urlsplit(path)
    segments = [part for part in parts.path.split("/") if part]
    kind = ["_" if re.search(r"[0-9:%]", part) else part for part in segments] or ["first"]
    asked = sorted(parse_qsl(parts.query))
    return "-".join(kind + [value if name == "act" else f"by.{name}" for name, value in asked])


def take(browser: Browser, cookies: Path, look: str, url: str, name: str) -> None:
    width, height, scheme = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        storage_state=cookies,
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.goto(url)
    full = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, min(full, TALLEST))})
    page.screenshot(path=OUTPUT / f"{name}.{look}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
