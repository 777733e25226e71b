"""Settings as configuration items: the protection of each repository's branches, files of CI and
deployment, and our own.

A forge tells of protection as an act on a repository, and our own settings are acts here; neither
is an item by itself. Each state that follows from them is recorded once as seen, an event of source
`monitor` with the time of the act that brought it: from then on it has a baseline like any other
item, is compared field by field, and drifts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from changeproof.events.deployments import StateObserved
from changeproof.events.entry import parse_entry
from changeproof.events.event import Event, sha256_hex
from changeproof.events.revisions import ProtectionChanged
from changeproof.ledger.baselines import Baseline
from changeproof.ledger.items import item_name
from changeproof.ledger.joins.systems import read_systems
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import Ledger, Submission
from changeproof.ledger.store import Store
from changeproof.monitor.files_seen import GONE, FileState, explain_files, explained, file_states
from changeproof.monitor.judging import SOURCE
from changeproof.monitor.own_settings import OURS, Setting, own_settings
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.described import described
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.protection_fields import (
    ADMINISTRATORS,
    APPROVALS,
    Field,
    protection_fields,
)

_STATE = "settings seen at"
_ENVIRONMENTS = "production_environments"
_USUAL = "production"
_READ = (
    *("protection", "system_mapping", "repository", "configuration_file"),
    *("source_connection", "alert_routing", "role_grant", "role_revocation"),
    *("group_role_adoption", "group_role_end", "baseline"),
)
"""The tables of which settings are read, but for policies, which begin at a time."""


@dataclass
class _Told:
    """What is said, and the texts that it addresses."""

    environment: str
    pseudonyms: Pseudonyms
    events: list[Event] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    last: dict[str, tuple[str, Setting]] = field(default_factory=dict)
    """By full name, the system and the state that stands."""

    def say(self, system: str, each: Setting) -> None:
        """One state of one item."""
        self.last[item_name(system, self.environment, each.item) or ""] = (system, each)
        digest, fields = each.digest, each.kept
        if digest is None:
            digest = content_digest(each.fields)
            body = described(each.fields, self.pseudonyms).encode()
            self.contents.append(body)
            fields = sha256_hex(body)
        name = " ".join((system, each.item, each.because))
        self.events.append(
            StateObserved(
                source=SOURCE,
                delivery=f"setting:{sha256_hex(name.encode())[:32]}",
                occurred_at=each.at,
                system=system,
                environment=self.environment,
                item=each.item,
                digest=digest,
                fields=fields,
            )
        )

    def say_again(self, store: Store) -> None:
        """What stood when its baseline was approved: nobody told of it since, for it is told of
        only when it changes."""
        rows = sorted(store.by(Baseline, "item", self.last), key=_item)
        for name, group in groupby(rows, _item):
            row = max(group, key=lambda row: (row.approved_at or 0, row.event))
            system, each = self.last[name]
            if row.approved_at is not None and row.approved_at > each.at:
                self.say(system, replace(each, at=row.approved_at, because=row.event))


def _item(row: Baseline) -> str:
    return row.item


def observe_settings(ledger: Ledger, moment: int) -> int:
    """Record each state of a setting that was not recorded yet; how many events were looked at.
    Nothing is read where no setting was told of since the last look."""
    since = explain_files(ledger, moment, usual_environment(ledger, moment))
    stands = _stand(ledger, moment)
    if ledger.state(_STATE) == stands:
        return since
    with ledger.database.transaction():
        ledger.log.lock()
        environment = usual_environment(ledger, moment)
        told = _Told(environment, Pseudonyms(ledger.instance.pseudonym_key))
        systems = read_systems(ledger.store)
        for repository, each in _protections(ledger):
            told.say(systems.of(repository), each)
        for each in own_settings(ledger, moment):
            told.say(OURS, each)
        states = file_states(ledger.store, systems, environment)
        why = explained(ledger.store, states, environment, moment)
        told.events += why.events
        for state in states:
            if state.row.event in why.waiting:
                continue  # it is no drift before its change was judged
            told.say(state.system, _setting(state))
        told.say_again(ledger.store)
        if told.events:
            ledger.record([Submission(told.events, told.contents, SOURCE)])
        if not why.waiting:
            ledger.set_state(_STATE, stands)
    return since + len(told.events)


def _setting(state: FileState) -> Setting:
    row = state.row
    at = row.seen_at or 0
    return Setting(state.item, GONE, at, row.event, row.digest, row.fields)


def usual_environment(ledger: Ledger, moment: int) -> str:
    """The production environment of what names none."""
    environments = policy_at(ledger.store, moment).get(_ENVIRONMENTS, ())
    return _USUAL if _USUAL in environments or not environments else environments[0]


def _stand(ledger: Ledger, moment: int) -> str:
    """What a look would read, in one number: facts are added, never taken away."""
    counts = " + ".join(f"(SELECT COUNT(*) FROM {table})" for table in _READ)
    begun = "(SELECT COUNT(*) FROM policy_in_force WHERE in_force_from <= ?)"
    return str(ledger.database.execute(f"SELECT {counts} + {begun}", (moment,))[0][0])


def _protections(ledger: Ledger) -> Iterator[tuple[str, Setting]]:
    """Each state of each protection: what an act did not state is as it was before."""
    rows = sorted(ledger.store.all(Protection), key=_in_turn)
    stated = _stated(ledger, [row.event for row in rows])
    names = read_systems(ledger.store).names
    for (repository, pattern), group in groupby(rows, lambda row: (row.repository, row.pattern)):
        item = f"repository/{names.get(repository, repository)}/protection/{pattern}"[:400]
        known: dict[str, Field] = {}
        for row in group:
            known |= stated.get(row.event, {})
            if row.approvals_required is not None:
                known[APPROVALS] = row.approvals_required
            if row.administrators_bound is not None:
                known[ADMINISTRATORS] = bool(row.administrators_bound)
            known["enforced"] = bool(row.enforced)
            # Of a protection that is off nothing else holds.
            fields = dict(known) if row.enforced else {"enforced": False}
            at = row.stated_at if row.changed_at is None else row.changed_at
            yield repository, Setting(item, fields, at, row.event)


def _in_turn(row: Protection) -> tuple[str, str, int, int, str]:
    at = row.stated_at if row.changed_at is None else row.changed_at
    return row.repository, row.pattern, at, row.stated_at, row.event


def _stated(ledger: Ledger, events: Sequence[str]) -> dict[str, dict[str, Field]]:
    """The fields that each of these events states in its settings, as far as these are kept."""
    addressed = {}
    for event, position in ledger.log.positions(events).items():
        entry = ledger.log.entry(position)
        said = parse_entry(entry.entry).event if entry is not None else None
        if isinstance(said, ProtectionChanged) and said.settings:
            addressed[event] = said.settings
    texts = ledger.texts(addressed.values())
    return {event: protection_fields(texts.get(digest)) for event, digest in addressed.items()}
