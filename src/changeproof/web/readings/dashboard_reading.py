"""The dashboard: what is open, what needs somebody, check by check, the year, the sources."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from changeproof.alerts.health import read_health
from changeproof.alerts.needed import RESOLVE, awaited_act
from changeproof.ledger.access import AccessEnd, AccessGrant
from changeproof.ledger.access_reviews import AccessReview, AccessReviewDecision
from changeproof.ledger.documents import (
    DocumentInForce,
    DocumentReader,
    DocumentReview,
    DocumentVersion,
)
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.receipts import Recovery, Silence, SourceCoverage
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import HOW_MANY_WAIT, Ledger
from changeproof.ledger.waivers import Waiver, WaiverEnd, WaiverRefusal, WaiverRequest
from changeproof.web.counting import count, thousands
from changeproof.web.pages.dashboard_page import Asked, DashboardPage, Waiting
from changeproof.web.readings.catalogue import check_groups, checks_by_id
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.check_subjects import subject_words
from changeproof.web.readings.desk.cures import RESOLVING, act_of, acts_of_each
from changeproof.web.readings.falling_due import read_falling_due
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.open_items import (
    Deadline,
    OpenCase,
    OpenDeviation,
    OpenItems,
    read_open_items,
)
from changeproof.web.readings.population import asked_period, default_period, read_population
from changeproof.web.readings.protections import read_protections
from changeproof.web.readings.reasons import due_of, parted
from changeproof.web.readings.sources_reading import read_source_rows
from changeproof.web.states import state
from changeproof.web.times import DAY, duration
from changeproof.web.visibility import Systems

_DEVIATIONS = 6  # rows of each kind under "Needs somebody now"
_BLIND = 3
_DEADLINES = 4
_NEVER = 2**63
_REGISTERS = (
    *(WaiverRequest, Waiver, WaiverRefusal, WaiverEnd),
    *(AccessGrant, AccessEnd, AccessReview, AccessReviewDecision),
    *(DocumentVersion, DocumentInForce, DocumentReview, DocumentReader),
    *(Silence, Recovery, Protection, SourceCoverage),
)
"""Small tables that its parts read whole."""
NOTHING_ASKED = Asked()


def read_dashboard(
    held: Ledger, moment: int, visible: Systems, asked: Asked = NOTHING_ASKED
) -> DashboardPage:
    """The page as of `moment`, of the systems that may be seen, or of the one asked for."""
    held.database.ask_together([*map(held.store.asked_all, _REGISTERS), HOW_MANY_WAIT])
    period = asked_period(asked.month, moment) or default_period(held, moment)
    known = read_population(held, period, visible).named_systems
    systems = frozenset({asked.system}) if asked.system in known else visible
    due, due_total, due_kinds = read_falling_due(held, moment, systems)
    found = read_population(held, period, systems)
    checks = checks_by_id()
    opened = read_open_items(held, found, list(checks), moment, systems)
    waiting, total = _waiting(held, opened, moment)
    by_check = opened.by_check()
    return DashboardPage(
        period_start=period.start,
        period_end=min(period.end, moment),
        changes=found.changes,
        systems=len(found.named_systems),
        changes_with_deviation=found.with_deviation,
        changes_not_verifiable=found.not_verifiable,
        asked=asked,
        known_systems=tuple(sorted(known)),
        due=due,
        due_total=due_total,
        due_kinds=due_kinds,
        waiting=waiting,
        waiting_total=total,
        open_changes=len(opened.deviations),
        open_around=len(opened.around),
        open_not_verifiable=len(opened.blind),
        open_pending=len(opened.deadlines),
        signs_raised=tuple(
            check_name(check).number or check_name(check).name
            for check in sorted(opened.raised, key=lambda each: check_name(each).order)
        ),
        checks=len(checks),
        signs=sum(1 for check in checks.values() if check.matter.is_sign),
        groups=check_groups(found, by_check, list(checks.values())),
        months=found.months,
        sources=read_source_rows(held, moment),
        protections=read_protections(held, period, moment),
        alerts=read_health(),
        unjudged=held.waiting(),
    )


def mentioned(page: DashboardPage) -> tuple[list[str], list[str]]:
    """The accounts on the page, and the texts that may mention some."""
    accounts = [item.who for item in page.waiting] + [row.by for row in page.protections]
    accounts += [row.who for row in page.due if row.who]
    texts = [text for item in page.waiting for text in (item.detail, item.to_do)]
    return accounts, texts


def _waiting(held: Ledger, opened: OpenItems, moment: int) -> tuple[tuple[Waiting, ...], int]:
    shown = opened.deviations[:_DEVIATIONS]
    deadlines = opened.deadlines[:_DEADLINES]
    names = [*(row.subject for row in shown), *(row.subject for row in deadlines)]
    titles = _titles(held, names)
    reasons = _reasons(held, [*(row.subject for row in shown), *(s for s, _ in opened.around)])
    cases = {case.subject: case for case in opened.cases}
    rows = [
        *_deviating(held, shown, titles, reasons, cases, moment),
        *_around(opened.around, reasons),
        *_unseen(held, opened),
        *_due(held, deadlines, titles, moment),
    ]
    total = opened.deviating + len(opened.blind) + len(opened.deadlines)
    return tuple(rows), total


def _deviating(
    held: Ledger,
    shown: Sequence[OpenDeviation],
    titles: dict[str, str],
    reasons: dict[tuple[str, str], str],
    cases: dict[str, OpenCase],
    moment: int,
) -> Iterator[Waiting]:
    possible = acts_of_each(held, [row.subject for row in shown])
    for row in shown:
        check = row.checks[0]
        said = parted(reasons.get((row.subject, check), ""))
        more = len(row.checks) - 1
        case = cases.get(row.subject)
        name = check_name(check)
        detail = f"{name.number} {name.name}: {said.what}"
        if more:
            detail += ngettext(
                " And %(number)s further deviation.", " And %(number)s further deviations.", more
            ) % {"number": thousands(more)}
        # The link does what the text says, or there is none.
        wanted = RESOLVE if case else act_of(said.cure)
        act = possible[row.subject].get(wanted) if wanted else None
        yield Waiting(
            state=state("deviation"),
            title=titles[row.subject],
            detail=detail,
            to_do=RESOLVING if case else said.to_do or gettext("Look at it"),
            url=reverse("change", args=[row.subject]),
            to_do_url=act.url if act is not None else "",
            when=_open_for(row.deployed_at, moment),
            when_at=row.deployed_at,
        )


def _around(
    found: Sequence[tuple[str, str]], reasons: dict[tuple[str, str], str]
) -> Iterator[Waiting]:
    for subject, check in found:
        said = parted(reasons.get((subject, check), ""))
        yield Waiting(
            state=state("deviation"),
            title=f"{check_name(check).name}: {subject_words(subject)}",
            detail=said.what,
            to_do=said.to_do,
            url=reverse("check", args=[check]),
        )


def _reasons(held: Ledger, subjects: Sequence[str]) -> dict[tuple[str, str], str]:
    """What was said of these subjects, by subject and check."""
    return {
        (row.subject, row.check_id): row.reason
        for row in held.store.by(Finding, "subject", subjects)
    }


def _unseen(held: Ledger, opened: OpenItems) -> Iterator[Waiting]:
    """One cause a line, with the reason of one change that it hides."""
    for cause in opened.blind[:_BLIND]:
        name = check_name(cause.check)
        check = checks_by_id().get(cause.check)
        subject = check.matter.subject if check is not None else "change"
        rows = held.database.execute(
            # From the newest change on: a few looks, where a sort would read them all.
            "SELECT f.reason FROM subject_judged AS s CROSS JOIN finding AS f"
            " WHERE s.system = ? AND f.subject = s.subject AND f.check_id = ?"
            " AND f.verdict = 'not_verifiable' ORDER BY s.listed_at DESC LIMIT 1",
            (cause.system, cause.check),
        )
        said = parted(str(rows[0][0])) if rows else parted("")
        yield Waiting(
            state=state("not_verifiable"),
            title=f"{name.number} {name.name}".strip()
            + (gettext(" in %(system)s") % {"system": cause.system} if cause.system else ""),
            detail=said.what
            if subject in ("system", "organisation")
            else gettext("%(counted)s. The newest: %(what)s")
            % {"counted": count(cause.changes, subject), "what": said.what},
            to_do=said.to_do or gettext("See the sources"),
            url=f"{reverse('changes')}?system={cause.system}&verdict=not_verifiable"
            if subject == "change"
            else reverse("check", args=[cause.check]),
            to_do_url=reverse("sources"),
        )


def _due(
    held: Ledger, deadlines: Sequence[Deadline], titles: dict[str, str], moment: int
) -> Iterator[Waiting]:
    acts = acts_of_each(held, [row.subject for row in deadlines])
    pending: dict[str, list[Finding]] = {}
    for finding in held.store.by(Finding, "subject", [row.subject for row in deadlines]):
        if finding.verdict == "pending":
            pending.setdefault(finding.subject, []).append(finding)
    for row in deadlines:
        stated = {
            each.check_id: due_of(each.reason, row.due_at) for each in pending.get(row.subject, ())
        }
        # First what falls due first; what waits for no time at all comes last.
        found = sorted(
            pending.get(row.subject, ()),
            key=lambda each: (stated[each.check_id] or _NEVER, each.check_id),
        )
        said = parted(found[0].reason) if found else parted("")
        due = stated[found[0].check_id] if found else None
        possible = acts[row.subject]
        asked = (awaited_act(each.check_id, each.reason) for each in found)
        act = next((possible[each] for each in asked if each in possible), None)
        yield Waiting(
            state=state("pending", due=due),
            title=titles[row.subject],
            detail=said.what,
            to_do=act.label
            if act is not None
            else said.to_do or gettext("Wait for its deployment"),
            url=reverse("change", args=[row.subject]),
            to_do_url=act.url if act is not None else "",
            when=gettext("in %(due)s") % {"due": duration(due - moment)} if due is not None else "",
            when_at=due,
        )


def _titles(held: Ledger, names: Sequence[str]) -> dict[str, str]:
    changes = {row.change_id: row for row in held.store.by(Change, "change_id", names)}
    texts = held.texts({row.title for row in changes.values() if row.title})
    return {
        name: title_of(texts.get(changes[name].title or "") if name in changes else None, name)
        for name in names
    }


def _open_for(since: int | None, moment: int) -> str:
    """`open 2 d 11 h`; hours stop to matter after a week."""
    if since is None:
        return ""
    length = moment - since
    return f"open {duration(length - length % DAY if length > 7 * DAY else length)}"
