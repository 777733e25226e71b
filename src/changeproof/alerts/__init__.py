"""Outbox, channels and dead letters: who is told, and that they were."""
