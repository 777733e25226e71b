"""From a webhook to the alert that it causes, by a running server to a real receiver.

Direct pushes that nothing explains, each deployed at once, one a second and otherwise idle. Each
has a channel of its own system, for a channel gathers what comes within a minute. The instance's
settling time is subtracted: it is waited for on purpose.
"""

import hashlib
import hmac
import json
import os
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.instance import COMMAND, Instance, fresh_instance
from bench.measured.webhooks import secret_of
from bench.registry import Measurement, NotMeasured, benchmark
from bench.timing import percentile
from tools.server import served

SAMPLES = 4
SETTLING = 10.0
PATIENCE = 60.0


@benchmark
def detection() -> Iterator[Measurement]:
    os.environ["CHANGEPROOF_ALERT_NETWORKS"] = "127.0.0.0/8"
    arrived: dict[str, float] = {}
    with receiving(arrived) as receiver, fresh_instance() as instance:
        secret = secret_of(instance)
        add_channels(instance, receiver)
        sent: dict[str, float] = {}
        with served(COMMAND, instance.data, instance.place) as server:
            for number in range(SAMPLES):
                sent[f"/{number}"] = push_and_deploy(server.address, secret, number)
                time.sleep(1)
            until = time.monotonic() + SETTLING + PATIENCE
            while len(arrived) < SAMPLES and time.monotonic() < until:
                time.sleep(0.05)
    if len(arrived) < SAMPLES:
        raise NotMeasured(f"{len(arrived)} of {SAMPLES} alerts arrived within {PATIENCE} s")
    late = [arrived[path] - sent[path] - SETTLING for path in sent]
    yield Measurement(
        percentile(late, 0.99), "s", "lower", target=2, part="direct push, idle, slowest of 4"
    )


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


def add_channels(instance: Instance, receiver: str) -> None:
    """One channel and one route for each system."""
    for number in range(SAMPLES):
        name = f"channel{number}"
        instance.run("connect", "alerts", "webhook", f"{receiver}/{number}", "--name", name)
        instance.run(
            "alerts", "route", name, "--channel", name, "--system", f"example/shop{number}",
            "--kind", "case",
        )  # fmt: skip


def push_and_deploy(address: str, secret: str, number: int) -> float:
    """Tell of both as GitHub does; when the push happened, in seconds since 1970."""
    commit = hashlib.sha1(f"detection {number}".encode(), usedforsecurity=False).hexdigest()
    happened = int(time.time())
    when = datetime.fromtimestamp(happened, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    person = {"id": 1001, "login": "person1", "type": "User"}
    repository = {
        "id": 70_000 + number,
        "name": f"shop{number}",
        "full_name": f"example/shop{number}",
        "default_branch": "main",
        "owner": person,
        "private": True,
        "pushed_at": happened,
    }
    author = {"name": "Person 1", "email": "person1@example.com", "username": "person1"}
    told = {"id": commit, "tree_id": commit[::-1], "message": "By hand", "timestamp": when,
            "author": author, "committer": author, "distinct": True,
            "added": [], "removed": [], "modified": ["a.txt"]}  # fmt: skip
    push = {"ref": "refs/heads/main", "before": "1" * 40, "after": commit, "created": False,
            "deleted": False, "forced": False, "commits": [told], "head_commit": told,
            "repository": repository, "sender": person,
            "pusher": {"name": "person1", "email": "person1@example.com"}}  # fmt: skip
    deployment = {"id": 800_000 + number, "sha": commit, "ref": "main", "task": "deploy",
                  "environment": "production", "creator": person, "created_at": when,
                  "updated_at": when, "payload": {}}  # fmt: skip
    status = {"id": 900_000 + number, "state": "success", "creator": person,
              "environment": "production", "created_at": when, "updated_at": when}  # fmt: skip
    deliver(address, secret, "push", push)
    deployed = {"action": "created", "deployment_status": status, "deployment": deployment,
                "repository": repository, "sender": person}  # fmt: skip
    deliver(address, secret, "deployment_status", deployed)
    return float(happened)


def deliver(address: str, secret: str, event: str, payload: Mapping[str, object]) -> None:
    body = json.dumps(payload).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": hashlib.sha256(body).hexdigest(),
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    request = urllib.request.Request(f"{address}/webhooks/github", body, headers)
    with urllib.request.urlopen(request) as reply:
        if reply.status >= 300:
            raise NotMeasured(f"a delivery was answered with {reply.status}")
