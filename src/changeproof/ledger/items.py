"""How a configuration item is named: `system/environment/name`, the subject `item:` and that."""


def item_name(system: str, environment: str, item: str | None) -> str | None:
    """The full name of an item; None stays None. One that is full already stays as it is.

    Environments are compared without regard to case, so theirs is lowered.
    """
    if not item:
        return None
    place = f"{system}/{environment.lower()}/"
    return item if item.startswith(place) else place + item
