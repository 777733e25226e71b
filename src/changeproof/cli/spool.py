"""Reports that wait on this disk because their server was away; no outage loses evidence.

One file a report, written whole or not at all, for its owner's eyes alone: payloads may be
confidential. The token is not among them.
"""

import base64
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from changeproof.events.refusal import Refusal

LARGEST = 1024**3
"""Bytes of all that waits."""
PLACE = "CHANGEPROOF_SPOOL"


@dataclass(frozen=True, slots=True)
class Report:
    """One payload on its way. `reported_at` is when the command was given, in UTC microseconds;
    `key` lets the server know it again."""

    server: str
    name: str
    query: dict[str, str]
    body: bytes
    reported_at: int
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report and the file that it waits in."""

    file: Path
    report: Report

    def described(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "file": str(self.file),
            "name": self.report.name,
            "reported_at": self.report.reported_at,
            "server": self.report.server,
            "kind": self.report.query.get("kind"),
        }


class Spool:
    """A folder of reports, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, report: Report) -> None:
        """Keep it until its server takes it. Raises Refusal where the disk does not."""
        text = json.dumps({**asdict(report), "body": base64.b64encode(report.body).decode()})
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._require_room(len(text))
            with NamedTemporaryFile("w", dir=self.folder, delete=False) as file:  # mode 0600
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self.folder / f"{report.reported_at:017d}-{report.key}.json")
        except OSError as error:
            raise Refusal(
                "The report was neither sent nor kept.",
                where=str(self.folder),
                why=f"the server is away, and the disk does not take it: {error.strerror}",
                cure=f"Name a folder that can be written to in {PLACE}, and report again.",
            ) from error

    def waiting(self, server: str | None = None) -> Iterator[Waiting]:
        """What waits, for one server or for all. Raises Refusal for a file that is no report."""
        for file in sorted(self.folder.glob("*.json")):
            try:
                stated = json.loads(file.read_text())
                body = base64.b64decode(stated.pop("body"), validate=True)
                report = Report(**stated, body=body)
            except FileNotFoundError:
                continue  # another command has just sent it
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise Refusal(
                    "The spool cannot be read.",
                    where=str(file),
                    why="it is no report that was kept whole",
                    cure="Move the file elsewhere, and look at what it holds.",
                ) from error
            if server is None or report.server == server:
                yield Waiting(file, report)

    def _require_room(self, more: int) -> None:
        held = sum(each.stat().st_size for each in self.folder.glob("*.json"))
        if held + more > LARGEST:
            raise Refusal(
                "The report was neither sent nor kept.",
                where=str(self.folder),
                why="the server is away, and 1 GiB waits for it already",
                cure="Bring the server back, then: changeproof spool send",
            )


def spool_here() -> Spool:
    """The spool of whoever runs the command: CHANGEPROOF_SPOOL, or their state directory."""
    named = os.environ.get(PLACE)
    if named:
        return Spool(Path(named))
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Spool(Path(state) / "changeproof" / "spool")
