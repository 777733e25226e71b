"""Changeproof: every change to production on record, judged against CC8.1, and provable."""

__version__ = "0.1.0"
