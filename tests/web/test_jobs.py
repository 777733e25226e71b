"""Work in the background: each job stands on its page, and one that failed is tried once more."""

from django_tasks_db.models import DBTaskResult

from changeproof.events.refusal import Refusal
from changeproof.intake import jobs
from changeproof.intake.jobs import do_waiting, replay_quarantined
from tests.web.test_views import text_of


def test_one_that_failed_shows_why_and_is_tried_again_by_whoever_may(live_company, monkeypatch):
    def fail(*_: object) -> None:
        raise ConnectionError("hooks.example.com/SECRET refused")

    def refuse(*_: object) -> None:
        raise Refusal("It was not read.", where="", why="none is held", cure="None.")

    administrator = live_company.browse("administrator")
    assert "Nothing was asked for yet" in text_of(administrator.get("/jobs"))
    replay_quarantined.enqueue("github", "one-delivery")
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "replay", fail)
        do_waiting()
    page = text_of(administrator.get("/jobs"))
    assert "1 job failed, 0 waiting" in page
    assert "ConnectionError" in page
    assert "one-delivery" in page
    assert "SECRET" not in page
    [job] = DBTaskResult.objects.all()
    assert live_company.browse("auditor").get("/jobs").status_code == 403
    assert live_company.browse("auditor").post("/jobs", {"job": str(job.pk)}).status_code == 403
    assert administrator.post("/jobs", {"job": str(job.pk)}).status_code == 302
    for gone in (str(job.pk), "no such job"):
        assert administrator.post("/jobs", {"job": gone}).status_code == 422
    assert "0 jobs failed, 1 waiting" in text_of(administrator.get("/jobs"))
    monkeypatch.setattr(jobs, "replay", refuse)
    do_waiting()
    assert "1 done" in text_of(administrator.get("/jobs"))
    job.refresh_from_db()
    assert len(job.worker_ids) == 2
