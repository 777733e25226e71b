"""Digests of content: what an item holds, without what changes by itself and without secrets."""

from collections.abc import Callable
from typing import Any

import msgspec

from changeproof.events.event import sha256_hex
from changeproof.sources.delivery import Pseudonyms

_encoder = msgspec.json.Encoder(order="sorted", decimal_format="number")


def content_digest(value: Any) -> str:
    """SHA-256 of the value as JSON with sorted keys and no spaces: anybody can do it again."""
    return sha256_hex(_encoder.encode(value))


def sealed(value: Any, pseudonyms: Pseudonyms) -> str:
    """What stands for a secret: it changes when the secret does, and tells nobody what it is."""
    return f"sealed:{pseudonyms.of(_encoder.encode(value))}"


def sealed_where(value: Any, marks: Any, pseudonyms: Pseudonyms) -> Any:
    """`value` with sealed parts where `marks` is true at the same place (Terraform's way)."""
    if marks is True:
        return sealed(value, pseudonyms)
    if isinstance(value, dict) and isinstance(marks, dict):
        return {key: sealed_where(part, marks.get(key), pseudonyms) for key, part in value.items()}
    if isinstance(value, list) and isinstance(marks, list):
        padded = [*marks, *[None] * len(value)]
        return [
            sealed_where(part, mark, pseudonyms) for part, mark in zip(value, padded, strict=False)
        ]
    return value


def sealed_if(value: Any, secret: Callable[[str], bool], pseudonyms: Pseudonyms) -> Any:
    """`value` with every member sealed whose name is a secret's."""
    if isinstance(value, dict):
        return {
            key: sealed(part, pseudonyms)
            if secret(str(key))
            else sealed_if(part, secret, pseudonyms)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [sealed_if(part, secret, pseudonyms) for part in value]
    return value
