"""What the gate answered about a change's content, and who was told of its cases."""

from collections.abc import Iterator

from django.utils.translation import gettext

from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.teller import Teller, short


def at_gate(teller: Teller) -> Iterator[Moment]:
    for answer in teller.evidence.gate_answers:
        content = short(answer.artifact or answer.revision)
        verb = gettext("let it through") if answer.answer == "allow" else gettext("held it back")
        yield teller.moment(
            answer.answered_at,
            gettext("The gate %(verb)s") % {"verb": verb},
            gettext("`%(content)s` to %(environment)s")
            % {"content": content, "environment": answer.environment},
            answer.account,
            answer.event,
        )


def told_of(teller: Teller) -> Iterator[Moment]:
    for alert in teller.evidence.alerts:
        sent = alert.outcome == "sent"
        yield teller.moment(
            alert.sent_at,
            gettext("Alert sent by %(channel)s") % {"channel": alert.channel}
            if sent
            else gettext("Alert by %(channel)s given up") % {"channel": alert.channel},
            "" if sent else gettext("Nobody was reached; every attempt failed"),
            None,
            alert.event,
        )
