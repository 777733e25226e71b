"""The link in a message that asks one person for one decision about one content.

It is a signed question, no key: whoever opens it signs in as ever, and what is decided is posted
from the page. So it may be forwarded, logged and fetched by a scanner without anything following.
"""

from dataclasses import dataclass

from django.core import signing

from changeproof.alerts.needed import APPROVE, AUTHORIZE
from changeproof.events.event import canonical, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.joined import Change
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.store import Store

GOOD_FOR = 14 * 24 * 3600
"""Seconds for which a link opens what it asks; the desk asks longer."""
LONGEST = 2_000
_PURPOSE = "changeproof.asked-link"  # a signature of anything else here is none of this


class LinkExpired(Refusal):
    """It was good once (HTTP 410)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked for which act on which change, and the digest of what stood then."""

    account: str
    act: str
    change: str
    digest: str


def digest_asked(store: Store, change: Change, act: str) -> str:
    """Over what a decision is about: the contents for an approval, the request as it was last
    described for all else, for an authorization with all that it asks to set."""
    name = change.change_id
    if act == APPROVE:
        return shown_of(store, name).digest
    requests = store.by(ChangeRequest, "change_name", [name])
    asked = requests[0].event if requests else (change.events.split(",")[0] or "0" * 64)
    items = store.by(ProposedItem, "change_name", [name]) if act == AUTHORIZE else []
    if not items:
        return asked
    return sha256_hex(canonical([asked, *sorted(row.event for row in items)]))


def asked_path(asked: Asked) -> str:
    """The path of the page that the link opens."""
    said = [asked.account, asked.act, asked.change, asked.digest]
    return f"/desk/asked/{signing.dumps(said, salt=_PURPOSE)}"


def opened(token: str) -> Asked:
    """What a link asks. Raises LinkExpired, and Refusal for one that was not made here."""
    try:
        # A longer one is none of ours; nothing is computed over it.
        said = signing.loads(token[:LONGEST], salt=_PURPOSE, max_age=GOOD_FOR)
    except signing.SignatureExpired as error:
        raise LinkExpired(
            "This link has expired.",
            why=f"a link of a message opens its question for {GOOD_FOR // 86_400} days",
            cure="What still waits for you stands on your desk.",
        ) from error
    except signing.BadSignature as error:
        raise Refusal(
            "This link was not made here.",
            why="its signature does not hold; the mail program may have cut it",
            cure="Copy the whole link, or look at your desk.",
        ) from error
    return Asked(*said)
