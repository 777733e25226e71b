"""A local git repository: its history as events (DESIGN.md section 6, coverage)."""

from changeproof.sources.git.history import History, read_history
from changeproof.sources.git.reader import open_repository

__all__ = ["History", "open_repository", "read_history"]
