"""Every real file of what runs and who touched it: read, passed over or set aside, and why."""

from collections import Counter

import pytest

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import detect, kind_named, translate

COUNTS = {
    "argocd-flux": (
        {"ignored": 25, "translated": 9},
        {"DeliverySeen": 25, "DeploymentFinished": 14, "StateObserved": 7, "TestsRun": 1},
    ),
    "attest": (
        {"ignored": 30, "malformed": 6, "translated": 14},
        {"ArtifactBuilt": 14, "DeliverySeen": 30, "TestsRun": 1},
    ),
    "alerts": (
        {"ignored": 11, "malformed": 7, "translated": 25},
        {"DeliverySeen": 11, "DetectionRaised": 11, "IncidentOpened": 25, "IncidentResolved": 6},
    ),
    "cloudtrail": (
        {"ignored": 9, "translated": 36},
        {
            "AccessGranted": 1,
            "ArtifactBuilt": 1,
            "DeliverySeen": 11,
            "DetectionRaised": 3,
            "ProductionActed": 32,
            "StateObserved": 1,
        },
    ),
    "kubernetes": (
        {"ignored": 11, "malformed": 1, "translated": 26},
        {
            "AccessGranted": 1,
            "DeliverySeen": 12,
            "DeploymentFinished": 2,
            "DetectionRaised": 4,
            "ProductionActed": 16,
            "StateObserved": 10,
        },
    ),
    "terraform": (
        {"ignored": 10, "malformed": 2, "translated": 24},
        {
            "DeliverySeen": 14,
            "DeploymentRequested": 1,
            "DetectionRaised": 1,
            "ItemAuthorized": 69,
            "ProductionActed": 23,
            "StateObserved": 49,
        },
    ),
}


@pytest.mark.parametrize("folder", COUNTS)
def test_every_real_file_is_read_or_told_why_not(shared, deliver, pseudonyms, folder):
    files, events = Counter(), Counter()
    for file in sorted((shared / "data/payloads" / folder).glob("*/*")):
        delivery = deliver(folder, file.read_bytes())
        try:
            translation = translate(delivery, pseudonyms)
        except MalformedPayload:
            files["malformed"] += 1
            continue
        assert translation == translate(delivery, pseudonyms), file
        assert translation.events, file
        files["ignored" if translation.ignored else "translated"] += 1
        events.update(event.type for event in translation.events)
    assert (files, events) == COUNTS[folder]


@pytest.mark.parametrize("folder", COUNTS)
def test_a_shape_gives_its_kind_away(shared, deliver, pseudonyms, folder):
    named = kind_named(folder)
    members = getattr(named, "members", (named.name,))
    for file in sorted((shared / "data/payloads" / folder).glob("*/*")):
        try:
            translate(deliver(folder, file.read_bytes()), pseudonyms)
        except MalformedPayload:
            continue
        assert detect(file.read_bytes()) in members, file


@pytest.mark.parametrize("folder", COUNTS)
def test_no_address_and_no_name_of_a_person_is_in_an_event(shared, deliver, pseudonyms, folder):
    for file in sorted((shared / "data/payloads" / folder).glob("*/*")):
        try:
            events = translate(deliver(folder, file.read_bytes()), pseudonyms).events
        except MalformedPayload:
            continue
        for event in events:
            for account in (event.actor, *event.account_kinds):
                assert account is None or "@" not in account, file
