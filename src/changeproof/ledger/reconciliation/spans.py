"""From asked for to running: six sides, and the five spans between them, as queries.

Each query lists one side of a span, one row an item: `item`, `system`, `happened_at` (UTC
microseconds), `matched` (1: its counterpart is on record), and for what is left over either the
`subject` and `check_id` whose finding judges it, or a verdict that follows from the record alone
(`ruled`) with its `why`. Matching looks at the whole record; the period cuts only which items a
side has. The text runs on SQLite, PostgreSQL and DuckDB alike, so that an auditor can run it
again on a pack's tables.
"""

from dataclasses import dataclass

from changeproof.ledger.built_trust import FAILED_PROVENANCE, ORDER
from changeproof.ledger.reconciliation.production import IN_PRODUCTION


@dataclass(frozen=True, slots=True)
class Side:
    """A post of the fence. `told_by` names the kinds of source that its items come from."""

    name: str
    label: str
    act: str
    told_by: str


@dataclass(frozen=True, slots=True)
class Span:
    """Two neighbouring sides; `left_items` and `right_items` are the queries of each.

    `left_over` and `right_over` say in a few words what an item without a counterpart is.
    """

    left: Side
    right: Side
    left_items: str
    right_items: str
    left_over: str
    right_over: str

    @property
    def name(self) -> str:
        return f"{self.left.name}_{self.right.name}"

    @property
    def label(self) -> str:
        return f"{self.left.label} and {self.right.label.lower()}"


TICKETS = Side("tickets", "Tickets", "asked for", "ticket systems and the desk")
PULLS = Side("pulls", "Pull requests", "merged", "forges")
COMMITS = Side("commits", "Commits", "landed", "git and forges")
BUILDS = Side("builds", "Builds", "made", "pipelines and provenance")
DEPLOYMENTS = Side("deployments", "Deployments", "released", "pipelines and clusters")
RUNNING = Side("running", "Running", "observed", "clusters and agents")

SIDES = (TICKETS, PULLS, COMMITS, BUILDS, DEPLOYMENTS, RUNNING)

_SUBJECT = "(SELECT MIN(i.change_id) FROM implementation AS i WHERE i.implementation = {work})"
"""Who answers for a piece of work: of several requests that share it, the first by name. Looked up
for each item, not gathered for all work on record: most sides are small beside it."""

_SYSTEM = (
    "(SELECT MIN(c.system) FROM implementation AS i JOIN change AS c ON c.change_id = i.change_id"
    " WHERE i.implementation = {work})"
)

_TOLD = """(EXISTS (SELECT 1 FROM revision AS k WHERE k.revision = {commit})
    OR EXISTS (SELECT 1 FROM push_revision AS k WHERE k.revision = {commit})
    OR EXISTS (SELECT 1 FROM push AS k WHERE k.after_revision = {commit}))"""
"""Whether git or a push told of a commit: that a merge, a build or a deployment names it puts
nothing on the side of the commits, or each would be held against itself."""

_MERGED = """EXISTS (
    SELECT 1 FROM implementation AS i
    LEFT JOIN pull_merge AS g ON g.pull = i.implementation
    WHERE i.change_id = q.change_name AND (i.kind <> 'pull' OR g.pull IS NOT NULL)
  )"""
"""Whether any work that a ticket asked for was merged, or went in without that."""

_TICKET_ITEMS = f"""
SELECT q.change_name AS item, COALESCE(q.system, c.system) AS system,
  q.requested_at AS happened_at,
  CASE WHEN EXISTS (
    SELECT 1 FROM implementation AS i
    JOIN pull_merge AS g ON g.pull = i.implementation
    WHERE i.change_id = q.change_name
  ) THEN 1 ELSE 0 END AS matched,
  q.change_name AS subject, 'cc8_1/05_tracking' AS check_id,
  CASE
    WHEN x.outcome IN ('cancelled', 'rejected') THEN 'not_applicable'
    WHEN x.outcome IS NULL AND NOT {_MERGED} THEN 'pending'
  END AS ruled,
  CASE
    WHEN x.outcome IN ('cancelled', 'rejected') THEN 'It was closed without being carried out.'
    WHEN x.outcome IS NULL AND NOT {_MERGED}
      THEN 'No work on it was merged yet; it waits for its first.'
  END AS why
FROM change_request AS q
LEFT JOIN change AS c ON c.change_id = q.change_name
LEFT JOIN (
  SELECT e.change_name, MIN(e.outcome) AS outcome
  FROM request_closure AS e
  JOIN (
    SELECT f.change_name, MAX(f.closed_at) AS closed_at
    FROM request_closure AS f GROUP BY f.change_name
  ) AS f ON f.change_name = e.change_name AND f.closed_at = e.closed_at
  GROUP BY e.change_name
) AS x ON x.change_name = q.change_name
"""

_PULL_ITEMS = f"""
SELECT m.pull AS item, {_SYSTEM.format(work="m.pull")} AS system, m.merged_at AS happened_at,
  CASE WHEN EXISTS ({{counterpart}}) THEN 1 ELSE 0 END AS matched,
  {_SUBJECT.format(work="m.pull")} AS subject, '{{check}}' AS check_id,
  NULL AS ruled, NULL AS why
FROM pull_merge AS m
"""

