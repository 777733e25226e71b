"""From what happens to the alert that it causes, by a running server to a real receiver.

Five kinds of occurrence, idle and while a thousand reviews a second come in by webhook. Each has a
channel of its own system, for a channel gathers what comes within a minute. The instance's settling
time is subtracted: it is waited for on purpose.
"""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.instance import COMMAND, Instance, fresh_instance
from bench.measured.webhooks import secret_of, write_deliveries
from bench.occurrences import APPROVED, OCCURRENCES, SETTLING, Told, item, system
from bench.registry import Measurement, NotMeasured, benchmark
from tools.server import served

EACH = 4
"""Samples of each kind."""
PATIENCE = 60.0
PER_SECOND = 1_000
PACED = """
function delay() return 15 end
"""
"""Sixteen connections that each rest for 15 ms send about a thousand a second."""


@benchmark
def detection() -> Iterator[Measurement]:
    os.environ["CHANGEPROOF_ALERT_NETWORKS"] = "127.0.0.0/8"
    yield from _measured(under_load=False)
    if shutil.which("wrk"):
        yield from _measured(under_load=True)


def _measured(*, under_load: bool) -> Iterator[Measurement]:
    arrived: dict[str, float] = {}
    with receiving(arrived) as receiver, fresh_instance() as instance:
        secret = secret_of(instance)
        token = instance.run("token", "create", "--scope", "ingest").split()[-1]
        prepare(instance, receiver)
        with served(COMMAND, instance.data, instance.place) as server:
            told = Told(server.address, secret, token)
            for number, kind in enumerate(OCCURRENCES * EACH):
                kind.before(told, number)
            sent: dict[str, float] = {}
            write_deliveries(instance.place, secret)
            with loading(server.address, instance, under_load) as rate:
                for number, kind in enumerate(OCCURRENCES * EACH):
                    at = time.time()
                    kind.tell(told, number, at)
                    # Sources tell whole seconds, and the settling time begins with theirs.
                    sent[f"/{number}"] = (float(int(at)) if kind.settling else at) + kind.settling
                    time.sleep(0.5)
                until = time.monotonic() + SETTLING + PATIENCE
                while len(arrived) < len(sent) and time.monotonic() < until:
                    time.sleep(0.05)
    where = "under load" if under_load else "idle"
    if under_load:
        yield Measurement(rate[0], "requests/s", "higher", target=PER_SECOND, part="the load")
    for place, kind in enumerate(OCCURRENCES):
        paths = [f"/{number}" for number in range(place, len(sent), len(OCCURRENCES))]
        missing = [path for path in paths if path not in arrived]
        if missing:
            raise NotMeasured(f"{kind.name}, {where}: {len(missing)} alerts did not arrive")
        slowest = max(arrived[path] - sent[path] for path in paths)
        part = f"{kind.name}, {where}, slowest of {EACH}"
        yield Measurement(slowest, "s", "lower", target=2, part=part)


def prepare(instance: Instance, receiver: str) -> None:
    """One channel and one route for each system, and its baseline."""
    lines = []
    for number in range(len(OCCURRENCES) * EACH):
        name = f"channel{number}"
        instance.run("connect", "alerts", "webhook", f"{receiver}/{number}", "--name", name)
        instance.run(
            "alerts", "route", name, "--channel", name, "--system", system(number),
            "--kind", "case",
        )  # fmt: skip
        baseline = {
            "type": "BaselineApproved", "source": "desk", "delivery": f"baseline-{number}",
            "occurred_at": int(time.time() * 1e6) - 60_000_000, "actor": "desk:anna",
            "proposed_by": "desk:ben", "digest": APPROVED, **item(number),
        }  # fmt: skip
        lines.append(json.dumps(baseline))
    file = instance.place / "baselines.ndjson"
    file.write_text("\n".join(lines) + "\n")
    instance.run("ingest", "events", file)


@contextmanager
def loading(address: str, instance: Instance, under_load: bool) -> Iterator[list[float]]:
    """A thousand deliveries a second until the end of the `with`; gives what came to be sent."""
    rate: list[float] = []
    if not under_load:
        yield rate
        return
    script = instance.place / "wrk.lua"
    script.write_text(script.read_text() + PACED)
    process = subprocess.Popen(
        ["wrk", "-t1", "-c16", "-d45s", "-s", "wrk.lua", address],
        cwd=instance.place,
        env={"DELIVERIES": "deliveries", "PATH": "/usr/bin:/bin:/usr/local/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield rate
    finally:
        said, _ = process.communicate(timeout=60)
        line = next((each for each in said.splitlines() if "Requests/sec" in each), "0")
        rate.append(float(line.split()[-1]))


class receiving:  # noqa: N801  # a context manager, used as a function
    """A receiver that notes when the first message came to each path; gives its address."""

    def __init__(self, arrived: dict[str, float]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if told.get("kind") != "test":  # a new channel is tested first
                    arrived.setdefault(self.path, time.time())
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads along."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
