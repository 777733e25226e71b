"""What an alert says: of a change that nobody authorized, or of deliveries nobody could read.

A case's name says what it is about: `case:CHANGE`, or `quarantine:UNTIL`.
"""

from dataclasses import dataclass

QUARANTINE = "quarantine:"


@dataclass(frozen=True, slots=True)
class Message:
    """One alert: a line, some more, and the same as data. `base` is the server's address."""

    title: str
    text: str
    data: dict[str, str]


def message_of(case: str, subject: str, base: str) -> Message:
    """The message about a case; of a quarantine the subject says how much came from where."""
    if case.startswith(QUARANTINE):
        see = f"{base}/sources#quarantine"
        return Message(
            "Changeproof: deliveries came that could not be read",
            f"{subject}\nThey are kept whole; what turns on them is not verifiable until they are"
            f" read.\nSee     {see}\n",
            {"case": case, "sign": "quarantine", "said": subject, "see": see},
        )
    see = f"{base}/changes/{subject}"
    return Message(
        "Changeproof: a change was deployed that nobody authorized",
        f"Change  {subject}\nCase    {case}\nSee     {see}\n",
        {"case": case, "change": subject, "sign": "unauthorized_deployment", "see": see},
    )
