"""Plans (`terraform show -json`) → what each resource may be set to, or was set to.

https://developer.hashicorp.com/terraform/internals/json-format
A plan says neither who approved it nor whether it was applied: the operator states `approved_by`
and `approved_at`, or `applied_at` and `applied_by`, beside the file, and the `run` or `change`
that it belongs to. Without an approver it authorizes nothing that counts; with one and without a
`change`, the run is the change that was asked for and authorized.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.events.production_acts import ItemAuthorized, ProductionActed
from changeproof.events.requests import ChangeAuthorized, ChangeRequested
from changeproof.sources.clouds.aws_items import names_of_resource
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.facts import Gathered, inside, listed, option, text
from changeproof.sources.fingerprints import content_digest, sealed_where
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, optional_time
from changeproof.sources.terraform.shape import PLACE, first_value, one_object, place
from changeproof.sources.times import microseconds

_NOTHING = frozenset({"no-op", "read", "forget"})


def translate_plan(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    plan = one_object(delivery)
    if "format_version" not in plan or not plan.keys() & {"planned_values", "resource_changes"}:
        raise MalformedPayload("it is no plan", where="planned_values")
    reading = Reading("terraform", delivery, pseudonyms)
    gathered = Gathered(reading, "terraform.plan")
    for resource in listed(plan, "resource_changes"):
        if not text(resource, "address", most=10_000):
            raise MalformedPayload("a resource has no address", where="resource_changes")
        actions = set(map(str, listed(resource, "change", "actions")))
        if actions <= _NOTHING:
            gathered.passed_over("a resource that stays as it is")
        else:
            gathered.add(_set(reading, plan, resource))
    if gathered.events and not option(delivery, "applied_at"):
        gathered.add(_authorized(reading))
    for resource in listed(plan, "resource_drift"):
        gathered.add(_drift(reading, plan, resource))
    if not gathered.events and not gathered.passed:
        gathered.passed_over("a plan that touches no resource")
    return gathered.translation()


def _named_change(reading: Reading) -> str:
    """The change or run that a plan is for; alone, it stands for itself."""
    delivery = reading.delivery
    if change := option(delivery, "change"):
        return change
    run = option(delivery, "run")
    return f"terraform:run/{run}" if run else f"terraform:plan/{delivery.digest}"


def _authorized(reading: Reading) -> Iterator[Event]:
    """The run as a change of its own, where somebody approved it and no other is named."""
    approver = _stated(reading, "approved_by")
    if approver.account is None or option(reading.delivery, "change"):
        return
    header = reading.header(
        optional_time(option(reading.delivery, "approved_at"), "approved_at"), actor=approver
    )
    change = _named_change(reading)
    system = place(reading.delivery, "terraform")["system"]
    yield ChangeRequested(
        **{**header, "actor": None}, change=change, system=system, kind="infrastructure"
    )
    yield ChangeAuthorized(**header, change=change)


def _stated(reading: Reading, name: str) -> Identity:
    account = option(reading.delivery, name)
    return Identity(account, None) if account else NOBODY


def _set(reading: Reading, plan: dict[str, Any], resource: Any) -> Iterator[Event]:
    delivery = reading.delivery
    before, after = (_content(resource, side, reading.pseudonyms) for side in ("before", "after"))
    unknown = _any_true(inside(resource, "change", "after_unknown"))
    digests: dict[str, Any] = {
        "before_digest": content_digest(before),
        "after_digest": None if unknown else content_digest(after),
        "executed_digest": content_digest(
            {"actions": listed(resource, "change", "actions"), "before": before, "after": after}
        ),
    }
    address = text(resource, "address") or ""
    where = place(delivery, "terraform")
    if applied := option(delivery, "applied_at"):
        at = optional_time(applied, "applied_at")
        yield ProductionActed(
            **reading.header(at, actor=_stated(reading, "applied_by")),
            act=f"terraform:{delivery.digest}/{address}"[:500],
            **where,
            kind="infrastructure",
            item=address,
            change=_named_change(reading),
            after_fields=None if unknown else fields_of(reading, after),
            **digests,
        )
        return
    stated = option(delivery, "approved_at") or text(plan, "timestamp")
    at = microseconds(stated) if stated else None
    names = names_of_resource(
        text(resource, "type") or "",
        reading.pseudonyms,
        inside(resource, "change", "before"),
        inside(resource, "change", "after"),
    )
    by_call = {**digests, "executed_digest": None}  # a call of the provider is no change of a plan
    for item, allowed in ((address, digests), *((name, by_call) for name in names)):
        yield ItemAuthorized(
            **reading.header(at, actor=_stated(reading, "approved_by")),
            change=_named_change(reading),
            **where,
            item=item,
            **allowed,
        )


def _content(resource: Any, side: str, pseudonyms: Pseudonyms) -> Any:
    """What the resource holds before or after, with sealed secrets; null where it is not there."""
    held = inside(resource, "change", side)
    return sealed_where(held, inside(resource, "change", f"{side}_sensitive"), pseudonyms)


def _any_true(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_any_true, value.values()))
    if isinstance(value, list):
        return any(map(_any_true, value))
    return value is True


def _drift(reading: Reading, plan: dict[str, Any], resource: Any) -> Iterator[Event]:
    """What differs from what was last applied."""
    stated = text(plan, "timestamp")
    address = text(resource, "address") or "resource"
    now = content_digest(_content(resource, "after", reading.pseudonyms))
    yield DetectionRaised(
        **reading.header(microseconds(stated) if stated else None),
        detection=f"terraform:{address[:400]}/{now}",
        system=place(reading.delivery, "terraform")["system"],
        kind=f"drift: {address}"[:500],
    )


def _fits(glimpse: Glimpse) -> bool:
    value = first_value(glimpse)
    return (
        isinstance(value, dict)
        and "format_version" in value
        and bool(value.keys() & {"planned_values", "resource_changes"})
    )


PLANS = Kind(
    "terraform-plan",
    "Terraform plans",
    translate_plan,
    _fits,
    aliases=("opentofu-plan",),
    json=False,
    of_record=True,
    options=(*PLACE, "change", "run", "approved_by", "approved_at", "applied_by", "applied_at"),
    confidential=always,
)
