"""Forges by their names, and pull requests by theirs."""

from importlib.resources import files

import pytest

from changeproof.events.forges import FORGES, is_forge, is_pull, repository_of_pull


@pytest.mark.parametrize(
    ("pull", "repository"),
    [
        ("github:repo/9/pull/7", "github:repo/9"),
        ("gitlab:git.example.org/project/3/merge/12", "gitlab:git.example.org/project/3"),
        ("gerrit:review.example/project/a%2Fb/change/4", "gerrit:review.example/project/a%2Fb"),
    ],
)
def test_a_pull_request_s_name_begins_with_its_repository(pull, repository):
    assert is_pull(pull)
    assert not is_pull(repository)
    assert repository_of_pull(pull) == repository


def test_a_change_of_another_tool_is_no_pull_request():
    assert not is_pull("servicenow:acme/change/4")
    assert not is_forge("jira")


def test_an_unread_delivery_of_any_forge_may_hide_a_record():
    view = (files("changeproof.checks") / "views" / "coverage_gap.sql").read_text()
    named = view.partition("q.kind IN (")[2].partition(")")[0]
    assert tuple(part.strip(" \n'") for part in named.split(",")) == FORGES
