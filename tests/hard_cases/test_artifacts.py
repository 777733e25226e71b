"""By what a deployed artifact is known to hold a revision; hard case 29: a name given again."""

from typing import Any

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.events.testing import ArtifactBuilt
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, Forge, Pull
from tests.hard_cases.saying import say

DIGEST = f"sha256:{'d' * 64}"
OTHER = "9" * 40
VERSION = "shop:1.4.2"


def merged(forge: Forge, number: int, minute: float = 60) -> tuple[Pull, str]:
    """A pull request, approved, merged and tested, and its commit on main."""
    pull = forge.pull(number).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, minute)
    forge.check(revision, minute + 5)
    return pull, revision


def deployed(forge: Forge, artifact: str, minute: float = 100) -> Event:
    return say(
        DeploymentFinished, minute, CLEO, deployment=f"ours/{minute}", outcome="succeeded",
        repository=forge.id, environment="production", artifact=artifact,
    )  # fmt: skip


def built(artifact: str, revision: str, minute: float = 80, **fields: Any) -> Event:
    return say(ArtifactBuilt, minute, artifact=artifact, revision=revision, **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"attestation": "verified"}, "known by a verified provenance"),
        (
            {"attestation": "verified", "attested": "release, by the key 0123456789ab"},
            "known by a verified provenance: release, by the key 0123456789ab.",
        ),
        ({"read_from": "label"}, "known by the label of its image"),
        ({"attestation": "unverified"}, "known by a provenance that nobody verified"),
        (
            {"attestation": "unverified", "attested": "the key that signed it is not pinned"},
            "known by a provenance that nobody verified: the key that signed it is not pinned.",
        ),
        ({"read_from": "report"}, "known by a report only"),
    ],
)
def test_the_reason_says_by_what_the_revision_is_known(
    judged: Judge, fields: dict[str, Any], words: str
) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    found = judged([*forge.items, built(DIGEST, revision, 80, **fields), deployed(forge, DIGEST)])
    assert found.verdict(pull.id, "09") == "met", found[pull.id, "09"].reason
    reason = found[pull.id, "09"].reason
    assert words in reason
    assert bool(words) == ("is known by" in reason)


def test_a_claim_does_not_stand_against_the_record_of_the_build(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [
        built(DIGEST, OTHER, 70, attestation="unverified"),
        built(DIGEST, OTHER, 71, read_from="label"),
        built(DIGEST, revision),
    ]
    found = judged([*forge.items, *told, deployed(forge, DIGEST)])
    assert set(found.changes) == {pull.id}
    assert "is known by" not in found[pull.id, "09"].reason


def test_a_version_that_one_build_bears_joins_and_is_said(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    found = judged([*forge.items, built(VERSION, revision), deployed(forge, VERSION)])
    assert found.verdict(pull.id, "09") == "met"
    assert "known by its version, which could be given again" in found[pull.id, "09"].reason


def test_a_version_that_moved_joins_nothing(judged: Judge) -> None:
    forge = Forge()
    first, revision = merged(forge, 1)
    second, other = merged(forge, 2, 62)
    told = [built(VERSION, revision, 80), built(VERSION, other, 110)]
    twice = [deployed(forge, VERSION, 100), deployed(forge, VERSION, 120)]
    found = judged([*forge.items, *told, *twice])
    strangers = set(found.changes) - {first.id, second.id}
    assert len(strangers) == 2
    for change in strangers:
        assert found.verdict(change, "09") == "deviation"
        assert "builds of several revisions bear that version" in found[change, "09"].reason
    for pull in (first, second):
        assert found.verdict(pull.id, "09") != "met"


def test_a_digest_whose_builds_contradict_each_other_joins_nothing(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [built(DIGEST, revision, 80), built(DIGEST, OTHER, 81)]
    found = judged([*forge.items, *told, deployed(forge, DIGEST)])
    (stranger,) = set(found.changes) - {pull.id}
    assert found.verdict(stranger, "09") == "deviation"
    assert "its builds on record name several revisions" in found[stranger, "09"].reason


FORGED = {"attestation": "failed", "attested": "no pinned key signed it, and it names none"}


def test_a_provenance_whose_signature_fails_joins_nothing(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    found = judged([*forge.items, built(DIGEST, revision, 80, **FORGED), deployed(forge, DIGEST)])
    (stranger,) = set(found.changes) - {pull.id}
    assert found.verdict(stranger, "09") == "deviation"
    assert "its provenance bears a signature that does not hold" in found[stranger, "09"].reason
    assert found.verdict(pull.id, "09") != "met"


def test_a_failed_signature_on_what_was_deployed_is_a_deviation(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [built(DIGEST, revision, 80), built(DIGEST, revision, 81, **FORGED)]
    found = judged([*forge.items, *told, deployed(forge, DIGEST)])
    finding = found[pull.id, "09"]
    assert finding.verdict == "deviation"
    assert "no pinned key signed it, and it names none" in finding.reason
    assert found.verdict(pull.id, "configuration_mismatch") == "raised"


def test_a_verified_provenance_answers_a_failed_one_of_the_same_artifact(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [built(DIGEST, OTHER, 80, **FORGED), built(DIGEST, revision, 81, attestation="verified")]
    found = judged([*forge.items, *told, deployed(forge, DIGEST)])
    assert found.verdict(pull.id, "09") == "met", found[pull.id, "09"].reason
