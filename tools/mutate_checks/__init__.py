"""Do a check's cases notice when its SQL is a little wrong? `make mutate-checks`.

Every check and view is changed in one small place at a time (`mutations`), all cases run again on
SQLite (`run`), and what no case noticed is listed. docs/engine-semantics.md is about engines; this
is about cases.
"""
