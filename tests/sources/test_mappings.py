"""Mapped sources: each file's cases hold, and what could mislead is refused at load."""

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import jmespath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import changeproof.sources.mappings as shipped
from changeproof.events.refusal import Refusal
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.mappings.cases import body_of, expected, outcome, read_cases
from changeproof.sources.mappings.expressions import find
from changeproof.sources.mappings.loader import files_of, load_folder, read_heading, read_mapping
from changeproof.sources.mappings.shape import Conversion
from changeproof.sources.translate import detect, kind_named, translate
from tests.sources.test_laws import ODD, altered, attempt, places

FOLDER = Path(shipped.__file__).parent
CASES = [
    pytest.param(mapping, case, id=f"{mapping.id}: {case['name']}")
    for mapping in load_folder(FOLDER)
    for case in read_cases(FOLDER / f"{mapping.id}.cases.yaml")
]
SOUND = """\
id: pings
title: Pings
fits: "ping != null"
authentication: {kind: bearer, header: Authorization}
of_record: false
rules:
  - when: "ping != null"
    event: TestsRun
    occurred_at: {value: {from: at, as: epoch_seconds}, basis: stated}
    fields:
      run: {form: "pings:run/{id}", parts: {id: {from: ping}}}
      revision: {from: sha, as: sha}
      name: {from: name}
      conclusion: {from: result, as: map, values: {ok: passed, bad: failed}}
"""


@pytest.mark.parametrize(("mapping", "case"), CASES)
def test_case_holds(mapping, case):
    assert expected(case), "the case expects nothing"
    assert outcome(mapping, case) == expected(case)


@pytest.mark.parametrize(("mapping", "case"), CASES)
def test_case_is_told_by_its_shape(mapping, case):
    """No other kind takes it; some cases are too short for their own."""
    assert detect(body_of(case)) in (mapping.id, None)


@pytest.mark.parametrize(
    ("sound", "unsound", "line", "why"),
    [
        ("from: result, as: map, values: {ok: passed, bad: failed}", "from: result", 14, "verdict"),
        ("from: result,", "from: \"result || 'ok'\",", 14, "no default"),
        ("values: {ok: passed, bad: failed}", "values: {}", 14, "go together"),
        ("event: TestsRun", "event: TestsRan", 8, "no event"),
        ("event: TestsRun", "event: PolicyAdopted", 8, "the product alone"),
        ("event: TestsRun", "event: RoleGranted", 8, "the product alone"),
        ("      name: {from: name}\n", "", 7, "needs the field `name`"),
        ("name: {from: name}", "name: {from: 'name['}", 13, "no JMESPath"),
        ("as: epoch_seconds", "as: text", 9, "as: time"),
        ("kind: bearer", "kind: none", 4, "hmac-sha256"),
        ("title: Pings", "title: Pings\ncolour: red", 3, "colour"),
        ("    fields:", "    actor: {account: {from: by}}\n    fields:", 10, "as: pseudonym"),
    ],
)
def test_unsound_mapping_is_refused_at_its_line(sound, unsound, line, why):
    assert sound in SOUND
    read_mapping(SOUND, "pings.yaml")
    with pytest.raises(Refusal) as refused:
        read_mapping(SOUND.replace(sound, unsound), "pings.yaml")
    assert why in refused.value.why
    assert abs(int(refused.value.where.rpartition(" ")[2]) - line) <= 1


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("PersonLeft", "{person: {from: who}}"),
        ("ChangeAuthorized", "{change: {from: ticket}}"),
        (
            "VulnerabilityEnded",
            "{vulnerability: {from: id}, outcome: {from: why, as: map, values: {gone: fixed}}}",
        ),
    ],
)
def test_a_mapping_that_tells_of_decisions_says_so(event, fields):
    """Otherwise whoever holds a pipeline's token could bring them."""
    text = f"{SOUND}  - when: 'ping != null'\n    event: {event}\n    fields: {fields}\n"
    read_mapping(text.replace("of_record: false", "of_record: true"), "pings.yaml")
    with pytest.raises(Refusal) as refused:
        read_mapping(text, "pings.yaml")
    assert "of_record" in refused.value.why
    assert refused.value.where == "pings.yaml, line 5"


