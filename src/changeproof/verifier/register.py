"""The deviation register: one record an event, its cause, the search for its like, the response;
cases with all that was said of them; rules that remember, with everything they excluded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from changeproof.ledger.case_rules import CaseRule
from changeproof.ledger.case_rules_read import rules_at
from changeproof.ledger.cases import DeviationAccount
from changeproof.ledger.cases_read import Case, cases_about, cases_of
from changeproof.ledger.judgements import CaseFile, CaseResolution
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.ledger.table import Row

TextOf = Callable[[str], str | None]
_COLUMNS = ("cause", "extent", "because", "exposure", "effect", "control", "control_test")


def register_texts(store: Store) -> Iterator[str]:
    """The digests of what the register says in words."""
    for account in store.all(DeviationAccount):
        said = (account.because, account.exposure, account.effect, account.control_test)
        yield from (digest for digest in (*said, account.response) if digest)
    yield from (rule.reason for rule in store.all(CaseRule))
    yield from (row.reason for row in store.all(CaseResolution) if row.reason)


def explained(store: Store, subjects: Sequence[str], text_of: TextOf) -> dict[str, dict[str, Any]]:
    """What the company says of each subject's deviation; a subject without a case is left out."""
    return {
        subject: _of_case(case, text_of) for subject, case in cases_about(store, subjects).items()
    }


NOT_EXPLAINED: Mapping[str, Any] = {
    "case": None,
    **dict.fromkeys(_COLUMNS),
    "searches_for_its_like": [],
    "case_outcome": None,
    "response_not_examined": None,
}
"""A deviation of which the company said nothing."""


def _of_case(case: Case, text_of: TextOf) -> dict[str, Any]:
    said = case.explained
    words: dict[str, Any] = dict(NOT_EXPLAINED)
    words["case"] = case.name
    words["case_outcome"] = case.ended.outcome if case.ended is not None else None
    words["searches_for_its_like"] = [
        {
            "searched_at": row.searched_at,
            "checks": row.checks.split(","),
            "system": row.system,
            "population": row.population,
            "hits": row.hits,
            "hits_sha256": row.found,
            "query_sha256": row.query,
        }
        for row in case.searches
    ]
    if said is not None:
        words |= {
            "cause": said.cause,
            "extent": said.extent,
            "control": said.control,
            "because": _text(said.because, text_of),
            "exposure": _text(said.exposure, text_of),
            "effect": _text(said.effect, text_of),
            "control_test": _text(said.control_test, text_of),
            "response_not_examined": _text(said.response, text_of),
        }
    return words


def case_rows(store: Store, changes: Iterable[str]) -> list[dict[str, Any]]:
    """Every case on these changes, and on what is no change, with who ended it and how."""
    wanted = set(changes)
    return [
        {
            **_cells(case.file),
            "subjects": list(case.every_subject),
            "owner": case.owner.owner if case.owner else None,
            "due_at": case.owner.due_at if case.owner else None,
            "state": case.state,
            "word_only": case.is_word_only,
            "reopened_at": [row.reopened_at for row in case.reopenings],
            "resolutions": [
                {**_cells(row), "linked": case.links.get(row.event)}
                for row in sorted(case.resolutions, key=lambda row: row.event)
            ],
        }
        for case in cases_of(store, store.all(CaseFile))
        if any(
            subject in wanted or kind_of_subject(subject) != "change"
            for subject in case.every_subject
        )
    ]


def rule_rows(store: Store, as_of: int, text_of: TextOf) -> list[dict[str, Any]]:
    """Every rule that remembers: who asked, who approved, until when, and all it excluded."""
    return [
        {
            **_cells(each.stated),
            "reason": _text(each.stated.reason, text_of),
            "outcome": each.outcome,
            "answered_by": each.answer.account if each.answer else None,
            "answered_at": each.answer.answered_at if each.answer else None,
            "ended_at": each.end.ended_at if each.end else None,
            "hits": len(each.hits),
            "excluded": [
                {"subject": hit.subject, "check": hit.check_id, "at": hit.excluded_at}
                for hit in each.hits
            ],
        }
        for each in rules_at(store, as_of)
    ]


def _text(digest: str | None, text_of: TextOf) -> str | None:
    return text_of(digest) if digest else None


def _cells(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.table.column_names}
