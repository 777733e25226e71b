"""system describe, list: the register of systems."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from changeproof.cli.desk import Actor, perform_act
from changeproof.cli.exits import refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory
from changeproof.cli.output import print_json, print_table, stderr
from changeproof.events.refusal import WrongUsage

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.ledger.systems_read import DescribedSystem
    from changeproof.workflow.recording import Done
    from changeproof.workflow.registering import Environment

group = typer.Typer(no_args_is_help=True, help="Systems: whose they are, what they rest on.")
NOTHING = "none"
"""The word that empties a list or takes an owner away."""
_LISTS = {
    "objectives": "objective",
    "data_classes": "data_class",
    "categories": "category",
    "depends_on": "depends_on",
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="system")


@group.command()
def describe(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="As your sources call it.")],
    owner: Annotated[str | None, typer.Option(help="An e-mail address or account; none.")] = None,
    objective: Annotated[
        list[str] | None, typer.Option(help="What it must achieve; repeatable; none.")
    ] = None,
    data_class: Annotated[
        list[str] | None, typer.Option(help="Data it holds; repeatable; none.")
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option(help="availability, confidentiality, privacy; repeatable; none."),
    ] = None,
    depends_on: Annotated[
        list[str] | None, typer.Option(help="A system that it rests on; repeatable; none.")
    ] = None,
    environment: Annotated[
        list[str] | None,
        typer.Option(help="NAME=PURPOSE, or NAME=PURPOSE@BOUNDARY; repeatable."),
    ] = None,
    version_pattern: Annotated[
        str | None, typer.Option(help="Such as app-{version}-{revision}; none.")
    ] = None,
    in_scope: Annotated[
        bool | None, typer.Option("--in-scope/--out-of-scope", help="Of the audit.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Describe a system, new or anew; what is not named stays as it was."""
    lists = {
        "objectives": objective,
        "data_classes": data_class,
        "categories": category,
        "depends_on": depends_on,
    }
    words = {"owner": owner, "version_pattern": version_pattern}

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.ledger.systems_read import described_systems
        from changeproof.workflow.registering import DescribeSystem, describe_system

        places = tuple(_environment(each) for each in environment or ())
        before = next(iter(described_systems(ledger.store, [system])), None)
        said: dict[str, Any] = _as_before(before)
        said.update({name: _listed(each) for name, each in lists.items() if each is not None})
        said.update({name: _word(each) for name, each in words.items() if each is not None})
        if in_scope is not None:
            said["in_scope"] = in_scope
        command = DescribeSystem(system=system, environments=places, **said)
        return describe_system(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command("list")
def list_systems(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """The systems that are described."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.systems_read import described_systems

        found = described_systems(ledger.store)
        if as_json:
            for each in found:
                print_json(_as_json(each))
            return
        if not found:
            stderr.print("No system is described. Describe one: changeproof system describe")
            return
        print_table(
            f"{len(found):,} described, by name",
            ("System", "Owner", "Data", "Runs in", "Rests on"),
            [
                (
                    each.record.system,
                    each.record.owner or "",
                    ", ".join(each.listed("data_class")),
                    ", ".join(place.environment for place in each.environments),
                    ", ".join(each.listed("depends_on")),
                )
                for each in found
            ],
        )


def _as_before(before: "DescribedSystem | None") -> dict[str, Any]:
    if before is None:
        return {}
    record = before.record
    return {
        "owner": record.owner,
        "in_scope": bool(record.in_scope),
        "version_pattern": record.version_pattern,
        "based_on": record.event,
        **{name: before.listed(kind) for name, kind in _LISTS.items()},
    }


def _as_json(each: "DescribedSystem") -> dict[str, Any]:
    said = _as_before(each)
    said["description"] = said.pop("based_on")
    places = [
        {"environment": place.environment, "purpose": place.purpose, "boundary": place.boundary}
        for place in each.environments
    ]
    return {"system": each.record.system, **said, "environments": places}


def _listed(named: list[str]) -> tuple[str, ...]:
    return () if [each.lower() for each in named] == [NOTHING] else tuple(named)


def _word(text: str) -> str | None:
    return None if text.lower() == NOTHING else text


def _environment(text: str) -> "Environment":
    from changeproof.workflow.registering import PURPOSES, Environment

    name, _, rest = text.partition("=")
    purpose, _, boundary = rest.partition("@")
    for each in PURPOSES:
        if each == purpose.strip().lower() and name.strip():
            return Environment(name.strip(), each, boundary.strip() or None)
    raise WrongUsage(
        "The environment was not understood.",
        where=text[:200],
        why="it does not say what it is for",
        cure=f"Write it like live=production@aws:123. It is for one of: {', '.join(PURPOSES)}.",
    )
