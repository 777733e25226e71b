"""ServiceNow's `change_request` → ChangeRequested, its move to a state, window, documents, end.

A record comes from the Change Management API, the Table API or a business rule that posts it. A
field is a text, `{link, value}` or `{display_value, value}`; `value` is UTC, `display_value` is in
the reader's zone and never read for times. Records hold the state that stands, not how it came
about: `state` counts from `sys_updated_on` (a bound), and its mover is `sys_updated_by`. Rows of
`sysapproval_approver` tell who approved.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from changeproof.events.assessments import ChangeDocumented
from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.events.requests import (
    ChangeAuthorized,
    ChangeClosed,
    ChangeDeclined,
    ChangeRequested,
    ChangeScheduled,
    IncidentOpened,
    IncidentResolved,
    TicketMoved,
)
from changeproof.sources.asked_fields import AskedFields
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import microseconds

_SYS_ID = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)
_REFERENCE = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NUMBER = re.compile(r"[A-Z]{2,8}[0-9]{3,12}", re.ASCII)
_STATES = {
    "-5": "New",
    "-4": "Assess",
    "-3": "Authorize",
    "-2": "Scheduled",
    "-1": "Implement",
    "0": "Review",
    "3": "Closed",
    "4": "Canceled",
}
_RISKS: dict[str, Literal["low", "medium", "high"]] = {
    "2": "high",
    "3": "medium",
    "4": "low",
    "high": "high",
    "moderate": "medium",
    "low": "low",
}
_DOCUMENTS: dict[str, Literal["back_out", "test_plan", "impact", "design", "result"]] = {
    "backout_plan": "back_out",
    "test_plan": "test_plan",
    "risk_impact_analysis": "impact",
    "implementation_plan": "design",
    "close_notes": "result",
}
_DECISIONS = {"approved": ChangeAuthorized, "rejected": ChangeDeclined}


class _Record:
    """One record, whichever way its fields are written. `where` names it in refusals."""

    def __init__(self, cells: dict[str, Any], where: str) -> None:
        self._cells, self._where = cells, where

    def __contains__(self, name: str) -> bool:
        return name in self._cells

    def text(self, name: str) -> str | None:
        """The value of a field as a text; None where it is empty. Raises MalformedPayload."""
        cell = self._cells.get(name)
        if isinstance(cell, dict):
            cell = cell.get("value")
        if cell is None or cell == "":
            return None
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int | float):
            if cell != int(cell):
                raise MalformedPayload("it is no whole number", where=f"{self._where}.{name}")
            return str(int(cell))
        if not isinstance(cell, str):
            raise MalformedPayload("it is no text", where=f"{self._where}.{name}")
        return cell.strip() or None

    def moment(self, name: str) -> int | None:
        """A time, UTC. Raises MalformedPayload where it is none."""
        text = self.text(name)
        if text is None:
            return None
        found = microseconds(text.replace(" ", "T", 1), assume_utc=True)
        if found is None:
            raise MalformedPayload(f"{text[:60]!r} is no time", where=f"{self._where}.{name}")
        return found

    def sys_id(self, name: str = "sys_id") -> str:
        found = self.text(name) or ""
        if not _SYS_ID.fullmatch(found):
            raise MalformedPayload(f"{found[:60]!r} is no sys_id", where=f"{self._where}.{name}")
        return found

    def host(self, stated: str | None) -> str:
        """The instance: as the settings say, else as a link in the record does."""
        if stated:
            return stated.lower()[:260]
        for cell in self._cells.values():
            link = cell.get("link") if isinstance(cell, dict) else None
            if isinstance(link, str):
                host = urlsplit(link).netloc.rpartition("@")[2].lower()
                if host and host.isascii() and host.isprintable():
                    return host[:260]
        return "instance"


def translate_servicenow(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field.

    Options: `host` (the instance's name), and `field.NAME` as `sources.asked_fields`.
    """
    reading = Reading("servicenow", delivery, pseudonyms)
    document = read(Any, delivery.body)
    result = document.get("result") if isinstance(document, dict) else None
    if result is None and isinstance(document, dict) and "sys_id" in document:
        result = document  # posted by a business rule
    if result is None:
        raise MalformedPayload("it has no result", where="result")
    rows = result if isinstance(result, list) else [result]
    events: list[Event] = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise MalformedPayload("it is no record", where=f"result[{index}]")
        events.extend(_told(reading, _Record(row, f"result[{index}]")))
    if not events:
        events.append(reading.seen("servicenow", "it holds no record"))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(
        tuple(events), tuple(reading.contents), seen[0] if len(seen) == len(events) else None
    )