@pytest.mark.parametrize(
    "hostile",
    [
        {"at": 1.5},
        {"at": 10**30},
        {"at": True},
        {"at": "soon"},
        {"at": 2**53 - 1},
        {"sha": "main"},
        {"ping": None, "other": 1},
        {"ping": {"a": 1}},
        {"result": ""},
        {"result": None},
        {"name": 7},
        {"name": "\ud800"},
    ],
)
def test_hostile_value_is_refused_or_seen(hostile):
    payload = {"ping": 1, "at": 1772442000, "sha": "a" * 40, "name": "unit", "result": "ok"}
    mapping = read_mapping(SOUND, "pings.yaml")
    assert "events" in outcome(mapping, {"payload": payload})
    assert "events" not in outcome(mapping, {"payload": {**payload, **hostile}})


def test_each_conversion_is_told_in_the_documentation():
    told = (Path(__file__).parents[2] / "docs/extend.md").read_text("utf-8")
    assert [name for name in get_args(Conversion) if f"`{name}`" not in told] == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
    ),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
)
def test_names_and_dots_find_what_jmespath_finds(value, names):
    path = ".".join(names)
    assert find(path, value, "here") == jmespath.search(path, value)


def counted(folder: Path, deliver, pseudonyms) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.*")):
        if path.name == "README.md" or not path.is_file():
            continue
        try:
            translation = translate(deliver(folder.name, path.read_bytes()), pseudonyms)
        except MalformedPayload:
            counts["quarantined"] += 1
            continue
        counts["ignored" if translation.ignored else "translated"] += 1
        counts.update(event.type for event in translation.events)
    return counts


def test_gitea_counts_of_real_payloads(shared, deliver, pseudonyms):
    counts = counted(shared / "data/payloads/gitea", deliver, pseudonyms)
    assert counts == {
        "translated": 28,
        "ignored": 19,
        "DeliverySeen": 19,
        "RepositoryObserved": 22,
        "RefChanged": 6,
        "RevisionPushed": 2,
        "RevisionRecorded": 2,
        "PullRequestOpened": 20,
        "PullRequestDescribed": 20,
        "PullRequestRevised": 20,
        "PullRequestReopened": 1,
        "PullRequestClosed": 1,
        "PullRequestMerged": 1,
        "RevisionReviewed": 2,
    }


def test_gogs_counts_of_real_payloads(shared, deliver, pseudonyms):
    """Three were cut short by whoever kept them: their repository has no number."""
    counts = counted(shared / "data/payloads/gogs", deliver, pseudonyms)
    assert counts == {
        "translated": 10,
        "ignored": 6,
        "quarantined": 3,
        "DeliverySeen": 6,
        "RepositoryObserved": 6,
        "RefChanged": 4,
        "RevisionPushed": 2,
        "RevisionRecorded": 2,
        "PullRequestOpened": 4,
        "PullRequestDescribed": 4,
        "PullRequestClosed": 1,
    }


def test_bitbucket_counts_of_real_payloads(shared, deliver, pseudonyms):
    """Four verdicts: three of a server, and one of which only a header says whether it was one."""
    counts = counted(shared / "data/payloads/bitbucket", deliver, pseudonyms)
    assert counts == {
        "translated": 41,
        "ignored": 13,
        "DeliverySeen": 14,
        "RepositoryObserved": 39,
        "RefChanged": 9,
        "RevisionPushed": 6,
        "RevisionRecorded": 4,
        "PullRequestOpened": 26,
        "PullRequestDescribed": 26,
        "PullRequestRevised": 16,
        "PullRequestMerged": 3,
        "PullRequestClosed": 4,
        "RevisionReviewed": 3,
        "TestsRun": 2,
    }


