"""How one control matrix differs from another: which controls came, went, or say otherwise."""

from dataclasses import dataclass
from typing import Literal

from changeproof.policy.controls import Control, ControlMatrix


@dataclass(frozen=True, slots=True)
class ControlDifference:
    """One control that differs; `part` names what, such as "owner". Texts are as people read."""

    control: str
    kind: Literal["added", "removed", "changed"]
    part: str = ""
    before: str = ""
    after: str = ""


def controls_differences(
    before: ControlMatrix, after: ControlMatrix
) -> tuple[ControlDifference, ...]:
    """What the second says otherwise than the first, in the order of their controls."""
    old = {control.id: control for control in before.controls}
    new = {control.id: control for control in after.controls}
    found = [
        ControlDifference(each.id, "removed", before=each.wording)
        for each in before.controls
        if each.id not in new
    ]
    for each in after.controls:
        held = old.get(each.id)
        if held is None:
            found.append(ControlDifference(each.id, "added", after=each.wording))
        else:
            found += [
                ControlDifference(each.id, "changed", part.replace("_", " "), was, now)
                for part in Control.model_fields
                if (was := _words(held, part)) != (now := _words(each, part))
            ]
    return tuple(found)


def _words(control: Control, part: str) -> str:
    value = getattr(control, part)
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
