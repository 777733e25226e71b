"""Attestations: what was built from what, and tested, as builders say of themselves.

Signatures are checked against the builders that the company pins (`pins`, `verification`); every
event says what came of it, and without pins that is `unverified`.
"""

from changeproof.sources.attestations.reading import ATTESTATIONS

KINDS = (ATTESTATIONS,)
