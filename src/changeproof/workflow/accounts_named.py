"""The account that somebody means: an address of somebody here, or an account anywhere."""

from changeproof.accounts.people import user_named
from changeproof.events.refusal import Refusal
from changeproof.workflow.requesting import short_name


def account_named(what: str, field: str, text: str) -> str:
    """An account at any system; an e-mail address stands for who signs in here with it.

    Raises Refusal that says `what` was not done, and names the field.
    """
    name = short_name(field, text)
    if ":" in name:
        return name
    if "@" in name:
        return user_named(name).account
    raise Refusal(
        what,
        where=field,
        why=f"“{name[:100]}” is no account",
        cure="Write an e-mail address of somebody here, or an account such as github:user/583231.",
    )
