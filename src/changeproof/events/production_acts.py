"""Acts on production that are no deployment, and what had been allowed of them."""

from typing import ClassVar, Literal

from changeproof.events.event import AccountId, Count, Digest, Event, Identifier, ShortText


class ProductionActed(Event):
    """The actor altered production by hand or by a tool: a console, a flag, SQL, a parameter.

    `item` is the configuration item's name within its environment. Digests are of its content
    before and after, and of what was executed. `change` is what the actor named as its reason;
    `automatic` acts are the provider's own (scaling, a renewed certificate) and no change.
    `after_fields` addresses the content afterwards as named fields, as `StateObserved` does.
    """

    later: ClassVar[tuple[str, ...]] = ("after_fields",)

    type: Literal["ProductionActed"] = "ProductionActed"
    act: Identifier
    system: ShortText
    environment: ShortText
    kind: Literal["infrastructure", "data", "software", "procedure"]
    item: ShortText | None = None
    before_digest: Digest | None = None
    after_digest: Digest | None = None
    executed_digest: Digest | None = None
    row_count: Count | None = None
    on_behalf_of: AccountId | None = None
    change: Identifier | None = None
    automatic: bool = False
    after_fields: Digest | None = None


class ItemAuthorized(Event):
    """What a change may set: an item's content before and after, what is executed, how many rows.

    Null says nothing of it.
    """

    type: Literal["ItemAuthorized"] = "ItemAuthorized"
    change: Identifier
    system: ShortText
    environment: ShortText
    item: ShortText
    before_digest: Digest | None = None
    after_digest: Digest | None = None
    executed_digest: Digest | None = None
    most_rows: Count | None = None


class ItemProposed(Event):
    """What the actor asks to set: an item's content now and afterwards, by digest.

    It allows nothing: whoever authorizes the change authorizes its items (`ItemAuthorized`).
    """

    type: Literal["ItemProposed"] = "ItemProposed"
    change: Identifier
    system: ShortText
    environment: ShortText
    item: ShortText
    before_digest: Digest | None = None
    after_digest: Digest | None = None
