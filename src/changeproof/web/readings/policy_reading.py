"""The policy, read for its pages: versions, plain words, differences, what a draft would change."""

from collections.abc import Sequence

from changeproof.accounts.callers import Caller
from changeproof.accounts.holdings import allows_somewhere
from changeproof.accounts.models import User
from changeproof.accounts.permissions import holdings_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.acknowledged import acknowledged_versions
from changeproof.ledger.policies import PolicyInForce, PolicyProposal
from changeproof.ledger.policy_read import in_force_at
from changeproof.ledger.service import Ledger
from changeproof.policy.explain import describe
from changeproof.policy.schema import Policy
from changeproof.web.pages.policy_page import (
    Acknowledged,
    JudgedOtherwiseRow,
    PolicyPage,
    PolicyVersion,
    PolicyVersionPage,
    Replay,
)
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.policies_read import policy_of
from changeproof.web.readings.subjects import subject_url
from changeproof.web.readings.text_difference import difference
from changeproof.web.states import state
from changeproof.workflow.parts import kinds_of_accounts
from changeproof.workflow.policies import may_adopt

MOST_SUBJECTS = 5_000
"""A draft over more than so many takes longer than a page may."""
MOST_KINDS = 40


def read_policy_page(
    held: Ledger, caller: Caller, moment: int, *, done: str = "", done_entry: int | None = None
) -> PolicyPage:
    """What is in force, in plain words, and every version."""
    versions = read_versions(held, moment)
    current = next((each for each in versions if each.standing == "in force"), None)
    text = held.text(current.digest) if current is not None else None
    return PolicyPage(
        current=current,
        rules=tuple(describe(policy_of(text))) if text is not None else (),
        versions=versions,
        may_propose=caller.may(Permission.POLICY_ADOPT),
        acknowledged=_acknowledged(held, caller, current, moment) if current else None,
        done=done,
        done_entry=done_entry,
    )


def read_versions(held: Ledger, moment: int) -> tuple[PolicyVersion, ...]:
    """Adopted versions and, above the highest of them, what was put forward last; newest first."""
    adopted = held.store.all(PolicyInForce)
    current = in_force_at(held.store, moment)
    highest = max((row.policy_version for row in adopted), default=0)
    proposals: dict[int, PolicyProposal] = {}
    for row in sorted(held.store.all(PolicyProposal), key=lambda row: (row.stated_at, row.event)):
        if row.policy_version > highest:
            proposals[row.policy_version] = row
    events = [row.event for row in adopted] + [row.event for row in proposals.values()]
    links = read_links(held, events)
    found = [
        PolicyVersion(
            version=row.policy_version,
            standing=_standing(row, current, moment),
            in_force_from=row.in_force_from,
            digest=row.policy,
            proposed_by=row.adopted_by or "",
            adopted_by=row.approved_by or "",
            entry=next(iter(linked(links, [row.event])), None),
        )
        for row in adopted
    ]
    found += [
        PolicyVersion(
            version=version,
            standing="proposed",
            in_force_from=row.in_force_from,
            digest=row.policy,
            proposed_by=row.proposed_by or "",
            entry=next(iter(linked(links, [row.event])), None),
        )
        for version, row in proposals.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.version))


def read_policy_version(
    held: Ledger, caller: Caller, moment: int, version: int, *, wants_replay: bool = False
) -> PolicyVersionPage | None:
    """One version beside the one before it; None where there is none of that number."""
    versions = read_versions(held, moment)
    shown = next((each for each in versions if each.version == version), None)
    if shown is None:
        return None
    earlier = next(
        (each for each in versions if each.version < version and each.standing != "proposed"), None
    )
    text = held.text(shown.digest)
    former = held.text(earlier.digest) if earlier is not None else ""
    is_ahead = shown.standing in ("proposed", "adopted")
    may_replay = is_ahead and text is not None and caller.may(Permission.POLICY_ADOPT)
    proposed = shown.standing == "proposed"
    return PolicyVersionPage(
        shown=shown,
        before=earlier.version if earlier is not None and former is not None else None,
        lines=tuple(difference(former or "", text or "")) if text is not None else (),
        is_kept=text is not None,
        may_replay=may_replay,
        replay=replay(held, policy_of(text or ""), moment) if wants_replay and may_replay else None,
        may_adopt=proposed and caller.may(Permission.POLICY_ADOPT),
        may_not=may_adopt(held, caller.account, version) if proposed else "",
    )


def replay(held: Ledger, draft: Policy, moment: int) -> Replay:
    """What a draft would have said of what is on record; writes nothing."""
    [(subjects,)] = held.database.execute("SELECT COUNT(*) FROM subject_judged")
    if subjects > MOST_SUBJECTS:
        return Replay(too_many=subjects)
    # Loading DuckDB takes a second, which no other page of these has a use for.
    from changeproof.checks.what_if import JudgedOtherwise, counted, judged_otherwise

    found = judged_otherwise(held.store, draft, moment)
    first: dict[tuple[str, str, str], JudgedOtherwise] = {}
    for each in found:
        first.setdefault((each.check, each.verdict, each.draft_verdict), each)
    rows = [
        JudgedOtherwiseRow(
            *(check, state(verdict), state(told), number),
            subject=first[check, verdict, told].subject,
            subject_url=subject_url(first[check, verdict, told].subject),
            reason=first[check, verdict, told].draft_reason,
        )
        for check, verdict, told, number in counted(found)
    ]
    return Replay(tuple(rows[:MOST_KINDS]), len(found))


def next_text(held: Ledger, moment: int) -> str:
    """The text to begin a new version from: the highest there is, its number raised."""
    versions = read_versions(held, moment)
    adopted: Sequence[PolicyVersion] = [each for each in versions if each.standing != "proposed"]
    text = held.text(adopted[0].digest) if adopted else None
    if text is None:
        return ""
    number = adopted[0].version
    return text.replace(f"\nversion: {number}\n", f"\nversion: {number + 1}\n", 1)


def _acknowledged(
    held: Ledger, caller: Caller, current: PolicyVersion, moment: int
) -> Acknowledged:
    """People count, whatever their accounts: one of a person's is enough."""
    accounts = [user.account for user in User.objects.filter(is_active=True)]
    holding = [
        account
        for account, roles in holdings_of(accounts, moment).items()
        if allows_somewhere(roles, Permission.POLICY_ACKNOWLEDGE)
    ]
    kinds = kinds_of_accounts(held.store, holding)
    people = {
        account: person
        for account, person in persons_of(holding).items()
        if kinds[account] == "human"
    }
    said = acknowledged_versions(held.store)
    done = {account for account, versions in said.items() if str(current.version) in versions}
    persons = set(persons_of(done).values())
    missing = {person: account for account, person in people.items() if person not in persons}
    return Acknowledged(
        people=len(set(people.values())),
        missing=tuple(sorted(missing.values())),
        is_owed=people.get(caller.account) in missing,
    )


def _standing(row: PolicyInForce, current: PolicyInForce | None, moment: int) -> str:
    if current is not None and row.policy_version == current.policy_version:
        return "in force"
    return "adopted" if row.in_force_from > moment else "was in force"
