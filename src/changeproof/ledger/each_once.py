"""Every value of an indexed column once, however many rows have it."""


def each_once(table: str, column: str) -> str:
    """The SELECT that steps through the index from one value to the next, and leaves null out.

    `DISTINCT` reads an index from end to end on both databases: of a hundred thousand changes, to
    name a dozen systems.
    """
    return (
        f"SELECT value FROM (WITH RECURSIVE stepped (value) AS (SELECT MIN({column}) FROM {table}"
        f" UNION ALL SELECT (SELECT MIN(t.{column}) FROM {table} AS t WHERE t.{column} > p.value)"
        " FROM stepped AS p WHERE p.value IS NOT NULL) SELECT value FROM stepped) AS each_once"
        " WHERE value IS NOT NULL"
    )
