"""Checks and re-performs a pack offline. No Django, no network."""
