"""issuers.yaml: what is taken, what is refused, and which subjects fit a pattern."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.accounts.trusted_issuers import PipelineIssuer, TrustedIssuers, read_issuers
from changeproof.events.refusal import Refusal
from changeproof.site.surroundings import sign_in_providers

WHOLE = """\
version: 1
people:
  - id: company
    name: Example Ltd
    issuer: https://login.example.com
    client_id: changeproof
    secret_file: {secret}
    roles:
      - {{group: approvers, role: approver, system: payments}}
pipelines:
  - id: github
    issuer: https://token.actions.githubusercontent.com
    audience: https://changes.example.com
    subjects: ["repo:acme/*:environment:production"]
    claims: {{repository_owner_id: "583231"}}
    user: deployer@example.com
    scopes: [ingest, gate]
"""


def pinned(*subjects: str) -> PipelineIssuer:
    return PipelineIssuer(
        id="github",
        issuer="https://token.actions.githubusercontent.com",
        audience="changeproof",
        subjects=subjects,
        user="deployer@example.com",
        scopes=("ingest",),
    )


def test_without_a_file_nobody_is_trusted(tmp_path: Path) -> None:
    assert read_issuers(tmp_path / "issuers.yaml") == TrustedIssuers()


def test_a_whole_file_is_read_and_its_secret_stays_where_it_is(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    (tmp_path / "issuers.yaml").write_text(WHOLE.format(secret=secret))
    issuers = read_issuers(tmp_path / "issuers.yaml")
    assert issuers.people[0].holdings(frozenset({"approvers"})) == {("approver", "payments")}
    assert issuers.people[0].holdings(frozenset({"Approvers", "approvers "})) == frozenset()
    [app] = sign_in_providers(issuers)["openid_connect"]["APPS"]
    assert app["secret"] == "s3cret"
    assert "s3cret" not in repr(issuers)
    secret.unlink()
    with pytest.raises(Refusal, match="not loaded"):
        sign_in_providers(issuers)


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("https://login.example.com", "http://login.example.com", "https"),
        ("https://login.example.com", "https://login.example.com?a=b", "https"),
        ("role: approver", "role: owner", "role"),
        ("repo:acme/*:environment:production", "*:environment:production", "subject"),
        ("repo:acme/*:environment:production", "repo:acme/**:x", "subject"),
        ("repo:acme/*:environment:production", "*", "subject"),
        ("[ingest, gate]", "[all]", "scopes"),
        ("[ingest, gate]", "[]", "scopes"),
        ("audience: https://changes.example.com", "#", "audience"),
        ("client_id: changeproof", "client_id: changeproof\n    secret: here", "secret"),
        ("id: company", "id: Company", "id"),
        ("version: 1", "version: [", "YAML"),
        ("version: 1", "version: 2", "version"),
    ],
)
def test_what_is_not_meant_so_is_refused(tmp_path: Path, right: str, wrong: str, why: str) -> None:
    file = tmp_path / "issuers.yaml"
    file.write_text(WHOLE.format(secret="/dev/null").replace(right, wrong))
    with pytest.raises(Refusal) as refused:
        read_issuers(file)
    assert why in refused.value.why


def test_a_star_stands_for_one_part_alone() -> None:
    pin = pinned("repo:acme/*:environment:production")
    assert pin.fits("repo:acme/payments:environment:production")
    for other in (
        "repo:acme/payments:environment:staging",
        "repo:acme-evil/payments:environment:production",
        "repo:evil/acme/payments:environment:production",
        "repo:acme/payments:pull_request:environment:production",
        "repo:acme/:environment:production",
        "repo:acme/payments:environment:production\n",
        "xrepo:acme/payments:environment:production",
        "repo:acme/payments:environment:production:more",
    ):
        assert not pin.fits(other), other


@given(st.text(), st.text(min_size=1))
def test_no_other_text_fits_a_subject_without_a_star(subject: str, other: str) -> None:
    exact = "repo:acme/payments:environment:production"
    assert not pinned(exact).fits(exact + other)
    assert pinned(exact).fits(subject) == (subject == exact)


def test_two_entries_do_not_share_a_name() -> None:
    one: dict[str, Any] = pinned("repo:a/b:c").model_dump()
    with pytest.raises(ValueError, match="same id"):
        TrustedIssuers.model_validate({"pipelines": [one, one]})