_OWNER = """(
    SELECT i.implementation, MIN(i.change_id) AS subject, MIN(c.system) AS system,
      MIN(i.kind) AS kind
    FROM implementation AS i
    JOIN change AS c ON c.change_id = i.change_id
    GROUP BY i.implementation
  )"""
"""The same for all work at once: commits are as many as the work itself."""

_COMMIT_ITEMS = f"""
SELECT o.revision AS item, w.system AS system,
  COALESCE(m.merged_at, u.pushed_at, p.deployed_at, (
    SELECT MAX(k.committed_at) FROM revision AS k WHERE k.revision = o.revision
  )) AS happened_at,
  CASE WHEN {{counterpart}} THEN 1 ELSE 0 END AS matched,
  w.subject AS subject, '{{check}}' AS check_id,
  {{ruled}} AS ruled, {{why}} AS why
FROM revision_implementation AS o
LEFT JOIN {_OWNER} AS w ON w.implementation = o.implementation
LEFT JOIN pull_merge AS m ON m.pull = o.implementation
LEFT JOIN (
  SELECT n.revision, MIN(n.pushed_at) AS pushed_at FROM push_revision AS n GROUP BY n.revision
) AS u ON u.revision = o.revision
LEFT JOIN (
  SELECT g.revision, MIN(d.deployed_at) AS deployed_at,
    MAX(CASE WHEN EXISTS (
      SELECT 1 FROM artifact AS a
      WHERE a.artifact = d.artifact OR a.revision = d.revision
    ) THEN 1 ELSE 0 END) AS built
  FROM deployment_revision AS g
  JOIN deployment AS d ON d.deployment = g.deployment
  WHERE g.direction = 1
  GROUP BY g.revision
) AS p ON p.revision = o.revision
WHERE p.revision IS NOT NULL
  OR (
    o.trust NOT IN ('head', 'listed', 'branch push', 'proposed head')
    AND {_TOLD.format(commit="o.revision")}
  )
  OR EXISTS (SELECT 1 FROM branch_revision AS b WHERE b.revision = o.revision)
"""
"""What a pull request proposed and a squash left behind never landed: no commit of this side."""

_TRUST = (
    "CASE a.trust "
    + " ".join(f"WHEN '{trust}' THEN {place}" for place, trust in enumerate(ORDER))
    + f" ELSE {len(ORDER)} END"
)
"""Of what is said of a build, what is trusted most comes first: a claim replaces no record."""

_BUILD_ITEMS = f"""
SELECT b.artifact AS item,
  COALESCE(s.system, {_SYSTEM.format(work="COALESCE(o.implementation, s.deployment)")}) AS system,
  b.built_at AS happened_at,
  CASE WHEN {{counterpart}} THEN 1 ELSE 0 END AS matched,
  {_SUBJECT.format(work="COALESCE(o.implementation, s.deployment)")} AS subject,
  '{{check}}' AS check_id, {{ruled}} AS ruled, {{why}} AS why
FROM (
  SELECT t.artifact, t.revision, t.repository, t.built_at
  FROM (
    SELECT a.artifact, a.repository,
      CASE WHEN a.trust <> '{FAILED_PROVENANCE}' THEN NULLIF(a.revision, '') END AS revision,
      MIN(a.built_at) OVER (PARTITION BY a.artifact) AS built_at,
      ROW_NUMBER() OVER (
        PARTITION BY a.artifact
        ORDER BY CASE WHEN a.revision = '' THEN 1 ELSE 0 END, {_TRUST}, a.revision, a.trust
      ) AS place
    FROM artifact AS a
  ) AS t
  WHERE t.place = 1
) AS b
LEFT JOIN (
  SELECT d.artifact, MIN(d.system) AS system, MIN(d.deployment) AS deployment
  FROM deployment AS d WHERE d.artifact IS NOT NULL GROUP BY d.artifact
) AS s ON s.artifact = b.artifact
LEFT JOIN revision_implementation AS o ON o.revision = b.revision
"""

_DEPLOYMENT_ITEMS = f"""
SELECT d.deployment AS item, d.system AS system, d.deployed_at AS happened_at,
  CASE WHEN EXISTS ({{counterpart}}) THEN 1 ELSE 0 END AS matched,
  {_SUBJECT.format(work="COALESCE(o.implementation, d.deployment)")} AS subject,
  '{{check}}' AS check_id, {{ruled}} AS ruled, {{why}} AS why
FROM deployment AS d
LEFT JOIN revision_implementation AS o ON o.revision = d.revision
WHERE d.landing = 0 AND {IN_PRODUCTION.format(place="d")}
"""

