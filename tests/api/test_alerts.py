"""Whether alerts arrive is asked, tested and mended through the API."""

from changeproof.alerts.channels import add_channel
from changeproof.alerts.models import Channel, Outgoing, Route
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue
from changeproof.ledger.service import now


def test_dead_letters_are_listed_and_sent_again(forge, caller):
    auditor, administrator = caller("auditor"), caller("administrator")
    add_channel("webhook", "https://hooks.example.com/s3cr3t", "ops")
    enqueue([Notice("case", f"case:CHG-{each}", f"CHG-{each}") for each in range(3)], now())
    Outgoing.objects.update(given_up_at=now())
    Channel.objects.update(failed_at=now(), trouble="it answered 503")
    reply = auditor.get("/api/alerts")
    assert reply.json()["alarm"] == "No alert arrives: it answered 503."
    assert reply.json()["dead_letters"] == 3
    assert b"s3cr3t" not in reply.content
    first = auditor.get("/api/alerts/dead-letters", limit=2).json()
    rest = auditor.get("/api/alerts/dead-letters", limit=2, after=first["next"]).json()
    letters = first["items"] + rest["items"]
    assert [each["case"] for each in letters] == ["case:CHG-0", "case:CHG-1", "case:CHG-2"]
    assert rest["next"] is None
    numbers = {"numbers": [letters[0]["number"]]}
    assert auditor.post("/api/alerts/dead-letters/replay", numbers).status_code == 403
    done = administrator.post("/api/alerts/dead-letters/replay", numbers)
    assert (done.status_code, done.json()) == (202, {"queued": 1})
    assert administrator.post("/api/alerts/dead-letters/replay", {}).json() == {"queued": 2}
    assert not Outgoing.objects.exclude(given_up_at=None).exists()


def test_a_test_is_asked_for(forge, caller):
    administrator = caller("administrator")
    add_channel("webhook", "https://hooks.example.com/in", "ops")
    assert administrator.post("/api/alerts/tests", {"channel": "ops"}).status_code == 202
    assert [row.kind for row in Outgoing.objects.all()] == ["test"]
    wrong = administrator.post("/api/alerts/tests", {"channel": "nobody"})
    assert wrong.status_code in (404, 422)
    assert wrong.json()["cure"]
    assert caller("approver").post("/api/alerts/tests", {"channel": "ops"}).status_code == 403


def test_an_alert_is_acknowledged(caller):
    add_channel("webhook", "https://hooks.example.com/x", "ops")
    Route.objects.update(acknowledge_within=15)
    enqueue([Notice("case", "case:CHG-1", "CHG-1", "shop")], now())
    approver = caller("approver")
    [item] = approver.get("/api/alerts/awaited").json()["items"]
    assert (item["subject"], item["count"], item["is_late"]) == ("CHG-1", 1, False)
    answer = {"message": item["message"]}
    assert caller("auditor").post("/api/alerts/acknowledgements", answer).status_code == 403
    assert approver.post("/api/alerts/acknowledgements", answer).status_code == 201
    assert approver.post("/api/alerts/acknowledgements", answer).status_code == 422
    assert approver.get("/api/alerts/awaited").json() == {"items": []}