def _told(reading: Reading, record: _Record) -> Iterator[Event]:
    if "sysapproval" in record:
        yield from _decided(reading, record)
    elif "documentkey" in record:
        yield from _audited(reading, record)
    elif "number" in record and "state" in record and _is_change(record):
        yield from _requested(reading, record)
    elif "number" in record and "sys_id" in record and _is_incident(record):
        yield from _incident(reading, record)
    else:
        yield reading.seen("servicenow", "it is no record of a change request")


def _is_change(record: _Record) -> bool:
    table = record.text("sys_class_name")
    number = record.text("number") or ""
    if table is not None:
        return table == "change_request" or table.startswith("change_request")
    return number.startswith("CHG") and "sys_id" in record and "changeFound" not in record


def _is_incident(record: _Record) -> bool:
    table = record.text("sys_class_name") or ""
    number = record.text("number") or ""
    return table in ("incident", "sn_si_incident") or number.startswith(("INC", "SIR"))


_SEVERITIES: dict[str, Literal["critical", "high", "medium", "low"]] = {
    "1": "critical",
    "2": "high",
    "3": "medium",
    "4": "low",
    "5": "low",
}


def _incident(reading: Reading, record: _Record) -> Iterator[Event]:
    """Something went wrong, by its priority; over once it is resolved or closed."""
    host = record.host(dict(reading.delivery.options).get("host"))
    incident = f"servicenow:{host}/incident/{record.sys_id()}"
    opened = record.moment("opened_at")
    created = record.moment("sys_created_on")
    at = opened if opened is not None else created
    yield IncidentOpened(
        **reading.header(at, actor=_account(reading, host, record, "opened_by") or NOBODY),
        incident=incident,
        system=AskedFields(reading.delivery).of_request.get("system"),
        severity=_SEVERITIES.get((record.text("priority") or "")[:1]),
    )
    resolved = record.moment("resolved_at")
    ended = resolved if resolved is not None else record.moment("closed_at")
    if ended is not None:
        yield IncidentResolved(**reading.header(ended), incident=incident)


def _requested(reading: Reading, record: _Record) -> Iterator[Event]:
    options = dict(reading.delivery.options)
    host = record.host(options.get("host"))
    change = f"servicenow:{host}/change/{record.sys_id()}"
    number = record.text("number") or ""
    if not _NUMBER.fullmatch(number):
        raise MalformedPayload(f"{number[:60]!r} is no number of a change", where="number")
    asked = AskedFields(reading.delivery)
    created, updated = record.moment("sys_created_on"), record.moment("sys_updated_on")
    requester = _account(reading, host, record, "requested_by") or _account(
        reading, host, record, "sys_created_by"
    )
    header = reading.header(
        created if created is not None else updated,
        actor=requester or NOBODY,
        bound=created is None,
    )
    risk = _RISKS.get((record.text("risk") or "").casefold())
    said: dict[str, Any] = {"risk": risk} if risk else {}
    if template := record.text("std_change_producer_version"):
        said["template"] = template
    said |= asked.of_request
    yield ChangeRequested(
        **header,
        change=change,
        ticket_key=number,
        title=reading.keep(record.text("short_description")),
        reason=reading.keep(record.text("justification") or record.text("description")),
        back_out=reading.keep(record.text("backout_plan")),
        **said,
    )
    for name, part in _DOCUMENTS.items():
        text = record.text(name)
        digest = reading.keep(text)
        if digest is not None:
            yield ChangeDocumented(
                **reading.header(updated, bound=True), change=change, part=part, digest=digest
            )
    begins, ends = record.moment("start_date"), record.moment("end_date")
    window = asked.window or ((begins, ends) if begins is not None and ends is not None else None)
    if window is not None:
        yield ChangeScheduled(
            **reading.header(updated, bound=True),
            change=change,
            begins_at=window[0],
            ends_at=window[1],
        )
    yield from _stands(reading, record, change, host, updated)


