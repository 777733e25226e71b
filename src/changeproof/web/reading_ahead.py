"""A page that is only read is read in one view of the record: one moment, and few statements.

What every page needs of the record, the viewer's roles and the frame around the page, is asked
for in one statement before the page itself begins, and with it what this page asked when it was
last read (`ledger.asked_again`).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from changeproof.accounts.callers import asked_of, caller_of
from changeproof.ledger.asked_again import AskedAgain
from changeproof.ledger.boards import BoardSeat
from changeproof.ledger.connection import VERSIONS
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.log.storage import HEAD, LATEST
from changeproof.web.readings.remembered import STATE
from changeproof.web.readings.running import running_asked

_READS = frozenset({"GET", "HEAD"})
View = Callable[..., HttpResponseBase]


class PagesInOneView:
    """Middleware, the last of them: what it wraps is the view function alone.

    Only pages behind `permission_required`: they change nothing when they are read. What changes
    something as it is read, as some steps of a sign-in do, is left to itself.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The page, for a request that reads one; None: the framework goes on by itself."""
        if request.method not in _READS or not hasattr(view, "admission"):
            return None
        held, reading = ledger(), request.get_full_path()
        with held.database.view():
            held.database.expect(_ASKED.expected(reading))
            read_frame_ahead(held, request)
            answer = view(request, *args, **kwargs)
            _ASKED.learn(reading, view.__name__, *held.database.expectations())
            return answer


_ASKED = AskedAgain()


def read_frame_ahead(held: Ledger, request: HttpRequest) -> None:
    """Ask at once for what the viewer may, for what the frame shows them, and for what is expected
    of the page."""
    caller = caller_of(request)
    if caller is None:
        return
    held.store.ahead(
        *asked_of(caller.account),
        (BoardSeat, "account", [caller.account]),
        also=(
            STATE,
            VERSIONS,
            HEAD,
            LATEST,
            held.store.asked_all(PolicyInForce),
            running_asked(now()),
        ),
    )
