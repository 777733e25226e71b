"""Webhook authentication, quarantine, background jobs: how deliveries get in."""
