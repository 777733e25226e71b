"""States, as `terraform show -json` prints them and as Terraform keeps them → what stands.

https://developer.hashicorp.com/terraform/internals/json-format#state-representation
A state tells no time at which it was looked at; `observed_at` may be stated beside the file.
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import StateObserved
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.facts import Gathered, inside, listed, option, text
from changeproof.sources.fingerprints import content_digest, sealed_where
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, optional_time
from changeproof.sources.terraform.shape import PLACE, first_value, one_object, place


def translate_state(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    state = one_object(delivery)
    reading = Reading("terraform", delivery, pseudonyms)
    gathered = Gathered(reading, "terraform.state")
    if "provider_schemas" in state:
        gathered.passed_over("schemas of providers tell of nothing that stands")
    elif _are_outputs(state):
        gathered.passed_over("outputs alone name no resource")
    elif "lineage" in state:
        found = _kept(state)
    elif "format_version" in state:
        found = _shown(inside(state, "values", "root_module"))
    else:
        raise MalformedPayload("it is no state", where="format_version")
    if not gathered.passed:
        at = optional_time(option(delivery, "observed_at"), "observed_at")
        where = place(delivery, "terraform")
        for address, values, secret in found:
            content = sealed_where(values, secret, pseudonyms)
            gathered.add(
                [
                    StateObserved(
                        **reading.header(at),
                        **where,
                        item=address[:500],
                        digest=content_digest(content),
                        fields=fields_of(reading, content),
                    )
                ]
            )
        if not gathered.events:
            gathered.passed_over("a state without resources")
    return gathered.translation()


def _shown(module: Any) -> Iterator[tuple[str, Any, Any]]:
    """Address, values and which of them are secret, of every managed resource."""
    for resource in listed(module, "resources"):
        address = text(resource, "address", most=10_000)
        if not address:
            raise MalformedPayload("a resource has no address", where="values.root_module")
        if text(resource, "mode") != "data":
            yield address, inside(resource, "values"), inside(resource, "sensitive_values")
    for child in listed(module, "child_modules"):
        yield from _shown(child)


def _kept(state: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The same of the file that Terraform keeps (version 4)."""
    for resource in listed(state, "resources"):
        kind, name = text(resource, "type"), text(resource, "name")
        if not kind or not name:
            raise MalformedPayload("a resource has no type and name", where="resources")
        if text(resource, "mode") == "data":
            continue
        module = text(resource, "module")
        address = f"{module}.{kind}.{name}" if module else f"{kind}.{name}"
        for instance in listed(resource, "instances"):
            key = inside(instance, "index_key")
            index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
            steps = [text(path, 0, "value") for path in listed(instance, "sensitive_attributes")]
            secret = {step: True for step in steps if step}
            yield address + index, inside(instance, "attributes"), secret


def _are_outputs(state: dict[str, Any]) -> bool:
    return bool(state) and all(
        isinstance(value, dict) and value.keys() >= {"sensitive", "value", "type"}
        for value in state.values()
    )


def _fits(glimpse: Glimpse) -> bool:
    value = first_value(glimpse)
    if not isinstance(value, dict) or value.keys() & {"planned_values", "resource_changes"}:
        return False
    return (
        value.keys() >= {"lineage", "serial"}
        or (
            "format_version" in value
            and bool(value.keys() & {"values", "provider_schemas", "terraform_version"})
        )
        or _are_outputs(value)
    )


STATES = Kind(
    "terraform-state",
    "Terraform states",
    translate_state,
    _fits,
    aliases=("tfstate", "opentofu-state"),
    json=False,
    options=(*PLACE, "observed_at"),
    confidential=always,
)
