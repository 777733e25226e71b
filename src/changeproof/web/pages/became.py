"""When a finding became what it was: one step of its history."""

from dataclasses import dataclass

from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.states import State


@dataclass(frozen=True)
class Became:
    """It became this at a moment, judged by a version of the policy; the entry says so."""

    state: State
    at: int
    policy_version: int
    entry: EntryLink | None
