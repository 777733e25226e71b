"""The standard changes that a policy approves beforehand: which there are, on which conditions."""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.events.refusal import Refusal
from changeproof.ledger.policy_read import rules_at
from changeproof.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of change that is approved beforehand; an empty tuple allows all."""

    id: str
    systems: tuple[str, ...]
    authors: tuple[str, ...]
    kinds: tuple[str, ...]
    areas: tuple[str, ...]
    tests_required: bool
    back_out: str

    @property
    def conditions(self) -> str:
        """What must hold of a change that takes it, in one sentence; accounts as placeholders."""
        limits = [
            f"systems {', '.join(self.systems)}" if self.systems else "any system",
            f"files of {', '.join(self.areas)} alone" if self.areas else "any file",
        ]
        if self.kinds:
            limits.append(f"{' or '.join(self.kinds)} alone")
        if self.authors:
            limits.append(f"written by {' or '.join(f'{{{each}}}' for each in self.authors)}")
        if self.tests_required:
            limits.append("its tests passed")
        return f"{', '.join(limits)}. Back-out: {self.back_out.rstrip('.')}."


def templates_at(store: Store, at: int) -> tuple[Template, ...]:
    """The templates of the policy in force at `at`, in the order of its text."""
    return tuple(
        Template(
            id=parts["id"][0],
            systems=parts.get("system", ()),
            authors=parts.get("author", ()),
            kinds=parts.get("kind", ()),
            areas=parts.get("area", ()),
            tests_required=parts.get("tests_required", ("true",)) == ("true",),
            back_out=parts.get("back_out", ("",))[0],
        )
        for _, parts in rules_at(store, at, "standard_change")
    )


def template_for(store: Store, at: int, name: str, systems: Collection[str], kind: str) -> Template:
    """The template of this name. Raises Refusal where there is none or it does not cover this.

    What the work touches is judged when it is there: `checks/views/standard_template.sql`.
    """
    known = {each.id: each for each in templates_at(store, at)}
    template = known.get(name)
    if template is None:
        raise _outside(
            "the policy in force has no such standard change",
            f"Choose one of: {', '.join(known)}." if known else "Request a normal change.",
        )
    beyond = sorted(set(systems) - set(template.systems)) if template.systems else []
    if beyond:
        raise _outside(f"{name} does not cover the system {beyond[0]}", "Request a normal change.")
    if template.kinds and kind not in template.kinds:
        raise _outside(f"{name} does not cover the kind {kind}", "Request a normal change.")
    return template


def _outside(why: str, cure: str) -> Refusal:
    return Refusal("The change was not requested.", where="template", why=why, cure=cure)
