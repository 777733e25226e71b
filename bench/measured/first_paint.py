"""When a person sees the first of a page, in a browser on a slow connection and processor.

Chromium's own figure (first contentful paint, W3C Paint Timing), with the connection that its
tools call slow 4G and a processor slowed down four times; nothing is cached for the first page,
the style sheet is for the others. Over the demonstration.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.instance import COMMAND, Instance
from bench.registry import Measurement, NotMeasured, benchmark
from tests.support.browser import arguments, installed_chromium
from tools.server import served

PROMISED_MS, ROUNDS = 1000.0, 5
LATENCY_MS, DOWN_BITS, UP_BITS, SLOWER = 150, 1_600_000, 750_000, 4
PAGES = ("/", "/changes", "/cases", "/checks", "/desk", "/desk/request", "/systems", "/sources")
_PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
  for (const each of list.getEntriesByName("first-contentful-paint")) done(each.startTime);
}).observe({type: "paint", buffered: true}))"""


@benchmark
def first_paint() -> Iterator[Measurement]:
    chromium = installed_chromium()
    if chromium is None:
        raise NotMeasured("there is no Chromium")
    with TemporaryDirectory(prefix="changeproof-bench-") as place:
        instance = Instance(Path(place))
        instance.run("demonstration")
        running = served(COMMAND, instance.data, instance.place)
        with running as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments())
            page = browser.new_context().new_page()
            page.goto(server.sign_in_link())
            with page.expect_navigation():
                page.locator("main form button").first.click()
            slow = page.context.new_cdp_session(page)
            _slow_down(slow)
            for path in PAGES:
                yield _measured(page, slow, server.address, path)
            browser.close()


def _measured(page: Page, slow: CDPSession, address: str, path: str) -> Measurement:
    took = []
    for _ in range(ROUNDS + 1):  # the first builds templates; a person waits for it once a start
        if path == PAGES[0]:
            slow.send("Network.clearBrowserCache")
        page.goto(f"{address}{path}", wait_until="load")
        took.append(float(page.evaluate(_PAINTED)))
    return Measurement(median(took[1:]), "ms", "lower", target=PROMISED_MS, part=path)


def _slow_down(slow: CDPSession) -> None:
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BITS // 8,
            "uploadThroughput": UP_BITS // 8,
        },
    )
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
