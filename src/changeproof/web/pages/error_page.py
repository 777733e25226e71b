"""When a page cannot be given: what happened, where, why, and the cure."""

from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True)
class ErrorPage:
    """`error.html`; the four parts of a Refusal, with the status of HTTP."""

    status: int
    what: str
    why: str
    cure: str
    where: str = ""


def bad_request(where: str) -> ErrorPage:
    return ErrorPage(
        400,
        gettext("The request could not be read."),
        gettext(
            "Its address or form is not one that this page gives out, or its session has ended."
        ),
        gettext("Go back, load the page again and send it once more."),
        where,
    )


def forbidden(where: str) -> ErrorPage:
    return ErrorPage(
        403,
        gettext("You may not see or do this."),
        gettext("None of your roles allows it; nothing was changed."),
        gettext("An administrator can give you the role; the grant becomes a log entry."),
        where,
    )


def beyond_the_seat(where: str) -> ErrorPage:
    return ErrorPage(
        403,
        gettext("This is not part of your seat."),
        gettext("A seat shows the changes of one engagement, their findings and its packs."),
        gettext(
            "Ask whoever gave you the seat; the pack of the period holds entries, checks and cases."
        ),
        where,
    )


def csrf_failure(where: str) -> ErrorPage:
    return ErrorPage(
        403,
        gettext("The form was not accepted; nothing was recorded."),
        gettext(
            "It did not carry the token of your session: the page was open across a "
            "sign-in, or cookies are blocked."
        ),
        gettext("Load the page again and send it once more."),
        where,
    )


def not_found(where: str) -> ErrorPage:
    return ErrorPage(
        404,
        gettext("There is no such page."),
        gettext(
            "No change, check or entry has this address; one that was renamed keeps its old names."
        ),
        gettext("Search the changes by title, ticket or revision."),
        where,
    )


def server_error(where: str) -> ErrorPage:
    return ErrorPage(
        500,
        gettext("The page could not be made."),
        gettext(
            "Something in Changeproof failed. What is in the log and the evidence is untouched."
        ),
        gettext("Try again; if it stays, run changeproof doctor and read the server’s output."),
        where,
    )
