"""GitHub deliveries, each signed and different, over the whole road before the answer.

Load comes from `wrk`. The peer is the same web server answering without doing anything.
"""

import hashlib
import hmac
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.instance import COMMAND, ROOT, Instance, fresh_instance
from bench.registry import Measurement, NotMeasured, benchmark
from tools.server import served

DELIVERIES, SECONDS = 30_000, 8
FEW, MANY = 16, 64
"""Connections: what waits together is committed together."""
SCRIPT = r"""
local deliveries = {}
for line in io.lines(os.getenv("DELIVERIES")) do
  local id, signature, body = line:match("^(%S+) (%S+) (.*)$")
  deliveries[#deliveries + 1] = wrk.format("POST", "/webhooks/github", {
    ["Content-Type"] = "application/json", ["X-GitHub-Event"] = "pull_request_review",
    ["X-GitHub-Delivery"] = id, ["X-Hub-Signature-256"] = signature }, body)
end
local sent = 0
request = function()
  sent = sent % #deliveries + 1
  return deliveries[sent]
end
"""


@benchmark
def webhooks() -> Iterator[Measurement]:
    if not shutil.which("wrk"):
        raise NotMeasured("wrk is not installed (Debian and Ubuntu: apt-get install wrk)")
    yield from _taken(FEW, 1000, "", "p99")
    yield from _taken(MANY, 2000, f"{MANY} connections", f"{MANY} connections, p99")


def _taken(connections: int, promised: int, part: str, slow_part: str) -> Iterator[Measurement]:
    with fresh_instance() as instance:
        write_deliveries(instance.place, secret_of(instance))
        with served(COMMAND, instance.data, instance.place) as server:
            rate, slowest = load(server.address, instance.place, connections)
        with doing_nothing() as address:
            peer_rate, peer_slowest = load(address, instance.place, connections)
    peer = "granian, empty answer"
    yield Measurement(rate, "requests/s", "higher", peer, peer_rate, promised, part=part)
    yield Measurement(slowest, "ms", "lower", peer, peer_slowest, 100, part=slow_part)


def secret_of(instance: Instance) -> str:
    """The secret that `connect github` prints: its longest unbroken word that is no address."""
    words: list[str] = re.findall(r"[A-Za-z0-9_-]{20,}", instance.run("connect", "github"))
    if not words:
        raise NotMeasured("`changeproof connect github` printed no secret")
    return max(words, key=len)


def write_deliveries(place: Path, secret: str) -> None:
    """Reviews of many pull requests of one repository, about 2,000 bytes each."""
    with (place / "deliveries").open("w") as output:
        for number in range(DELIVERIES):
            body = json.dumps(review(number), separators=(",", ":"))
            signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
            output.write(f"delivery-{number:08d} sha256={signature} {body}\n")
    (place / "wrk.lua").write_text(SCRIPT)


def review(number: int) -> dict[str, object]:
    pull = number // 3 + 1
    repository = {
        "id": 583231,
        "name": "shop",
        "full_name": "example/shop",
        "default_branch": "main",
        "owner": account(1),
        "private": True,
    }
    commit = hashlib.sha1(f"{pull}".encode(), usedforsecurity=False).hexdigest()
    minute = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_760_000_000 + number))
    reference = {"ref": "work", "sha": commit, "repo": repository, "user": account(1)}
    return {
        "action": "submitted",
        "review": {
            "id": 7_000_000 + number,
            "user": account(number % 50 + 2),
            "body": "Looks right to me. " * 20,
            "commit_id": commit,
            "submitted_at": minute,
            "state": "approved",
            "author_association": "MEMBER",
        },
        "pull_request": {
            "id": 9_000_000 + pull,
            "number": pull,
            "state": "open",
            "title": f"Change {pull}",
            "user": account(pull % 50 + 2),
            "head": reference,
            "base": {**reference, "ref": "main"},
            "created_at": "2025-10-09T00:00:00Z",
            "updated_at": minute,
        },
        "repository": repository,
        "sender": account(number % 50 + 2),
    }


def account(number: int) -> dict[str, object]:
    return {"id": 1000 + number, "login": f"person{number}", "type": "User", "site_admin": False}


def load(address: str, place: Path, connections: int) -> tuple[float, float]:
    """Requests a second, and the milliseconds that 99 % of them stayed under."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", "wrk.lua", address],
        cwd=place,
        env={"DELIVERIES": "deliveries", "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    if refused := re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout):
        raise NotMeasured(f"{refused[1]} deliveries were refused")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if rate is None or slowest is None:
        raise NotMeasured(f"wrk printed no figures:\n{done.stdout}")
    return float(rate[1]), float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]]


@contextmanager
def doing_nothing() -> Iterator[str]:
    """The address of the peer, ready to answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    application = "bench.empty_application:application"
    options = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "--log-level", "error", application], cwd=ROOT
    )
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
