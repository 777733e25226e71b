"""Checks an evidence pack and performs it again, offline. No Django, no network."""
