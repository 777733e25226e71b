"""Every page of an instance with 100,000 changes, while twenty people read and the record grows.

Each reader opens the pages in an order of their own and looks at each for a while. Every few
seconds somebody comments on a change, so that what is remembered of the record is read anew. The
figures are the slowest answer in a hundred, waiting included; the statements that a page reads
with; its weight. The instance, a demonstration with a hundred thousand pushes beside it, is made
once and kept in var/pages.
"""

import json
import random
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, unquote, urlencode
from urllib.request import OpenerDirector

from bench.instance import COMMAND, ROOT, Instance, invented_history
from bench.measured.pages import PROMISED_MS, signed_in
from bench.registry import Measurement, NotMeasured, benchmark
from bench.timing import percentile
from tools.server import Server, served

CHANGES, PEOPLE = 100_000, 20
APART = 300
"""Seconds between two pushes: a hundred thousand of them reach back eleven months."""
LOOKING_SECONDS, SAYING_SECONDS = 2.0, 5.0
"""On the average between two pages of one reader, and between two comments."""
MOST_STATEMENTS, MOST_KILOBYTES = 12, 150

PAGES = (
    "/",
    "/changes",
    "/changes?verdict=not_verifiable",
    "/changes?text=change",
    "/search",
    "/search?text=change",
    "/cases",
    "/cases/rules",
    "/checks",
    "/checks/cc8_1/08_approval",
    "/controls",
    "/policy",
    "/policy/propose",
    "/desk",
    "/desk/request",
    "/desk/emergency",
    "/desk/incident",
    "/desk/calendar",
    "/desk/board",
    "/desk/absences",
    "/desk/freeze",
    "/desk/waivers",
    "/desk/waivers/new",
    "/desk/access",
    "/desk/access/grant",
    "/desk/access/review",
    "/desk/oversight",
    "/documents",
    "/documents/new",
    "/systems",
    "/systems/describe",
    "/systems/items",
    "/incidents",
    "/vulnerabilities",
    "/sources",
    "/sources/try",
    "/alerts",
    "/account/told",
    "/jobs",
    "/audits",
    "/seats",
    "/break-glass",
    "/entries",
    "/entries/5",
    "/people",
    "/people/add",
    "/people/groups",
    "/tokens",
    "/first-steps",
    "/reconciliation",
)
"""Every page with an address of its own (`web.urls`), and some filters; those of one change, desk
item and case are added below."""


@benchmark
def pages_under_load() -> Iterator[Measurement]:
    instance = kept_instance()
    with served(COMMAND, instance.data, instance.place) as server:
        browser = signed_in(server)
        pushed, requested, case = some_changes(server, browser)
        opened = {
            f"/{place}/{quote(change)}": f"/{place}/… {kind}"
            for place in ("changes", "desk")
            for change, kind in ((pushed, "pushed"), (requested, "requested"))
        }
        opened[f"/cases/{quote(case)}"] = "/cases/…"
        pages = (*PAGES, *opened)
        for page in pages:  # the first builds templates; a person waits for it once a start
            asked(server, browser, page)
        found = under_load(server, browser, pages, f"/desk/{quote(requested)}?act=comment")
    told = statements(instance, pages)
    whole = [each for page in pages for each in found[page]]
    yield Measurement(percentile(whole, 0.99), "ms", "lower", target=PROMISED_MS, part="all pages")
    for page in pages:
        name, said = opened.get(page, page), told[page]
        slow = percentile(found[page], 0.99)
        yield Measurement(slow, "ms", "lower", target=PROMISED_MS, part=name)
        yield Measurement(
            said["again"],
            "statements",
            "lower",
            "after something new",
            said["first"],
            MOST_STATEMENTS,
            name,
        )
        yield Measurement(said["bytes"] / 1024, "KB", "lower", target=MOST_KILOBYTES, part=name)


def kept_instance() -> Instance:
    """The one in var/pages, brought up to this program; made where there is none."""
    place = ROOT / "var" / "pages"
    place.mkdir(parents=True, exist_ok=True)
    instance, repository = Instance(place), place / "invented.git"
    if not repository.is_dir():
        begins = int(time.time()) - CHANGES * APART
        instance.run("demonstration")
        invented_history(CHANGES, place, begins, APART)
    # Again it brings nothing new; it makes an evidence schema that has changed, and judges.
    instance.run("import", "git", repository, "--system", "invented")
    return instance


def some_changes(server: Server, browser: OpenerDirector) -> tuple[str, str, str]:
    """The ids of one that was pushed and of one that was requested at the desk, and of a case."""
    found = []
    for page, place, name in (
        ("/changes?page=1000", "changes", "git:"),
        ("/changes?origin=requested", "changes", "CHG-"),
        ("/cases", "cases", "case:"),
    ):
        with browser.open(f"{server.address}{page}") as answer:
            ids = re.findall(rf'href="/{place}/([^"?]+)"', answer.read().decode())
        found += [each for each in map(unquote, ids) if each.startswith(name)][:1]
    if len(found) < 3:
        raise NotMeasured("the instance in var/pages is not what is made there now; remove it")
    return found[0], found[1], found[2]


def under_load(
    server: Server, browser: OpenerDirector, pages: tuple[str, ...], form: str
) -> dict[str, list[float]]:
    """Milliseconds of each answer by page."""
    found: dict[str, list[float]] = defaultdict(list)
    over = threading.Event()
    talker = threading.Thread(target=talks, args=(server, browser, form, over))
    talker.start()
    try:
        with ThreadPoolExecutor(PEOPLE) as people:
            for took in people.map(lambda seed: reads(server, browser, pages, seed), range(PEOPLE)):
                for page, seconds in took:
                    found[page].append(1000 * seconds)
    finally:
        over.set()
        talker.join()
    return found


def reads(
    server: Server, browser: OpenerDirector, pages: tuple[str, ...], seed: int
) -> list[tuple[str, float]]:
    """One person's pages with the seconds that each took."""
    chance = random.Random(seed)
    took = []
    for page in chance.sample(pages, len(pages)):
        time.sleep(chance.uniform(0, 2 * LOOKING_SECONDS))
        took.append((page, asked(server, browser, page)))
    return took


def talks(server: Server, browser: OpenerDirector, form: str, over: threading.Event) -> None:
    """Comments on one change, again and again, until it is over."""
    while not over.wait(SAYING_SECONDS):
        with browser.open(f"{server.address}{form}") as answer:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        if token is None:
            raise NotMeasured(f"{form} has no form")
        said = {"csrfmiddlewaretoken": token[1], "verdict": "comment", "reason": "Seen."}
        where = f"{server.address}{form}"
        request = urllib.request.Request(where, urlencode(said).encode(), {"Referer": where})
        browser.open(request).close()


def asked(server: Server, browser: OpenerDirector, page: str) -> float:
    """Seconds until the whole page was there."""
    begun = time.perf_counter()
    with browser.open(f"{server.address}{page}") as answer:
        answer.read()
    return time.perf_counter() - begun


def statements(instance: Instance, pages: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """What `bench.page_statements` says of the instance, which nobody serves meanwhile."""
    run = [sys.executable, "-m", "bench.page_statements", str(instance.data), *pages]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    told: dict[str, dict[str, int]] = json.loads(done.stdout.splitlines()[-1])
    return told
