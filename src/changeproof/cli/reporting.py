"""Reports to a server: what waits goes first, and what finds nobody there waits."""

import os
import time
from collections.abc import Sequence
from http import HTTPStatus

from changeproof.cli.output import stderr
from changeproof.cli.remote import Declined, Remote, Silent
from changeproof.cli.spool import Report, Spool, spool_here

OF_THE_REPORT = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
"""What a server answers about one report; any other refusal is about the sender, and ends all."""


class Reporting:
    """One command's way to one server; after its first silence it is not asked again."""

    def __init__(self, server: str, spool: Spool | None = None) -> None:
        self.server = server.rstrip("/")
        self.remote = Remote(server, os.environ.get("CHANGEPROOF_TOKEN"))
        self.spool = spool or spool_here()
        self.is_away = False

    def send_waiting(self) -> tuple[int, int]:
        """Send what waits for this server, oldest first: how many it took, how many it refused.

        A refused one waits on, and is named: it is evidence that somebody must look at.
        """
        sent = refused = 0
        for waiting in self.spool.waiting(self.server):
            try:
                self._post(waiting.report, has_waited=True)
            except Silent:
                self.is_away = True
                break
            except Declined as declined:
                if declined.status not in OF_THE_REPORT:
                    raise
                refused += 1
                _say(f"Refused, and waits on: {waiting.file}: {declined.why}")
                continue
            waiting.file.unlink(missing_ok=True)
            sent += 1
        if sent:
            _say(f"{_reports(sent)} that had waited {_was(sent)} sent, each with its own time.")
        return sent, refused

    def report(self, name: str, query: dict[str, str], body: bytes) -> dict[str, object] | None:
        """What the server answered; None where it is away and the report waits. Raises Refusal."""
        report = Report(self.server, name, query, body, _now())
        if not self.is_away:
            try:
                return self._post(report)
            except Silent:
                self.is_away = True
        self.spool.put(report)
        return None

    def say_what_waits(self, names: Sequence[str]) -> None:
        """Tell the person that these were kept, where, and what sends them."""
        if names:
            _say(
                f"{self.server} did not answer: {_reports(len(names))} {_wait(len(names))} in"
                f" {self.spool.folder}. The next report sends them, or: changeproof spool send"
            )

    def _post(self, report: Report, *, has_waited: bool = False) -> dict[str, object]:
        query = dict(report.query)
        if has_waited:
            query["reported_at"] = str(report.reported_at)
        answer: dict[str, object] = self.remote.post(
            "/api/deliveries", content=report.body, query=query, key=report.key
        )
        return answer


def _now() -> int:
    return time.time_ns() // 1000


def _say(words: str) -> None:
    stderr.print(words, markup=False, highlight=False, soft_wrap=True)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"
