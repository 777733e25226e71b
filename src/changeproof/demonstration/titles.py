"""What the pull requests are called: a thing of the system, and what was done to it.

Hand-written ones come first; then actions are laid over things, so that a year's list reads like
work and not like a generator.
"""

from random import Random

_SINGLE: dict[str, tuple[str, ...]] = {
    "booking": (
        "Quote saver rates before express in the price list",
        "Accept collection slots that end at midnight",
        "Stop double submission of the payment form",
        "Show the depot's closing time on the confirmation page",
        "Round parcel weights up to the next 100 g, as the tariff says",
        "Reject postcodes of the Channel Islands for next-day delivery",
        "Keep the basket when a session expires",
        "Move address lookup behind a circuit breaker",
        "Send the booking confirmation after the payment is captured",
        "Remove the voucher campaign of last spring",
        "Offer a drop-off point when no courier is free",
        "Let business customers book for another cost centre",
    ),
    "tracking": (
        "Estimate arrival from the last three depot scans",
        "Merge duplicate scan events of one parcel",
        "Show proof of delivery to the sender only",
        "Drop events that are older than the parcel itself",
        "Push status changes to customers' webhooks in order",
        "Split the event store by month",
        "Explain customs holds in plain words",
        "Hide the courier's surname on the public page",
        "Count a failed delivery attempt once",
        "Serve the parcel timeline from the read replica",
    ),
    "routing": (
        "Weigh low bridges before motorways for tall vans",
        "Plan evening rounds with the shorter shift",
        "Take ferry timetables from the new feed",
        "Cap a round at 140 stops",
        "Prefer the same courier for the same street",
        "Recalculate a round when a van breaks down",
        "Use winter speeds north of the Humber from November",
        "Avoid school streets between 8 and 9",
    ),
    "billing": (
        "Round surcharges half-even, per line",
        "Issue credit notes against the original invoice",
        "Charge redelivery only after the second attempt",
        "Apply the new fuel surcharge table",
        "Number invoices without gaps across legal entities",
        "Post VAT of Irish customers to the right account",
        "Split invoices that exceed the customer's credit limit",
        "Retry direct debits on the third banking day",
        "Archive invoices older than ten years",
        "Match payments with a missing reference by amount and date",
    ),
    "depot-scanner": (
        "Read damaged barcodes with the second camera frame",
        "Vibrate twice on a misrouted parcel",
        "Keep scanning while the depot's network is down",
        "Warn the loader when a cage is full",
        "Dim the screen at night shift",
        "Time out an idle session after ten minutes",
        "Show the dock number in large type",
    ),
    "platform": (
        "Move the event bus to three availability zones",
        "Rotate the database credentials every 30 days",
        "Raise the connection limit of the billing database",
        "Close the staging network to the internet",
        "Add read replicas for the tracking database",
        "Keep access logs for thirteen months",
        "Turn on deletion protection for production buckets",
    ),
}

_THINGS: dict[str, tuple[str, ...]] = {
    "booking": (
        "the quote endpoint",
        "address lookup",
        "the collection calendar",
        "the payment form",
        "the label printer's queue",
        "the voucher service",
        "the customer portal",
        "the parcel form",
        "the returns wizard",
        "the price cache",
    ),
    "tracking": (
        "the event consumer",
        "the parcel timeline",
        "webhook delivery",
        "the arrival estimate",
        "the public tracking page",
        "the scan importer",
        "the notification sender",
        "the search index",
    ),
    "routing": (
        "the round planner",
        "the travel-time matrix",
        "the stop clusterer",
        "the depot assignment",
        "the traffic feed",
        "the shift calculator",
    ),
    "billing": (
        "the invoice run",
        "the dunning run",
        "the tariff import",
        "the ledger export",
        "direct debits",
        "the credit check",
        "the tax table",
        "the statement mailer",
    ),
    "depot-scanner": (
        "the offline queue",
        "the camera driver",
        "the sign-in screen",
        "the load list",
        "the sync service",
        "the label reader",
    ),
    "platform": (
        "the booking cluster",
        "the container registry",
        "the log pipeline",
        "the VPN gateway",
        "the backup job",
        "the staging environment",
        "the alert rules",
    ),
}

_ACTIONS: dict[str, tuple[str, ...]] = {
    "booking": (
        "Retry calls to {} that time out",
        "Log the reason when {} refuses a request",
        "Translate the error messages of {}",
        "Cover {} with contract tests",
        "Speed up {} for customers with many addresses",
        "Validate what goes into {}",
        "Split {} from the old checkout module",
        "Fix a race in {}",
        "Bound the memory of {}",
        "Make {} usable by keyboard alone",
        "Measure how long {} takes",
        "Remove the feature flag around {}",
    ),
    "tracking": (
        "Make {} idempotent",
        "Batch the writes of {}",
        "Add a dead-letter queue to {}",
        "Report the lag of {}",
        "Fix the time zone in {}",
        "Page through results in {}",
        "Shed load from {} at peak",
        "Move {} to the new schema",
        "Cover {} with replayed traffic",
        "Tidy the configuration of {}",
    ),
    "routing": (
        "Cache the results of {}",
        "Bound the run time of {}",
        "Explain decisions of {}",
        "Fix an off-by-one in {}",
        "Profile {} and remove a copy",
        "Test {} against last year's data",
        "Let dispatchers override {}",
        "Simplify the inputs of {}",
    ),
    "billing": (
        "Write an audit line for each step of {}",
        "Reconcile {} with the general ledger",
        "Make {} restartable",
        "Fix rounding in {}",
        "Validate the totals of {}",
        "Mask account numbers in the logs of {}",
        "Run {} in smaller batches",
        "Report failures of {} by customer",
    ),
    "depot-scanner": (
        "Fix a crash in {} after sleep",
        "Save battery in {}",
        "Translate {} into Polish",
        "Retry {} with a back-off",
        "Cover {} with device tests",
        "Show progress in {}",
    ),
    "platform": (
        "Resize {}",
        "Patch the base image of {}",
        "Restrict who can reach {}",
        "Add a health check to {}",
        "Tag the resources of {} by cost centre",
    ),
}

_FOLLOW_UPS = (
    "Address review comments",
    "Add the missing test",
    "Name things better",
    "Handle the empty case",
    "Fix the linter's complaints",
    "Use the shared client",
    "Update the runbook",
    "Narrow the exception",
)


class Titles:
    """Hands out a system's titles, each once before any comes again."""

    def __init__(self, system: str, random: Random) -> None:
        laid = [action.format(thing) for action in _ACTIONS[system] for thing in _THINGS[system]]
        random.shuffle(laid)
        single = list(_SINGLE[system])
        random.shuffle(single)
        # A hand-written one now and then, all year long.
        self._left = []
        for index, title in enumerate(laid):
            if index % 3 == 0 and single:
                self._left.append(single.pop())
            self._left.append(title)
        self._next = 0

    def next(self) -> str:
        title = self._left[self._next % len(self._left)]
        self._next += 1
        return title


def follow_up(random: Random) -> str:
    """The title of a later commit."""
    return random.choice(_FOLLOW_UPS)


def branch_of(title: str, author: str) -> str:
    """A branch's name as people choose them."""
    words = [word for word in title.lower().replace("'", "").split() if word.isalpha()]
    kept = [word for word in words if word not in ("the", "a", "of", "in", "to", "and", "that")]
    return f"{author}/{'-'.join(kept[:4])}"
