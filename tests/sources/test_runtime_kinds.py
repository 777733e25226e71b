"""Every real file of what runs and who touched it: read, passed over or set aside, and why."""

from collections import Counter

import pytest

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.translate import detect, kind_named, translate

COUNTS = {
    "cloudtrail": (
        {"translated": 36, "ignored": 9},
        {
            "ProductionActed": 32,
            "DeliverySeen": 11,
            "DetectionRaised": 3,
            "AccessGranted": 1,
            "ArtifactBuilt": 1,
            "StateObserved": 1,
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
    members = kind_named(folder).members
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
