"""Databases: what their logs and their tables of migrations say was altered, and by whom."""

from changeproof.sources.databases.migrations import MIGRATIONS
from changeproof.sources.databases.postgresql import POSTGRESQL

KINDS = (POSTGRESQL, MIGRATIONS)
