"""The files that stand beside a change."""

from django.urls import reverse

from changeproof.ledger.assessments import Attachment
from changeproof.ledger.service import Ledger
from changeproof.web.pages.change_page import AttachedFile


def files_of(held: Ledger, change: str) -> tuple[AttachedFile, ...]:
    """The oldest first; a name that is no longer kept is said by its digest."""
    rows = held.store.by(Attachment, "change_name", [change])
    rows.sort(key=lambda row: (row.stated_at, row.event))
    names = held.texts({row.name for row in rows})
    return tuple(
        AttachedFile(
            name=names.get(row.name, f"{row.digest[:12]}.bin"),
            url=reverse("attachment", args=[row.digest, change]),
            media_type=row.media_type,
            size=row.size,
            account=row.account or "",
            attached_at=row.attached_at,
            digest=row.digest,
        )
        for row in rows
    )
