"""How every act of a person is answered: recorded in the caller's name, or refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Schema, Status

from changeproof.api.asking import caller
from changeproof.ledger.service import Ledger, ledger
from changeproof.workflow.recording import Done

Command = TypeVar("Command")


class DoneOut(Schema):
    """What came of an act, and where the log holds it."""

    change: str
    event: str
    entry: int
    occurred_at: int
    name: str
    note: str

    @staticmethod
    def of(done: Done) -> "DoneOut":
        return DoneOut(
            change=done.change,
            event=done.event,
            entry=done.entry,
            occurred_at=done.occurred_at,
            name=done.name,
            note=done.note,
        )


CREATED: dict[int, Any] = {201: DoneOut}


def recorded(
    request: HttpRequest, act: Callable[[Ledger, str, Command], Done], command: Command
) -> Status[DoneOut]:
    """201 with what came of it. Raises what the act raises."""
    return Status(201, DoneOut.of(act(ledger(), caller(request).account, command)))
