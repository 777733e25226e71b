"""The private tables: never evidence, never rebuilt, left out of `verify` and of every pack.

Here alone they are listed, each with why it is private. A test asks that every table of an
instance's database is the log's, the ledger's or one of these (DESIGN.md section 1).
"""

PRIVATE_TABLES: dict[str, str] = {
    "unjudged": "a queue: subjects that wait to be judged; `verify` counts them as such",
    "subject_ahead": "a queue: whom to judge again once a time ahead of our clock has come",
    "ledger_state": "cursors: the schema that stands, how far a source was read",
    "django_migrations": "which migrations of the private and log tables were applied",
    "django_content_type": "the web framework's list of its own models",
    "django_session": "who is signed in at the moment",
    "django_site": "the web framework's name for this site",
}
"""Table → why. Names that begin with one of PRIVATE_PREFIXES need no line of their own."""

PRIVATE_PREFIXES: dict[str, str] = {
    "accounts_": "who may sign in, digests of their secrets, what people are called; what an"
    " account may do is evidence and stands in `role_grant`",
    "account_email": "the sign-in library's addresses and confirmations",
    "socialaccount_": "which subject of a sign-in provider is whom; no claim of theirs is kept",
    "usersessions_": "who is signed in where, for their own page of sessions",
    "auth_": "the web framework's permissions, unused: roles are evidence rows",
    "mfa_": "passkeys and second factors",
    "intake_": "connection secrets, cursors and heartbeats of sources",
    "api_": "answers kept for requests that may be sent again",
    "audits_": "packs that were asked for on the page; that one was issued is evidence",
    "alerts_": "the outbox: what waits to be sent; what was sent is evidence",
    "search_": "the index of the search: words of the evidence and its texts, made again of them",
    "workflow_": "saved views; drafts: what is about to be said, while what was said is evidence",
    "monitor_": "the worker's heartbeats and cursors",
    "django_tasks_": "background jobs that wait or ran",
    "sqlite_": "SQLite's own bookkeeping",
}


def why_private(table: str) -> str | None:
    """Why `verify` leaves this table out; None for a table that it covers."""
    if table in PRIVATE_TABLES:
        return PRIVATE_TABLES[table]
    return next((why for prefix, why in PRIVATE_PREFIXES.items() if table.startswith(prefix)), None)
