"""The server as `changeproof serve` starts it: it stays up, takes a delivery in and judges it."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.payloads import pull_request_story
from tools.server import Server, served

COMMAND = Path(sys.executable).parent / "changeproof"


def asked(server: Server, path: str, token: str = "", body: bytes | None = None) -> Any:
    request = urllib.request.Request(server.address + path, data=body)
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


@pytest.mark.timeout(120)
def test_it_stays_up_and_judges_what_it_takes(tmp_path: Path) -> None:
    data = tmp_path / "own"
    subprocess.run([COMMAND, "init", "--data", data], check=True, capture_output=True)
    made = subprocess.run(
        [COMMAND, "token", "create", "--data", data], check=True, capture_output=True, text=True
    )
    token = made.stdout.strip()
    with served(COMMAND, data, tmp_path) as server:
        assert server.sign_in_link().startswith(server.address)
        for name, body in pull_request_story(1):
            query = f"/api/deliveries?kind=github&event={name}"
            assert asked(server, query, token, body)["outcome"] == "translated"
        for _ in range(1_000):  # each asks the server, so nothing here sleeps
            if asked(server, "/ready")["waiting"] == 0:
                break
        [change] = asked(server, "/api/changes", token)["items"]
        verdicts = {each["check"]: each["verdict"] for each in change["findings"]}
        assert verdicts["cc8_1/08_approval"] == "met"
        assert asked(server, "/health")["status"] == "alive"
