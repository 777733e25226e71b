"""When a page cannot be given: what happened, where, why, and the cure."""

from dataclasses import dataclass


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
        "The request could not be read.",
        "Its address or form is not one that this page gives out, or its session has ended.",
        "Go back, load the page again and send it once more.",
        where,
    )


def forbidden(where: str) -> ErrorPage:
    return ErrorPage(
        403,
        "You may not see or do this.",
        "None of your roles allows it; nothing was changed.",
        "An administrator can give you the role; the grant becomes a log entry.",
        where,
    )


def csrf_failure(where: str) -> ErrorPage:
    return ErrorPage(
        403,
        "The form was not accepted; nothing was recorded.",
        "It did not carry the token of your session: the page was open across a sign-in, or "
        "cookies are blocked.",
        "Load the page again and send it once more.",
        where,
    )


def not_found(where: str) -> ErrorPage:
    return ErrorPage(
        404,
        "There is no such page.",
        "No change, check or entry has this address; one that was renamed keeps its old names.",
        "Search the changes by title, ticket or revision.",
        where,
    )


def server_error(where: str) -> ErrorPage:
    return ErrorPage(
        500,
        "The page could not be made.",
        "Something in Changeproof failed. What is in the log and the evidence is untouched.",
        "Try again; if it stays, run changeproof doctor and read the server’s output.",
        where,
    )
