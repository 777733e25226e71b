"""Populations and the evidence pack."""
