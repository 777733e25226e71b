"""Where each branch stood when its commits were last read whole: from there on they are known."""

from collections.abc import Sequence

from changeproof.intake.clients.listing import Delivered, Listing
from changeproof.ledger.revisions import Revision
from changeproof.ledger.service import Ledger


class Tips:
    """The branches of one source, kept from turn to turn. Lists of anything else pass through."""

    def __init__(self, ledger: Ledger, source: str) -> None:
        self._ledger, self._source = ledger, source

    def begin(self, listing: Listing, *, was_read: bool) -> None:
        """A reading begins; `was_read` says whether the list ever was, as it is asked now."""
        if listing.line is not None and was_read:
            listing.line.last = self._ledger.state(self._name(listing)) or None

    def are_known_below(self, listing: Listing) -> bool:
        """Whether all that was not listed so far was told before, whatever its dates say."""
        if listing.line is None:
            return True
        unlisted = listing.line.unlisted
        if unlisted is None:
            return False
        known = {row.revision for row in self._ledger.store.by(Revision, "revision", unlisted)}
        return known.issuperset(unlisted)

    def rewritten(self, listing: Listing) -> Sequence[Delivered]:
        """What to tell of a branch that no longer holds where it stood."""
        return () if listing.line is None else listing.line.rewritten()

    def remember(self, listing: Listing) -> None:
        """The list was read whole."""
        if listing.line is not None and listing.line.tip not in (None, listing.line.last):
            self._ledger.set_state(self._name(listing), str(listing.line.tip))

    def _name(self, listing: Listing) -> str:
        return f"tip:{self._source}:{listing.cursor}"
