"""The JSON Schema of a policy.yaml, for editors that complete and underline while one writes."""

from typing import Any

from changeproof.policy.schema import Policy

ADDRESS = "/api/policy.schema.json"
"""Where an instance publishes it."""


def policy_json_schema() -> dict[str, Any]:
    """Draft 2020-12. It knows keys, words and bounds; `policy check` also knows how they relate."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Policy.model_json_schema(),
        "title": "Changeproof policy",
    }
