"""The files in integrations/, run as a pipeline runs them, against a live server."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from changeproof.accounts.people import operator
from changeproof.accounts.tokens import create_token
from changeproof.ledger.service import ledger

PLACE = Path(__file__).parents[2] / "integrations"


def github():
    action = yaml.safe_load((PLACE / "github/action.yml").read_text())
    [step] = action["runs"]["steps"]
    return step["run"]


def gitlab():
    job = yaml.safe_load((PLACE / "gitlab/changeproof.gitlab-ci.yml").read_text())[".changeproof"]
    [script] = job["script"]
    return script


@pytest.fixture(params=[github, gitlab], ids=["github", "gitlab"])
def run(request, live_instance, live_server):
    token = create_token(operator(), ("all",))

    def running(act, **more):
        environment = {
            "PATH": os.environ["PATH"],
            "ACT": act,
            "SERVER": live_server.url,
            "TOKEN": token,
            "CHANGEPROOF_SERVER": live_server.url,
            "CHANGEPROOF_TOKEN": token,
            "CI_PROJECT_PATH": "acme/shop",
            "CI_PIPELINE_ID": "7",
            "DEPLOYMENT": "github:acme/shop/run/7/1",
            "SYSTEM": "shop",
            "ENVIRONMENT": "production",
            "REVISION": "a" * 40,
            "ARTIFACT": "",
            "OUTCOME": "success",
            **more,
        }
        return subprocess.run(
            ["bash", "-c", request.param()],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return running


def deployments():
    log = ledger().log
    entries = [log.entry(position) for position in range(log.size())]
    told = [json.loads(each.entry)["event"] for each in entries if each]
    return [each for each in told if each["type"] == "DeploymentFinished"]


def test_a_denial_ends_the_job_with_its_reasons(run):
    done = run("gate")
    assert done.returncode == 1
    assert done.stdout.startswith("deny")
    assert "cure:" in done.stdout


def test_a_deployment_is_reported_once(run):
    for _ in range(2):
        done = run("deployment")
        assert done.returncode == 0, done.stdout + done.stderr
    [told] = deployments()
    assert (told["outcome"], told["system"], told["revision"]) == ("succeeded", "shop", "a" * 40)


def test_a_failed_one_is_reported_as_such(run):
    assert run("deployment", OUTCOME="cancelled").returncode == 0
    assert deployments()[0]["outcome"] == "failed"


def test_values_are_never_code(run, tmp_path):
    mark = tmp_path / "mark"
    run("deployment", SYSTEM=f'$(touch {mark})`touch {mark}`";touch {mark};"')
    assert not mark.exists()
    assert "touch" in deployments()[0]["system"]


def test_a_wrong_token_ends_the_job(run):
    done = run("gate", TOKEN="changeproof_wrong", CHANGEPROOF_TOKEN="changeproof_wrong")
    assert done.returncode != 0
    assert "changeproof_wrong" not in done.stdout + done.stderr
