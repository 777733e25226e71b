"""What the gate answered about a change's content, and who was told of its cases."""

from collections.abc import Iterator

from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.teller import Teller, short


def at_gate(teller: Teller) -> Iterator[Moment]:
    for answer in teller.evidence.gate_answers:
        content = short(answer.artifact or answer.revision)
        verb = "let it through" if answer.answer == "allow" else "held it back"
        yield teller.moment(
            answer.answered_at,
            f"The gate {verb}",
            f"`{content}` to {answer.environment}",
            answer.account,
            answer.event,
        )


def told_of(teller: Teller) -> Iterator[Moment]:
    for alert in teller.evidence.alerts:
        sent = alert.outcome == "sent"
        yield teller.moment(
            alert.sent_at,
            f"Alert sent by {alert.channel}" if sent else f"Alert by {alert.channel} given up",
            "" if sent else "Nobody was reached; every attempt failed",
            None,
            alert.event,
        )
