"""Judges what a batch touched, keeps the history of findings, opens cases."""
