"""Who said yes, no or something else at the desk, and who took it back."""

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.teller import Teller, first_line, short

_FACTORS = {
    "totp": gettext_noop(", with a code of an authenticator"),
    "webauthn": gettext_noop(", with a passkey"),
    "recovery_codes": gettext_noop(", with a recovery code"),
}


def decisions(teller: Teller) -> Iterator[Moment]:
    """Authorizations, approvals, objections, withdrawals and comments."""
    evidence = teller.evidence
    for authorized in evidence.authorizations:
        yield teller.moment(
            authorized.authorized_at,
            gettext("Authorized"),
            gettext("Work may begin"),
            authorized.account,
            authorized.event,
            note=_in_place(authorized.on_behalf_of),
        )
    yield from _approvals(teller)
    yield from _escalations(teller)
    for declined in evidence.declines:
        content = declined.revision
        what = gettext("Changes asked for") if declined.asks == "changes" else gettext("Declined")
        yield teller.moment(
            declined.declined_at,
            gettext("%(what)s, of `%(content)s`") % {"what": what, "content": short(content)}
            if content
            else what,
            first_line(evidence.texts.get(declined.reason or "", "")),
            declined.account,
            declined.event,
        )
    for withdrawn in evidence.withdrawals:
        kind = (
            gettext("What they said")
            if withdrawn.decision == "approval"
            else gettext("Their authorization")
        )
        yield teller.moment(
            withdrawn.withdrawn_at,
            gettext("%(kind)s was taken back") % {"kind": kind},
            first_line(evidence.texts.get(withdrawn.reason, "")),
            withdrawn.account,
            withdrawn.event,
        )
    for comment in evidence.comments:
        said = evidence.texts.get(comment.text)
        yield teller.moment(
            comment.commented_at,
            gettext("Commented"),
            first_line(said) if said is not None else gettext("The text is no longer kept."),
            comment.account,
            comment.event,
        )


def _escalations(teller: Teller) -> Iterator[Moment]:
    """One moment a step, with all whom it was asked of."""
    rows = teller.evidence.escalations
    for event in dict.fromkeys(row.event for row in rows):
        step = [row for row in rows if row.event == event]
        asked = ", ".join(f"{{{row.account}}}" for row in step if row.account)
        called = step[0].called.replace("_", " ")
        yield teller.moment(
            step[0].escalated_at,
            gettext("No %(decision)s in time") % {"decision": step[0].decision},
            gettext("Asked of %(asked)s") % {"asked": asked}
            if asked
            else gettext("Nobody is %(called)s, whom policy names next") % {"called": called},
            None,
            event,
        )


def _approvals(teller: Teller) -> Iterator[Moment]:
    """Each with what became of it: an approval of a content that has moved on has lapsed."""
    evidence = teller.evidence
    for approved in evidence.approvals:
        content = approved.revision or approved.artifact
        detail = gettext("At the desk%(factor)s") % {
            "factor": gettext(_FACTORS.get(approved.factor or "", ""))
        }
        if evidence.put_in:
            void = not teller.counts(approved.revision)
            detail = gettext("Of a content that was not deployed") if void else detail
        else:
            void = approved.event in evidence.lapsed
            detail = (
                gettext("Lapsed: the content is now %(teller)s") % {"teller": _contents(teller)}
                if void
                else detail
            )
        yield teller.moment(
            approved.approved_at,
            gettext("Approved `%(content)s`") % {"content": short(content)}
            if content
            else gettext("Approved"),
            detail,
            approved.account,
            approved.event,
            note=_in_place(approved.on_behalf_of),
            is_void=void,
        )


def _in_place(absent: str | None) -> str:
    return gettext("in the place of {%(absent)s}") % {"absent": absent} if absent else ""


def _contents(teller: Teller) -> str:
    heads = sorted({work.head for work in teller.evidence.works if work.head})
    return ", ".join(f"`{short(head)}`" for head in heads) or "another"
