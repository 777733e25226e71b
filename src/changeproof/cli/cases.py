"""case list, take, comment, revert, resolve, search, explain, remember, answer, forget, rules."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.exits import named, refusals_exit
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import (
    DEFAULT_DATA,
    AsJson,
    DataDirectory,
    SystemName,
    read_time,
)
from changeproof.cli.output import counted, print_json, print_table, stderr, utc_words
from changeproof.cli.together import perform_several

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done
    from changeproof.workflow.together import Outcome

group = typer.Typer(no_args_is_help=True, help="What somebody must resolve, and the register.")
CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="A case's name, or a change that it is about.")
]
RuleName = Annotated[str, typer.Argument(metavar="RULE", help="Its name, such as RUL-2026-0001.")]
_MOST = 10_000


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="case")


@group.command("list")
def list_cases(
    every: Annotated[bool, typer.Option("--all", help="Those that ended as well.")] = False,
    check: Annotated[str, typer.Option(help="Only this check's.")] = "",
    system: SystemName = None,
    owner: Annotated[str, typer.Option(help="An e-mail address or account, or nobody.")] = "",
    severity: Annotated[str, typer.Option(help="critical, high, medium or low.")] = "",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """The cases, the last opened first: what they are about, who sees to them, how they stand."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.accounts.people import user_named
        from changeproof.checks.loader import checks_of_severity, load_checks
        from changeproof.ledger.cases_listed import NOBODY, SEVERITY, CaseFilter, newest_cases
        from changeproof.ledger.cases_read import cases_of
        from changeproof.ledger.joined import SubjectJudged

        if severity and severity not in SEVERITY:
            raise typer.BadParameter(f'"{severity}" is none of: {", ".join(SEVERITY)}')
        whose = user_named(owner).account if owner not in ("", NOBODY) else owner
        asked = CaseFilter(
            "all" if every else "open",
            check,
            system or "",
            whose,
            severity=severity,
            checks=checks_of_severity(severity),
        )
        severities = {each.id: str(each.matter.severity) for each in load_checks().checks}
        found = cases_of(ledger.store, newest_cases(ledger.store, asked, None, None, _MOST))
        judged = ledger.store.by(SubjectJudged, "subject", {each.file.subject for each in found})
        where = {row.subject: row.system for row in judged}
        if as_json:
            for case in found:
                print_json(
                    {
                        "case": case.name,
                        "subjects": list(case.every_subject),
                        "check": case.file.check_id,
                        "severity": severities.get(case.file.check_id),
                        "system": where.get(case.file.subject) or None,
                        "state": case.state,
                        "owner": case.owner.owner if case.owner else None,
                        "due_at": case.owner.due_at if case.owner else None,
                        "outcome": case.ended.outcome if case.ended else None,
                        "word_only": case.is_word_only,
                    }
                )
            return
        if not found:
            stderr.print("No case is open.")
            return
        print_table(
            f"{counted(len(found), 'case')}, the last opened first",
            ("Case", "Severity", "System", "Check", "Subjects", "Stands", "Owner", "Opened"),
            [
                (
                    case.name,
                    severities.get(case.file.check_id, "–"),
                    where.get(case.file.subject) or "–",
                    case.file.check_id,
                    f"{len(case.every_subject):,}",
                    f"{case.ending} (word only)"
                    if case.is_word_only
                    else case.ending or case.state,
                    named(f"{{{case.owner.owner}}}") if case.owner else "nobody yet",
                    utc_words(case.file.opened_at),
                )
                for case in found
            ],
        )


