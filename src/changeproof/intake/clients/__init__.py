"""Asking systems for what they hold: no webhook needed, and none believed alone."""
