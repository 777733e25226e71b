"""Pages as a system gave them, for as long as it vouches that it would give the same again.

What did not change is not sent again (RFC 9110, section 13): the page that was kept is read anew,
so that a list that is found unchanged holds its rows, and what stands goes on to stand. The
validators are kept here; the body stands in contents. What a whole turn did not ask for is
forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from changeproof.events.event import sha256_hex
from changeproof.intake.clients.asking import Reply
from changeproof.intake.models import KeptReply
from changeproof.ledger.service import Ledger, now

LONGEST_VALIDATOR = 500
_ABOUT_THE_LIST = ("link", "x-total-count")


@dataclass(frozen=True, slots=True)
class Former:
    """A page as it was: its body, what its headers said of the list, by what it is asked again."""

    body: bytes
    headers: Mapping[str, str]
    conditions: Mapping[str, str]


class KeptReplies:
    """The kept pages of one source, during one turn."""

    def __init__(self, ledger: Ledger, source: str) -> None:
        self._ledger, self._source = ledger, source
        self._begun = now()

    def former(self, asked: str) -> Former | None:
        """What was kept for this request; None where nothing was, or its body is gone."""
        row = self._rows(asked).first()
        body = None if row is None else self._ledger.log.content(row.body)
        if row is None or body is None:
            return None
        stated = {"if-none-match": row.etag, "if-modified-since": row.last_modified}
        conditions = {name: value for name, value in stated.items() if value}
        return Former(body, row.headers, conditions)

    def keep(self, asked: str, reply: Reply) -> None:
        """Keep the validators of a page that was taken in whole, its body being in contents."""
        if reply.unchanged:
            self._rows(asked).update(asked_at=self._begun)
            return
        headers = reply.headers
        etag, last_modified = (_validator(headers, name) for name in ("etag", "last-modified"))
        if not etag and not last_modified:
            self._rows(asked).delete()
            return
        KeptReply.objects.update_or_create(
            source=self._source,
            asked=_key(asked),
            defaults={
                "etag": etag,
                "last_modified": last_modified,
                "body": sha256_hex(reply.body),
                "headers": {name: headers[name] for name in _ABOUT_THE_LIST if name in headers},
                "asked_at": self._begun,
            },
        )

    def forget_others(self) -> None:
        """Forget what this turn, which was whole, did not ask for."""
        KeptReply.objects.filter(source=self._source, asked_at__lt=self._begun).delete()

    def _rows(self, asked: str) -> QuerySet[KeptReply]:
        return KeptReply.objects.filter(source=self._source, asked=_key(asked))


def forget_replies(source: str) -> None:
    """Have every page sent anew."""
    KeptReply.objects.filter(source=source).delete()


def _key(asked: str) -> str:
    return sha256_hex(asked.encode())


def _validator(headers: Mapping[str, str], name: str) -> str:
    """As it was sent, opaque; none where it is no text that can be sent back."""
    text = headers.get(name, "")
    return text if len(text) <= LONGEST_VALIDATOR and text.isascii() else ""
