"""Ansible's JSON callback → an act for every task that changed a host.

https://docs.ansible.com/ansible/latest/collections/ansible/posix/json_callback.html
Who ran it is not in there: the operator states `actor`, and the `change` that it was for.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.production_acts import ProductionActed
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, option, text
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, optional_time


def translate_ansible(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("ansible", delivery, pseudonyms)
    gathered = Gathered(reading, "ansible")
    for value in documents(delivery.body):
        if not isinstance(inside(value, "plays"), list):
            raise MalformedPayload("it is no run of Ansible", where="plays")
        for number, play in enumerate(value["plays"]):
            for place, task in enumerate(listed(play, "tasks")):
                hosts = inside(task, "hosts")
                for host, result in sorted(hosts.items()) if isinstance(hosts, dict) else ():
                    if inside(result, "changed") is not True:
                        gathered.passed_over("a task that changed nothing")
                    elif inside(value, "custom_stats", "check_mode") is True:
                        gathered.passed_over("a trial run changes nothing")
                    else:
                        where = f"{number}.{place}"
                        gathered.add(_act(reading, task, where, host, result))
    if not gathered.events and not gathered.passed:
        gathered.passed_over("a run without tasks")
    return gathered.translation()


def _act(reading: Reading, task: Any, where: str, host: str, result: Any) -> Iterator[Event]:
    delivery = reading.delivery
    account = option(delivery, "actor")
    name = text(task, "task", "name") or text(result, "action") or "task"
    difference = inside(result, "diff")
    if isinstance(difference, list):
        difference = inside(difference, 0)
    shown = isinstance(difference, dict) and difference.keys() >= {"before", "after"}
    after = inside(difference, "after") if shown else None
    yield ProductionActed(
        **reading.header(
            optional_time(text(task, "task", "duration", "end"), "task.duration.end"),
            actor=Identity(account, None) if account else NOBODY,
        ),
        act=f"ansible:{delivery.digest}/{where}/{host}"[:500],
        system=option(delivery, "system") or "hosts",
        environment=option(delivery, "environment") or "production",
        kind="infrastructure",
        item=f"{host}/{name}"[:500],
        before_digest=content_digest(inside(difference, "before")) if shown else None,
        after_digest=content_digest(after) if shown else None,
        after_fields=fields_of(reading, _by_line(after)) if shown else None,
        change=option(delivery, "change"),
    )


def _by_line(content: Any) -> Any:
    """A file by its lines, each of which may be a secret; whatever else it is as it stands."""
    if not isinstance(content, str):
        return content
    return {f"line {number}": line for number, line in enumerate(content.splitlines(), 1)}


def _fits(glimpse: Glimpse) -> bool:
    return glimpse.holds("plays", "stats")


ANSIBLE = Kind(
    "ansible",
    "Ansible runs (JSON callback)",
    translate_ansible,
    _fits,
    json=False,
    options=("system", "environment", "actor", "change"),
    confidential=always,
)
