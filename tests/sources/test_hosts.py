"""Ansible's runs and osquery's results, as they are sent."""

import json

from changeproof.sources.translate import detect, translate

RUN = {
    "plays": [
        {
            "play": {"name": "web"},
            "tasks": [
                {
                    "task": {"name": "Set the limit", "duration": {"end": "2026-03-02T09:00:00Z"}},
                    "hosts": {
                        "web1": {"changed": True, "diff": [{"before": "1\n", "after": "2\n"}]},
                        "web2": {"changed": False},
                    },
                }
            ],
        }
    ],
    "stats": {"web1": {"changed": 1}, "web2": {"changed": 0}},
}


def test_a_task_that_changed_a_host_is_an_act(deliver, pseudonyms):
    body = json.dumps(RUN).encode()
    assert detect(body) == "ansible"
    stated = (("actor", "local:user/7"), ("change", "CHG-1"), ("system", "shop"))
    act, passed = translate(deliver("ansible", body, options=stated), pseudonyms).events
    assert (act.actor, act.change, act.system) == ("local:user/7", "CHG-1", "shop")
    assert act.item == "web1/Set the limit"
    assert act.before_digest != act.after_digest
    assert passed.reason == "1: a task that changed nothing"


def result(**fields):
    whole = {"name": "packages", "hostIdentifier": "web1", "unixTime": 1_772_442_000}
    return json.dumps({**whole, **fields}).encode()


def test_a_snapshot_is_known_by_its_rows_in_any_order(deliver, pseudonyms):
    rows = [{"name": "openssl", "version": "3"}, {"name": "zlib", "version": "1"}]
    one = result(action="snapshot", snapshot=rows)
    assert detect(one) == "osquery"
    other = result(action="snapshot", snapshot=rows[::-1])
    digests = {
        event.digest
        for body in (one, other)
        for event in translate(deliver("osquery", body), pseudonyms).events
    }
    assert len(digests) == 1


def test_a_new_row_is_a_detection(deliver, pseudonyms):
    lines = b"\n".join(
        result(action=action, columns={"name": "nmap"}) for action in ("added", "removed")
    )
    assert detect(lines) == "osquery"
    kinds = [event.kind for event in translate(deliver("osquery", lines), pseudonyms).events]
    assert kinds == [
        "osquery: a row of packages was added",
        "osquery: a row of packages was removed",
    ]