_RUNNING_ITEMS = f"""
SELECT n.system || '/' || n.environment || '/' || n.item || ' ' || n.content AS item,
  n.system AS system, n.observed_at AS happened_at,
  CASE WHEN l.implementation IS NULL THEN 1 ELSE 0 END AS matched,
  {_SUBJECT.format(work="l.implementation")} AS subject, 'cc8_1/09_deployment' AS check_id,
  NULL AS ruled, NULL AS why
FROM (
  SELECT v.system, v.environment, v.item, COALESCE(v.artifact, v.revision) AS content,
    MIN(v.observed_at) AS observed_at
  FROM observed_state AS v
  WHERE COALESCE(v.artifact, v.revision) IS NOT NULL AND {IN_PRODUCTION.format(place="v")}
  GROUP BY v.system, v.environment, v.item, COALESCE(v.artifact, v.revision)
) AS n
LEFT JOIN (
  SELECT u.system, LOWER(u.environment) AS environment,
    COALESCE(u.artifact, u.revision) AS content, MIN(u.implementation) AS implementation
  FROM unlogged_state AS u
  GROUP BY u.system, LOWER(u.environment), COALESCE(u.artifact, u.revision)
) AS l
  ON l.system = n.system AND l.environment = LOWER(n.environment) AND l.content = n.content
"""

_SEEN_THERE = (
    "EXISTS (SELECT 1 FROM observed_state AS v"
    " WHERE v.system = d.system AND v.environment = d.environment)"
)

SPANS: tuple[Span, ...] = (
    Span(
        TICKETS,
        PULLS,
        _TICKET_ITEMS,
        _PULL_ITEMS.format(
            counterpart="SELECT 1 FROM implementation AS i"
            " JOIN change_request AS q ON q.change_name = i.change_id"
            " WHERE i.implementation = m.pull",
            check="cc8_1/02_authorization",
        ),
        "with no pull request",
        "with no ticket",
    ),
    Span(
        PULLS,
        COMMITS,
        _PULL_ITEMS.format(
            counterpart="SELECT 1 FROM revision_implementation AS o"
            " WHERE o.implementation = m.pull AND " + _TOLD.format(commit="o.revision"),
            check="cc8_1/05_tracking",
        ),
        _COMMIT_ITEMS.format(
            counterpart="w.kind = 'pull'", check="cc8_1/08_approval", ruled="NULL", why="NULL"
        ),
        "merged, with no commit",
        "with no pull request",
    ),
    Span(
        COMMITS,
        BUILDS,
        _COMMIT_ITEMS.format(
            counterpart="COALESCE(p.built, 0) = 1 OR EXISTS ("
            "SELECT 1 FROM artifact AS a WHERE a.revision = o.revision)",
            check="cc8_1/09_deployment",
            ruled="CASE WHEN p.revision IS NULL THEN 'pending' END",
            why="CASE WHEN p.revision IS NULL"
            " THEN 'It waits for its build: nothing that holds it was released yet.' END",
        ),
        _BUILD_ITEMS.format(
            counterpart=_TOLD.format(commit="b.revision"),
            check="cc8_1/05_tracking",
            ruled="CASE WHEN s.artifact IS NULL THEN 'not_applicable' END",
            why="CASE WHEN s.artifact IS NULL THEN 'It was never released.' END",
        ),
        "not built",
        "from no commit of ours",
    ),
    Span(
        BUILDS,
        DEPLOYMENTS,
        _BUILD_ITEMS.format(
            counterpart="s.artifact IS NOT NULL OR EXISTS ("
            "SELECT 1 FROM deployment AS d WHERE d.landing = 0 AND d.artifact IS NULL"
            " AND d.revision = b.revision)",
            check="cc8_1/09_deployment",
            ruled="CASE WHEN z.built_at > b.built_at THEN 'not_applicable' ELSE 'pending' END",
            why="CASE WHEN z.built_at > b.built_at THEN 'It was replaced before it was released.'"
            " ELSE 'It is not released yet.' END",
        )
        + """LEFT JOIN (
  SELECT a.repository, MAX(a.built_at) AS built_at
  FROM artifact AS a
  JOIN deployment AS d ON d.artifact = a.artifact OR d.revision = a.revision
  WHERE d.landing = 0 GROUP BY a.repository
) AS z ON z.repository = b.repository
""",
        _DEPLOYMENT_ITEMS.format(
            counterpart="SELECT 1 FROM artifact AS a WHERE a.artifact = d.artifact"
            " OR (d.artifact IS NULL AND a.revision = d.revision)",
            check="cc8_1/09_deployment",
            ruled="NULL",
            why="NULL",
        ),
        "not released",
        "of nothing we know the build of",
    ),
    Span(
        DEPLOYMENTS,
        RUNNING,
        _DEPLOYMENT_ITEMS.format(
            counterpart="SELECT 1 FROM observed_state AS v WHERE v.environment = d.environment"
            " AND v.system = d.system"
            " AND (v.artifact = d.artifact OR v.revision = d.revision)",
            check="cc8_1/09_deployment",
            ruled="'not_verifiable'",
            why=f"CASE WHEN {_SEEN_THERE}"
            " THEN 'Nobody looked while it ran: what was seen there is of other deployments.'"
            " ELSE 'Nothing tells what runs there.' END",
        ),
        _RUNNING_ITEMS,
        "never seen running",
        "that no deployment put there",
    ),
)
