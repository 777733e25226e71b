"""Attestations: what was built from what, and tested, as builders say of themselves.

They are read here, not verified: every event says so (`attestation` "unverified").
"""

from changeproof.sources.attestations.reading import ATTESTATIONS

KINDS = (ATTESTATIONS,)
