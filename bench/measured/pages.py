"""Dashboard and a change page of an instance with 20,000 changes, as a signed-in browser asks.

The peer is the same server's /health, which reads nothing: what is left is ours.
"""

import http.cookiejar
import json
import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

from bench.instance import COMMAND, Instance, fresh_instance, invented_history
from bench.registry import Measurement, NotMeasured, benchmark
from bench.timing import median_of
from tools.server import Server, served

CHANGES, ROUNDS, PROMISED_MS = 20_000, 20, 100.0


@benchmark
def pages() -> Iterator[Measurement]:
    with fresh_instance() as instance:
        repository = invented_history(CHANGES, instance.place)
        instance.run("import", "git", repository, "--system", "invented")
        change = a_change(instance)
        with served(COMMAND, instance.data, instance.place) as server:
            browser = signed_in(server)

            def milliseconds(path: str) -> float:
                def ask() -> None:
                    with browser.open(f"{server.address}{path}") as answer:
                        answer.read()

                ask()  # the first builds templates; a person waits for it once a start
                return 1000 * median_of(ROUNDS, ask)

            health = milliseconds("/health")
            for part, path in (("dashboard", "/"), ("change", f"/changes/{quote(change)}")):
                here = milliseconds(path)
                yield Measurement(here, "ms", "lower", "/health", health, PROMISED_MS, part)


def a_change(instance: Instance) -> str:
    """The id of some change; there must be as many as were made."""
    lines = instance.run("changes", "--json").splitlines()
    if len(lines) < CHANGES:
        raise NotMeasured(f"the import gave {len(lines)} changes of {CHANGES}")
    found: str = json.loads(lines[CHANGES // 2])["id"]
    return found


def signed_in(server: Server) -> urllib.request.OpenerDirector:
    """A browser's session, by the one-time link; some links ask for one more click."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    link = server.sign_in_link()
    with browser.open(link) as answer:
        page, where = answer.read().decode(), answer.url
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token and where.startswith(link):
        body = f"csrfmiddlewaretoken={token[1]}".encode()
        request = urllib.request.Request(where, body, {"Referer": where})
        browser.open(request).close()
    with browser.open(f"{server.address}/") as answer:
        if "login" in answer.url:
            raise NotMeasured("the one-time link did not sign in")
    return browser