def _stands(
    reading: Reading, record: _Record, change: str, host: str, updated: int | None
) -> Iterator[Event]:
    """The state that stands; how it came about a record does not tell."""
    state = record.text("state") or ""
    mover = _account(reading, host, record, "sys_updated_by") or NOBODY
    yield TicketMoved(
        **reading.header(updated, actor=mover, bound=True),
        change=change,
        transition=f"{change}/state/{state}/{updated}",
        to_status=_STATES.get(state, state)[:500] or "unknown",
    )
    if state in ("3", "4"):
        code = (record.text("close_code") or "").casefold()
        closed = record.moment("closed_at")
        yield ChangeClosed(
            **reading.header(
                closed if closed is not None else updated,
                actor=_account(reading, host, record, "closed_by") or mover,
                bound=closed is None,
            ),
            change=change,
            outcome="cancelled" if state == "4" or code == "unsuccessful" else "implemented",
        )


def _decided(reading: Reading, record: _Record) -> Iterator[Event]:
    """A row of `sysapproval_approver`: one person, and what they said."""
    host = record.host(dict(reading.delivery.options).get("host"))
    state = (record.text("state") or "").casefold()
    decision = _DECISIONS.get(state)
    if decision is None:
        yield reading.seen("approval", "nobody has decided yet")
        return
    yield decision(
        **reading.header(
            record.moment("sys_updated_on"),
            actor=_account(reading, host, record, "approver") or NOBODY,
            bound=True,
        ),
        change=f"servicenow:{host}/change/{record.sys_id('sysapproval')}",
    )


def _audited(reading: Reading, record: _Record) -> Iterator[Event]:
    """A row of `sys_audit`: who set the state from what to what, and when."""
    if record.text("tablename") != "change_request" or record.text("fieldname") != "state":
        yield reading.seen("audit", "it is no move of a change request's state")
        return
    host = record.host(dict(reading.delivery.options).get("host"))
    change = f"servicenow:{host}/change/{record.sys_id('documentkey')}"
    before, after = record.text("oldvalue") or "", record.text("newvalue") or ""
    yield TicketMoved(
        **reading.header(
            record.moment("sys_created_on"),
            actor=_account(reading, host, record, "user") or NOBODY,
        ),
        change=change,
        transition=f"{change}/audit/{record.sys_id()}",
        from_status=_STATES.get(before, before)[:500] or None,
        to_status=_STATES.get(after, after)[:500] or "unknown",
    )


def _account(reading: Reading, host: str, record: _Record, name: str) -> Identity | None:
    """A reference is a sys_id; a user name often is a person's, so it is hashed."""
    said = record.text(name)
    if said is None:
        return None
    if not _REFERENCE.fullmatch(said):
        said = reading.pseudonyms.account(f"servicenow:{host}:{said}").removeprefix("git:")
    return Identity(f"servicenow:{host}/user/{said}", None)


def _fits(glimpse: Glimpse) -> bool:
    if not glimpse.holds("result"):
        return False
    result = glimpse.document["result"]
    one = result[0] if isinstance(result, list) and result else result
    return isinstance(one, dict) and bool(
        one.keys()
        & {
            *("sys_id", "worker", "sysapproval", "available_states", "sys_class_name"),
            *(
                "documentkey",
                "changeFound",
                "shortDescription",
                "orchestrationTaskDetails",
                "response",
            ),
        }
    )


KINDS = (
    Kind(
        "servicenow",
        "ServiceNow",
        translate_servicenow,
        _fits,
        of_record=True,
        options=("host",),
    ),
)
