"""`/metrics`: what Prometheus reads, for whoever may see the sources."""

from prometheus_client.parser import text_string_to_metric_families

from changeproof.accounts.people import operator
from changeproof.alerts.outbox import SECOND
from changeproof.ledger.service import now


def figures(reply) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = reply.content.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_tells_how_the_work_goes_and_names_nobody(caller, forge):
    pull, head = forge.open(1)
    forge.merge(pull, head)
    reply = caller("auditor").get("/metrics")
    assert reply.status_code == 200
    assert reply["Content-Type"].startswith("text/plain")
    found = figures(reply)
    size = found["changeproof_log_entries_total", ()]
    assert size > 0
    assert found["changeproof_subjects_unjudged", ()] > 0
    github = (("source", "github"),)
    assert 0 < found["changeproof_source_events_total", github] <= size
    heard = found["changeproof_source_heard_timestamp_seconds", github]
    assert abs(heard - now() / SECOND) < 3600
    assert found["changeproof_jobs", (("status", "failed"),)] == 0
    assert operator().email not in reply.content.decode()


def test_it_asks_who_is_there(caller, nobody, forge):
    assert nobody.get("/metrics").status_code == 401
    refused = caller("auditor", scopes=("gate",)).get("/metrics")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
