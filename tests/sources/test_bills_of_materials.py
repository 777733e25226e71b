"""CycloneDX and SPDX → what an artifact is, what is weak in it, and what is said about that."""

import pytest

from changeproof.sources.delivery import MalformedPayload
from tests.support import report_samples as samples
from tests.support.reports import DIGEST, HEAD, became, events_of, not_guessed, told

AT = 1_767_323_045_000_000


def test_real_bills(shared):
    folder = shared / "data/payloads/cyclonedx"
    outcomes, events = became(folder, "cyclonedx")
    assert outcomes == {"translated": 15, "ignored": 27, "malformed": 3}
    assert (events["VulnerabilityFound"], events["VulnerabilityEnded"]) == (22, 74)
    assert not_guessed(folder, "cyclonedx") == {}
    folder = shared / "data/payloads/spdx"
    assert became(folder, "spdx") == (
        {"translated": 14, "ignored": 4},
        {"ArtifactBuilt": 11, "VulnerabilityFound": 5, "DeliverySeen": 4},
    )
    assert not_guessed(folder, "spdx") == {}


def test_the_broken_ones_are_those_broken_on_purpose(shared):
    for file in (shared / "data/payloads/cyclonedx").glob("*/invalid-*"):
        with pytest.raises(MalformedPayload):
            told("cyclonedx", file.read_bytes())


@pytest.mark.parametrize("payload", [samples.CYCLONEDX, samples.CYCLONEDX_XML])
def test_findings_and_statements(payload):
    translation = told("cyclonedx", payload, system="shop")
    (scan,) = events_of(translation, "ScanRan")
    assert (scan.revision, scan.kind, scan.open_findings, scan.occurred_at) == (
        HEAD,
        "dependencies",
        1,
        AT,
    )
    (found,) = events_of(translation, "VulnerabilityFound")
    assert found.vulnerability == "CVE-2026-1/pkg:npm/left-pad/shop"
    (ended,) = events_of(translation, "VulnerabilityEnded")
    assert ended.vulnerability == "CVE-2026-2/pkg:npm/left-pad/shop"
    assert (ended.outcome, ended.actor) == ("not_affected", None)
    assert b"code_not_reachable" in translation.contents


def test_a_statement_ends_what_a_scanner_found():
    (found,) = events_of(told("trivy", samples.TRIVY, system="shop"), "VulnerabilityFound")
    statement = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "vulnerabilities": [
            {
                "id": "CVE-2026-1",
                "analysis": {"state": "false_positive"},
                "affects": [{"ref": f"urn:cdx:1/1#{samples.PURL}"}],
            }
        ],
    }
    options = {"system": "shop", "decided_by": "local:user/7", "at": "2026-01-02T03:04:05Z"}
    (ended,) = told("cyclonedx", statement, **options).events
    assert (ended.vulnerability, ended.outcome) == (found.vulnerability, "false_positive")
    assert (ended.actor, ended.occurred_at) == ("local:user/7", AT)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("exploitable", "VulnerabilityFound"),
        ("in_triage", "VulnerabilityFound"),
        ("resolved", "VulnerabilityEnded"),
        ("resolved_with_pedigree", "VulnerabilityEnded"),
    ],
)
def test_what_a_state_means(state, event):
    weakness = {"id": "CVE-1", "analysis": {"state": state}}
    payload = {"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities": [weakness]}
    (told_so,) = told("cyclonedx", payload).events
    assert told_so.type == event


@pytest.mark.parametrize(
    "payload",
    [
        {key: value for key, value in samples.CYCLONEDX.items() if key != "vulnerabilities"},
        samples.CYCLONEDX_XML.partition(b"<vulnerabilities>")[0] + b"</bom>",
    ],
)
def test_a_list_says_what_was_built_of_what(payload):
    (built,) = told("cyclonedx", payload).events
    assert (built.artifact, built.revision, built.name) == (f"sha256:{DIGEST}", HEAD, "shop")
    assert (built.occurred_at, built.time_basis) == (AT, "bound")


def test_a_list_of_something_without_a_digest_is_only_seen():
    translation = told("cyclonedx", {"bomFormat": "CycloneDX", "specVersion": "1.0"})
    assert "SHA-256" in translation.ignored


@pytest.mark.parametrize(
    "wrong",
    [
        {"specVersion": "1.9"},
        {"specVersion": None},
        {"bomFormat": "Other"},
        {"serialNumber": "urn:uuid:1"},
        {"metadata": {"timestamp": "yesterday"}},
    ],
)
def test_what_breaks_the_specification_is_malformed(wrong):
    with pytest.raises(MalformedPayload):
        told("cyclonedx", {**samples.CYCLONEDX, **wrong})


@pytest.mark.parametrize(
    "payload",
    [samples.SPDX, samples.SPDX_TAGS, samples.SPDX_YAML, samples.SPDX_XML, samples.SPDX_RDF],
)
def test_spdx_says_the_same_in_every_form(payload):
    translation = told("spdx", payload, system="shop", revision=HEAD)
    (built,) = events_of(translation, "ArtifactBuilt")
    assert (built.artifact, built.revision, built.occurred_at) == (f"sha256:{DIGEST}", HEAD, AT)
    (found,) = events_of(translation, "VulnerabilityFound")
    assert found.vulnerability == "CVE-2026-12345/pkg:npm/left-pad/shop"
    assert len(translation.events) == 2


def test_spdx_3_says_what_was_built():
    (built,) = told("spdx", samples.SPDX_3).events
    assert (built.artifact, built.name) == (f"sha256:{DIGEST}", "shop")


@pytest.mark.parametrize(
    "wrong", [{"verifiedUsing": 7}, {"verifiedUsing": [{"hashValue": 7}]}, {"name": []}]
)
def test_an_element_of_spdx_3_that_is_none_is_malformed(wrong):
    package = {"type": "software_Package", "spdxId": "urn:shop", **wrong}
    with pytest.raises(MalformedPayload):
        told("spdx", {"@context": "https://spdx.org/rdf", "@graph": [package]})


@pytest.mark.parametrize(
    "body", [b"SPDXVersion: SPDX-9.9", b"spdxVersion: SPDX-2.3\na: *b", b'{"@graph": [1]}']
)
def test_no_spdx_document_is_malformed(body):
    with pytest.raises(MalformedPayload):
        told("spdx", body)
