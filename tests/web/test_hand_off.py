"""A change that may go live gives its pipeline what that needs, and tells what it said."""

import json
import re
from html import unescape

import yaml
from django.test import Client

from changeproof.accounts.people import add_user, operator
from changeproof.accounts.tokens import create_token
from changeproof.events.deployments import DeploymentFinished, DeploymentRequested
from changeproof.events.testing import ArtifactBuilt
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.requesting import RequestChange, request_change
from tests.site.test_authorization import speaker
from tests.support.pull_requests import REPOSITORY, REVIEWER, SYSTEM
from tests.web.test_views import text_of

DIGEST = "sha256:" + "a" * 64


def snippets(reply):
    found = re.findall(
        r"<pre class=\"folded\" data-copy[^>]*>(.*?)</pre>", reply.content.decode(), re.S
    )
    return [unescape(each) for each in found]


def test_what_may_go_live_is_handed_to_the_pipeline_which_is_heard(company):
    forge, viewer = company.forge, company.browse("requester")
    place = f"/changes/{company.proposed}"
    assert "Hand it over" not in text_of(viewer.get(place))
    forge.review(company.proposed, company.head)
    forge.test(company.head)
    forge.say(
        ArtifactBuilt, REVIEWER, artifact=DIGEST, revision=company.head, repository=REPOSITORY
    )
    company.judge()
    page = viewer.get(place)
    assert "No pipeline has asked for it or reported yet." in text_of(page)
    assert "http://testserver/api/gate" in text_of(page)
    github, gitlab, shell = snippets(page)
    gate, report = yaml.safe_load(github)
    stated = {"system": SYSTEM, "environment": "production", "revision": company.head}
    assert gate["with"].items() >= {**stated, "artifact": DIGEST, "act": "gate"}.items()
    assert gate["with"]["token"] == "${{ secrets.CHANGEPROOF_TOKEN }}"
    assert (report["if"], report["with"]["act"]) == ("always()", "deployment")
    jobs = yaml.safe_load(gitlab)
    assert jobs["may-deploy"]["variables"]["REVISION"] == company.head
    assert jobs["deployment-reported"]["when"] == "always"
    assert shell.startswith(f"changeproof gate --system {SYSTEM} --environment production")
    assert snippets(company.browse("auditor").get(place)) == []

    asked_for = {key: stated[key] for key in ("system", "environment")}
    told = speaker(company.user("requester")).get(f"/api/hand-offs/{company.proposed}").json()
    [piece] = told.pop("pieces")
    assert told == {"change": company.proposed, **asked_for}
    assert (piece["revision"], piece["artifact"]) == (company.head, DIGEST)
    assert list(piece["snippets"].values()) == [github, gitlab, shell]  # the page's own words
    token = create_token(add_user("ci@example.com", "CI", ["deployer"], by=operator().account))
    pipeline = Client(headers={"Authorization": f"Bearer {token}"})
    asked = {key: gate["with"][key] for key in ("system", "environment", "revision")}
    answer = pipeline.post("/api/gate", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 200
    said = "let it through" if answer.json()["answer"] == "allow" else "held it back"
    assert f"The gate {said}." in text_of(viewer.get(place))
    run = {"deployment": f"{REPOSITORY}/deployment/9", "repository": REPOSITORY}
    run |= {"environment": "production", "revision": company.head}
    forge.clock = answer.json().get("answered_at", 0) or 1_900_000_000_000_000
    forge.say(DeploymentRequested, REVIEWER, **run)
    assert "A deployment was begun" in text_of(viewer.get(place))
    forge.say(DeploymentFinished, REVIEWER, outcome="failed", **run)
    page = text_of(viewer.get(place))
    assert "A deployment failed" in page
    assert "A deployment was begun" not in page


def test_each_piece_of_several_has_a_pipeline_of_its_own(company):
    forge, requester = company.forge, company.user("requester")
    manager = company.user("change_manager").account
    pulls = dict(forge.open(number) for number in (6, 7))
    asked = RequestChange("Two", SYSTEM, "Sales", links=tuple(pulls))
    change = request_change(forge.ledger, requester.account, asked).change
    speak, viewer = speaker(requester), company.browse("requester")
    early = speak.get(f"/api/hand-offs/{change}")
    assert (early.status_code, "not authorized" in early.json()["why"]) == (422, True)
    authorize(forge.ledger, manager, AuthorizeChange(change))
    for pull, head in pulls.items():
        forge.review(pull, head)
        forge.test(head)
    company.judge()
    told = speak.get(f"/api/hand-offs/{change}").json()
    assert {each["work"]: each["revision"] for each in told["pieces"]} == pulls
    page = viewer.get(f"/changes/{change}")
    assert snippets(page) == [text for each in told["pieces"] for text in each["snippets"].values()]
    assert "Pull request 7" in text_of(page)
    assert speaker(company.user("auditor")).get(f"/api/hand-offs/{change}").status_code == 403


def test_what_is_in_production_is_not_handed_over(company):
    answer = speaker(company.user("requester")).get(f"/api/hand-offs/{company.sound}")
    assert (answer.status_code, answer.json()["why"]) == (422, "it is in production already")
    page = company.browse("requester").get(f"/changes/{company.sound}")
    assert "Deployed to production" in text_of(page)
    assert snippets(page) == []
