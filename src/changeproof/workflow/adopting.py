"""What the policy and the control matrix share: two people, higher versions, ahead of time."""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.accounts.asked_roles import second_persons
from changeproof.accounts.permissions import persons_of
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.store import Store
from changeproof.workflow.asked_roles import MACHINE, is_machine
from changeproof.workflow.parts import broken_glass, humans_among, kind_of_account, named
from changeproof.workflow.rulings import MayNot


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A text of the company that comes into force by two people; `command` proposes it."""

    name: str
    what_for: str
    command: str

    def refused(self, where: str, why: str, cure: str) -> Refusal:
        """What a caller raises."""
        return Refusal(f"The {self.name} was not taken.", where=where, why=why, cure=cure)

    def require_higher(self, version: int, highest: int, where: str) -> None:
        """Raises Refusal unless the version is above the highest that was adopted."""
        if version <= highest:
            why = f"version {highest} was adopted already, and versions only go up"
            raise self.refused(where, why, f"Write `version: {highest + 1}` into the file.")

    def require_ahead(self, in_force_from: int, latest: int, at: int) -> None:
        """Raises Refusal unless it begins from `at` on, and not before the latest adopted one."""
        if in_force_from < at:
            raise self.refused(
                "in force",
                f"that time is over, and no {self.name} {self.what_for} before it was adopted",
                "Name a time that is still to come, with room for the second person.",
            )
        if in_force_from < latest:
            why = f"a {self.name} that begins later than that was adopted already"
            raise self.refused("in force", why, "Name a later time.")

    def require_second(self, store: Store, actor: str, proposed_by: str | None, where: str) -> None:
        """Raises MayNot for whoever put it forward, whatever account they use; for a program; and
        where one of the two broke the glass, or is the machine's own account although two
        administrators could do it, for nobody knows whose second account that is."""
        people = persons_of([actor, proposed_by or ""])
        broke = broken_glass(store, list(people)) or _machine_among_two(store, list(people))
        why, kind = "", kind_of_account(store, actor)
        if people[actor] == people[proposed_by or ""]:
            why = f"{named([actor])} put it forward; a second person adopts it"
        elif kind != "human":
            why = f"{named([actor])} is declared as a {kind}, and a human decides"
        elif broke:
            why = broke
        if why:
            raise MayNot(
                f"The {self.name} was not adopted.",
                where=where,
                why=why,
                cure="Ask another administrator."
                if not broke
                else "Have two administrators do it, each in their own name.",
            )

    def unproposed(self, version: int, proposed: set[int]) -> Refusal:
        """What a caller raises where nobody put this version forward."""
        known = ", ".join(map(str, sorted(proposed)))
        told = f"Proposed: {known}. " if known else ""
        cure = f"{told}Propose it first: {self.command} FILE --in-force TIME"
        return self.refused(f"version {version}", "nobody has proposed it", cure)

    def text_gone(self, where: str) -> Refusal:
        """What a caller raises where the proposal's text was removed from the contents."""
        why = "its text is no longer kept"
        return self.refused(where, why, f"Propose it again: {self.command} FILE")


def _machine_among_two(store: Store, accounts: Collection[str]) -> str:
    """Why the machine's account is none of the two where two administrators could be (decision
    18); empty where there are no two, or neither is the machine."""
    able = humans_among(store, second_persons(store))
    if len(set(persons_of(able).values())) < 2 or not any(map(is_machine, accounts)):
        return ""
    return MACHINE


def kept(digest: str | None) -> str:
    """The digest of a text that was put into the contents; an empty one is not put there."""
    return digest if digest is not None else sha256_hex(b"")