@group.command()
def take(
    cases: Annotated[list[str], typer.Argument(metavar="CASE…", help="One or several.")],
    owner: Annotated[str | None, typer.Option(help="An account; default: who acts.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """See to cases, or give them to somebody; by when follows from the policy."""
    if len(cases) > 1:

        def give(ledger: "Ledger", actor: str) -> "Sequence[Outcome]":
            from changeproof.workflow.several import give_cases

            return give_cases(ledger, actor, cases, owner)

        perform_several(data, user, as_json, give)
        return

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.casework import TakeCase, take_case

        return take_case(ledger, actor, TakeCase(cases[0], owner))

    perform_act(data, user, as_json, perform)


@group.command()
def comment(
    case: CaseName,
    text: Annotated[str, typer.Argument(help="What is to be known of it.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say something about a case."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.casework import CommentCase, comment_case

        return comment_case(ledger, actor, CommentCase(case, text))

    perform_act(data, user, as_json, perform)


@group.command()
def revert(
    case: CaseName,
    reason: Reason,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """It is being reverted: the case ends when that has been deployed."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.casework import AwaitRevert, await_revert

        return await_revert(ledger, actor, AwaitRevert(case, reason))

    perform_act(data, user, as_json, perform)


@group.command()
def resolve(
    case: CaseName,
    outcome: Annotated[str, typer.Argument(help="linked, adopted_late, reverted or false_alarm.")],
    reason: Reason,
    linked: Annotated[str | None, typer.Option(help="The change that explains it.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say how a case ended; the verdict at deployment stays."""
    _one_of("OUTCOME", outcome, ("linked", "adopted_late", "reverted", "false_alarm"))

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.closing import ResolveCase, resolve_case

        command = ResolveCase(case, cast(Any, outcome), reason, linked)
        return resolve_case(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command()
def search(
    case: CaseName,
    system: SystemName = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Look for the like of a case's deviations; query and hits are recorded."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.casework import SearchLike, search_like

        return search_like(ledger, actor, SearchLike(case, system))

    perform_act(data, user, as_json, perform)


@group.command()
def explain(
    case: CaseName,
    cause: Annotated[
        str, typer.Option(help="design_gap, error, omission, override, tool_failure or intent.")
    ],
    extent: Annotated[str, typer.Option(help="isolated, not_isolated or unknown.")],
    because: Annotated[str, typer.Option(help="What shows that this was why.")],
    exposure: Annotated[str | None, typer.Option(help="What could have come of it.")] = None,
    effect: Annotated[str | None, typer.Option(help="What did come of it.")] = None,
    control: Annotated[str | None, typer.Option(help="The control that mitigated it.")] = None,
    control_test: Annotated[str | None, typer.Option(help="How that was tested.")] = None,
    response: Annotated[
        str | None, typer.Option(help="Management's response; examined by nobody.")
    ] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Fill in the deviation register; "isolated" needs a search before."""
    causes = ("design_gap", "error", "omission", "override", "tool_failure", "intent")
    _one_of("--cause", cause, causes)
    _one_of("--extent", extent, ("isolated", "not_isolated", "unknown"))

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.casework import ExplainDeviation, explain_deviation

        said = (exposure, effect, control, control_test, response)
        command = ExplainDeviation(case, cast(Any, cause), cast(Any, extent), because, *said)
        return explain_deviation(ledger, actor, command)

    perform_act(data, user, as_json, perform)


@group.command()
def remember(
    case: CaseName,
    check: Annotated[str, typer.Option(help="The check whose findings are to open no case.")],
    ends: Annotated[str, typer.Option(help="Until when.")],
    reason: Reason,
    system: SystemName = None,
    path: Annotated[str | None, typer.Option(help="A pattern of areas or items.")] = None,
    account: Annotated[str | None, typer.Option(help="A pattern of accounts.")] = None,
    owner: Annotated[str | None, typer.Option(help="An account; default: who acts.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Ask that the like of a case opens none for a time; somebody else approves."""
    with refusals_exit():
        end = read_time(ends)

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.remembering import RequestRule, request_rule

            command = RequestRule(case, check, end or 0, reason, system, path, account, owner)
            return request_rule(ledger, actor, command)

        perform_act(data, user, as_json, perform)


@group.command()
def answer(
    rule: RuleName,
    verdict: Annotated[str, typer.Argument(help="approved or refused.")],
    reason: Annotated[str | None, typer.Option(help="Needed to refuse.")] = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Approve or refuse a rule that somebody else asked for."""
    _one_of("VERDICT", verdict, ("approved", "refused"))

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.remembering import AnswerRule, answer_rule

        return answer_rule(ledger, actor, AnswerRule(rule, cast(Any, verdict), reason))

    perform_act(data, user, as_json, perform)


@group.command()
def forget(
    rule: RuleName,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """End a rule before its time."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.remembering import EndRule, end_rule

        return end_rule(ledger, actor, EndRule(rule))

    perform_act(data, user, as_json, perform)


@group.command()
def rules(data: DataDirectory = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """The rules that remember, with all that each excluded."""
    with refusals_exit():
        ledger = open_ledger(data)
        from changeproof.ledger.case_rules_read import rules_at
        from changeproof.ledger.service import now

        found = rules_at(ledger.store, now())
        if as_json:
            for each in found:
                print_json(
                    {
                        "rule": each.stated.rule,
                        "case": each.stated.case_id,
                        "check": each.stated.check_id,
                        "system": each.stated.system,
                        "path": each.stated.path,
                        "account": each.stated.account,
                        "owner": each.stated.owner,
                        "ends_at": each.stated.ends_at,
                        "outcome": each.outcome,
                        "excluded": [hit.subject for hit in each.hits],
                    }
                )
            return
        if not found:
            stderr.print("No rule was ever asked for.")
            return
        print_table(
            f"{counted(len(found), 'rule')}, the latest first",
            ("Rule", "Check", "Until", "Stands", "Excluded"),
            [
                (
                    each.stated.rule,
                    each.stated.check_id,
                    utc_words(each.stated.ends_at),
                    each.outcome,
                    f"{len(each.hits):,}",
                )
                for each in found
            ],
        )


def _one_of(where: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise typer.BadParameter(f"{where} is one of: {', '.join(known)}")
