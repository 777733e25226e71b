"""What is known of one system's webhooks: how they prove themselves, and how to set one up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from changeproof.intake.webhooks.proofs import (
    Proof,
    Sent,
    bearer_or_basic,
    mac,
    signed_digest,
    token,
)
from changeproof.sources.kinds import Authentication

Maker = Literal["ours", "theirs"]

WHO = "changeproof"
"""The user name to state where a system asks for one beside the password; any will do."""

_ID = ("idempotency-key", "webhook-id", "ce-id")


@dataclass(frozen=True, slots=True)
class Door:
    """One system's way in.

    `authentication` says in words what `proof` asks for. `delivery` and `event` are the headers
    with the sender's own id and the event's name: the first that is there counts; without one
    the id is the body's SHA-256. `needs_headers`: without them a delivery is nothing.
    `maker` says who makes the secret: "theirs" must be told to us. `takes_forms`: the payload may
    stand in a form's field; `sends_forms`: it is a form itself. `handshake` is a header that a
    first, empty delivery brings and that the answer has to bring back; `signature` is what later
    deliveries prove with what it held, once there was one. `answer` is what the system
    wants to hear of a payload that was taken, in place of what became of it;
    `taken` is the status of a yes, which for some has to be 200 and nothing else.
    """

    kind: str
    proof: Proof
    authentication: str
    steps: tuple[str, ...]
    delivery: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    needs_headers: bool = False
    takes_forms: bool = False
    sends_forms: bool = False
    maker: Maker = "ours"
    secret_in_address: bool = False
    challenge: str | None = None
    handshake: str | None = None
    signature: Proof | None = None
    answer: Callable[[bytes], bytes | None] | None = None
    taken: Literal[200, 202] = 202

    def challenged(self, sent: Sent) -> str | None:
        """What to answer a system that asks, before it sends anything, whether we are there."""
        return None if self.challenge is None else sent.header(self.challenge)


def plain_door(kind: str) -> Door:
    """For a system that can send what it is told to: a bearer token, or a password."""
    return Door(
        kind,
        bearer_or_basic,
        "the secret in Authorization, as bearer token or as password",
        (
            "Send a POST with the payload as its body to this address.",
            f"Authorize it with the secret: as a bearer token, or as the password of {WHO}.",
        ),
        delivery=_ID,
    )


def mapped_door(kind: str, said: Authentication) -> Door:
    """The door that a mapping describes: a company's own, or one that ships."""
    header = said.header.lower()
    if said.kind.startswith("hmac-"):
        algorithm = said.kind.removeprefix("hmac-")
        proof = mac(header, algorithm=algorithm, prefix=said.prefix)
        stated = f", as {said.prefix}…," if said.prefix else ""
        words = f"HMAC-{algorithm.upper()} of the body{stated} in {said.header}"
    elif said.kind == "shared-token":
        proof, words = token(header), f"the secret in {said.header}"
    elif said.kind == "signed-jwt":
        proof = signed_digest(header, kind)
        words = f"a JSON web token (HS256) with the body's SHA-256 in {said.header}"
    else:
        return plain_door(kind)
    return Door(
        kind,
        proof,
        words,
        ("Add a webhook with this address and this secret.", "Have it send every event, as JSON."),
        delivery=(f"x-{kind}-delivery", *_ID),
        event=(f"x-{kind}-event",),
    )
