"""Run by `test_crashes`: kill a process that ingests, judges and does jobs, again and again.

Children are forked from one that has loaded everything, so that a hundred deaths take seconds.
Prints one line for each promise that was broken, and a last line that counts the deaths.
"""

import importlib
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

LOADED = (
    "changeproof.intake.jobs",
    "changeproof.monitor.judging",
    "django_tasks_db.management.commands.db_worker",
    "tests.end_to_end.payloads",
)
"""What each life needs: loaded once, before the first is forked."""


def main(data: str, deaths: int, seed: int) -> None:
    from changeproof.cli.instance import make_instance

    make_instance(Path(data), "standard", None, demonstration=False)
    from django.db import connections

    for each in LOADED:
        importlib.import_module(each)
    from changeproof.ledger.service import forget_ledger

    connections.close_all()
    forget_ledger()
    chance = random.Random(seed)
    acknowledged: list[list[str]] = []
    begun: list[list[str]] = []
    jobs: list[list[str]] = []
    survived = 0
    for life in range(deaths):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            live(life, write)
        os.close(write)
        heard = listen(read, 0.02 + chance.random() * 0.25)
        os.kill(child, signal.SIGKILL)
        heard += listen(read, None)
        os.waitpid(child, 0)
        os.close(read)
        for line in heard.decode().splitlines():
            word, _, ids = line.partition(" ")
            if not ids.endswith("]"):
                continue
            {"taken": acknowledged, "begun": begun, "asked": jobs}[word].append(json.loads(ids))
        survived += b"taken" in heard
    complaints = look(acknowledged, begun) + look_for_jobs([job for each in jobs for job in each])
    for complaint in complaints:
        print(complaint)
    taken = len(acknowledged)
    print(
        f"{deaths} deaths, {survived} after an answer,"
        f" {taken} batches acknowledged, {len(jobs)} jobs asked for"
    )
    sys.exit(bool(complaints))


def live(life: int, pipe: int) -> None:
    """Take batch after batch in, judge, and say so, until killed."""
    from changeproof.events.event import sha256_hex
    from changeproof.intake.deliveries import take
    from changeproof.intake.jobs import do_waiting, replay_quarantined, resume_interrupted
    from changeproof.ledger.service import ledger, now
    from changeproof.monitor.judging import judge_waiting
    from changeproof.sources.delivery import Delivery
    from tests.end_to_end.payloads import pull_request_story

    opened = ledger()
    resume_interrupted()
    for number in range(10_000):
        story = list(pull_request_story(life * 10_000 + number))
        deliveries = [
            Delivery("github", sha256_hex(body), body, now(), name) for name, body in story
        ]
        ids = json.dumps([delivery.id for delivery in deliveries])
        os.write(pipe, f"begun {ids}\n".encode())
        take(opened, deliveries)
        os.write(pipe, f"taken {ids}\n".encode())
        job = replay_quarantined.enqueue("github", deliveries[0].id)
        os.write(pipe, f"asked {json.dumps([str(job.id)])}\n".encode())
        do_waiting()
        judge_waiting(opened, 3)
    os._exit(0)


def listen(pipe: int, seconds: float | None) -> bytes:
    """What comes for so long; without a time, until the other end is gone."""
    heard = b""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if end is None else max(0.0, end - time.monotonic())
        ready, _, _ = select.select([pipe], [], [], left)
        if not ready:
            return heard
        part = os.read(pipe, 65536)
        if not part:
            return heard
        heard += part


def look(acknowledged: list[list[str]], begun: list[list[str]]) -> list[str]:
    """What is wrong with the instance that is left, in sentences."""
    from changeproof.checks.judge import all_subjects, judge_with_due
    from changeproof.ledger.joined import SubjectJudged
    from changeproof.ledger.reading import reading
    from changeproof.ledger.service import ledger
    from changeproof.ledger.verify import verify_ledger
    from changeproof.log.keys import load_key
    from changeproof.monitor.judging import judge_waiting

    opened = ledger()
    held: dict[str, int] = {}
    for entry in opened.log.entries():
        delivery = json.loads(entry.entry)["event"]["delivery"]
        held[delivery] = held.get(delivery, 0) + 1
    complaints = [
        f"an acknowledged delivery is not in the log: {each}"
        for batch in acknowledged
        for each in batch
        if each not in held
    ]
    complaints += [
        f"half of a batch is in the log: {batch[0]}"
        for batch in begun
        if len({each in held for each in batch}) > 1
    ]
    judge_waiting(opened)
    judged = {row.subject for row in opened.store.all(SubjectJudged)}
    complaints += [
        f"nobody judged {each}"
        for each in all_subjects(opened.store)
        if each not in judged and each != "organisation"
    ]
    with reading(opened.instance) as database:
        signer = load_key(opened.instance.log_key_file)
        found = verify_ledger(database, signer, judge_with_due)
    complaints += [f"verify found {each}" for each in found.differences]
    return complaints


def look_for_jobs(asked: list[str]) -> list[str]:
    """Which of these jobs was not done in the end, in sentences."""
    from django_tasks_db.models import DBTaskResult

    from changeproof.intake.jobs import do_waiting, resume_interrupted

    resume_interrupted()
    do_waiting()
    done = {str(key) for key in DBTaskResult.objects.successful().values_list("pk", flat=True)}
    return [
        f"a job that was asked for was never done: {each}" for each in asked if each not in done
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
