"""Whole numbers out of addresses: people type and cut them, so any text may come."""

from django.http import Http404

LARGEST = 2**53


def number_asked(text: str, largest: int = LARGEST) -> int | None:
    """The number; None for what is none. Raises Http404 for one that is larger than `largest`."""
    if not (text.isascii() and text.isdecimal()):
        return None
    # The length first: thousands of digits are refused by int() itself.
    if len(text) > len(str(LARGEST)) or int(text) > largest:
        raise Http404
    return int(text)
