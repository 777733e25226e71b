"""People, identities, roles, API tokens, sign-in."""