def test_azure_devops_counts_of_real_payloads(shared, deliver, pseudonyms):
    """One was broken on purpose: it does not say which event it is."""
    counts = counted(shared / "data/payloads/azure-devops", deliver, pseudonyms)
    assert counts == {
        "translated": 24,
        "ignored": 15,
        "quarantined": 1,
        "DeliverySeen": 15,
        "RepositoryObserved": 15,
        "RevisionPushed": 3,
        "RevisionRecorded": 3,
        "PullRequestOpened": 12,
        "PullRequestDescribed": 12,
        "PullRequestRevised": 12,
        "PullRequestMerged": 8,
        "TestsRun": 2,
        "DeploymentFinished": 1,
        "ChangeRequested": 2,
        "ChangeClosed": 2,
        "TicketMoved": 2,
    }


def test_a_list_too_long_to_compare_is_refused(deliver, pseudonyms):
    many = {
        "eventType": "git.pullrequest.updated",
        "publisherId": "tfs",
        "resource": {
            "repository": {"id": "r-1", "name": "pay", "project": {"name": "Acme"}},
            "pullRequestId": 4,
            "creationDate": "2026-03-02T09:00:00Z",
            "reviewers": [{}] * 100_000,
        },
        "createdDate": "2026-03-02T09:00:00Z",
    }
    with pytest.raises(MalformedPayload, match="100,000"):
        translate(deliver("azure-devops", json.dumps(many).encode()), pseudonyms)


def test_people_named_by_address_stand_in_no_event(deliver, pseudonyms):
    item = {
        "eventType": "workitem.created",
        "publisherId": "tfs",
        "resource": {
            "id": 12,
            "fields": {
                "System.Title": "Round half to even",
                "System.CreatedDate": "2026-03-02T09:00:00Z",
                "System.CreatedBy": "Ada <Ada@example.org>",
            },
        },
        "resourceContainers": {"collection": {"id": "c-1"}},
    }
    translation = translate(deliver("azure-devops", json.dumps(item).encode()), pseudonyms)
    assert [event.actor for event in translation.events] == [pseudonyms.account("ada@example.org")]


def test_deploys_and_ci_counts_of_real_payloads(shared, deliver, pseudonyms):
    counts = counted(shared / "data/payloads/deploys-ci", deliver, pseudonyms)
    assert counts == {
        "translated": 16,
        "ignored": 28,
        "DeliverySeen": 30,
        "TestsRun": 10,
        "ArtifactBuilt": 2,
        "DeploymentRequested": 1,
        "DeploymentFinished": 5,
        "ProductionActed": 4,
    }


@pytest.mark.parametrize(
    ("family", "files"), [("deploys-ci", 44), ("bitbucket", 54), ("azure-devops", 40)]
)
def test_each_real_payload_is_told_by_its_shape(shared, family, files):
    paths = sorted((shared / "data/payloads" / family).glob("*/*"))
    found = kind_named(family)
    members = getattr(found, "members", (found.name,))
    assert len(paths) == files
    unknown = [path.name for path in paths if detect(path.read_bytes()) not in members]
    assert [name for name in unknown if not name.startswith("bad.")] == []


@settings(max_examples=300)
@given(st.sampled_from(CASES), st.data())
def test_a_case_altered_anywhere_is_translated_or_malformed(chosen, data):
    mapping, case = chosen.values
    assume("payload" in case)
    payload = case["payload"]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(payload))))
        payload = altered(payload, place, data.draw(ODD))
    attempt(mapping.id, case.get("event"), json.dumps(payload).encode())


@pytest.mark.parametrize("path", files_of(FOLDER), ids=lambda path: path.stem)
def test_heading_read_alone_is_the_mapping_s_own(path):
    text = path.read_text("utf-8")
    whole = read_mapping(text, path.name).model_dump()
    heading = read_heading(text, path.name).model_dump()
    assert heading == {name: whole[name] for name in heading}


def test_gitea_is_told_from_github_by_its_shape(shared):
    folder = shared / "data/payloads/gitea/go-playground"
    assert detect((folder / "push-event.json").read_bytes()) == "gitea"
    assert detect(json.dumps({"repository": {"id": 1}, "ref": "x"}).encode()) != "gitea"
