/*
view: >
  By when was a known vulnerability to be mended? One row a rating: from `scored_at` until
  `next_at` the deadline is `due_at` (null while no fix is out, where policy counts from then).
  The clock starts as policy says; a rating that leaves less time runs from itself, unless the
  deadline before it was sooner; one that leaves more runs from the start again. Known to be
  exploited, the sooner of the two deadlines holds; what
  was once known to be exploited stays so.
index: [subject]
*/
WITH found AS (
  SELECT s.subject, v.vulnerability, v.published_at, v.found_at, v.fix_available_at,
    t.policy_version, t.patch_clock
  FROM subject AS s
  JOIN vulnerability AS v ON v.vulnerability = s.name
  JOIN policy_terms AS t
    ON t.judges_from <= COALESCE(v.found_at, :as_of) AND COALESCE(v.found_at, :as_of) < t.judges_until
  WHERE s.kind = 'vulnerability'
),
scored AS (
  -- A scanner that says nothing of a catalogue does not say that it stands in none.
  SELECT f.subject, f.policy_version, x.severity, x.event,
    COALESCE(x.scored_at, f.found_at) AS told_at,
    MAX(x.known_exploited) OVER (
      PARTITION BY f.subject ORDER BY COALESCE(x.scored_at, f.found_at), x.event
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS known_exploited,
    CASE WHEN x.scored_at < f.found_at THEN f.found_at ELSE COALESCE(x.scored_at, f.found_at) END
      AS scored_at,
    CASE f.patch_clock
      WHEN 'published' THEN COALESCE(f.published_at, f.found_at)
      WHEN 'fix_available' THEN COALESCE(x.fix_available_at, f.fix_available_at)
      ELSE f.found_at
    END AS clock_at
  FROM found AS f
  JOIN vulnerability_score AS x ON x.vulnerability = f.vulnerability
),
timed AS (
  SELECT x.subject, x.policy_version, x.severity, x.known_exploited, x.event, x.told_at,
    x.scored_at, x.clock_at,
    CASE WHEN x.known_exploited = 1 AND k.within < d.within THEN k.within ELSE d.within END AS within,
    CASE WHEN x.known_exploited = 1 AND k.within < d.within THEN k.business ELSE d.business END
      AS business
  FROM scored AS x
  JOIN policy_deadline AS d
    ON d.policy_version = x.policy_version AND d.name = 'patch_within.' || x.severity
  LEFT JOIN policy_deadline AS k
    ON k.policy_version = x.policy_version AND k.name = 'patch_within.known_exploited'
),
compared AS (
  SELECT t.subject, t.policy_version, t.severity, t.known_exploited, t.event, t.told_at,
    t.scored_at, t.clock_at, t.within, t.business,
    LAG(t.within) OVER (PARTITION BY t.subject ORDER BY t.told_at, t.event) AS within_before,
    LAG(t.clock_at) OVER (PARTITION BY t.subject ORDER BY t.told_at, t.event) AS clock_before
  FROM timed AS t
),
placed AS (
  SELECT c.subject, c.policy_version, c.severity, c.known_exploited, c.event, c.told_at,
    c.scored_at, c.within, c.business, c.clock_at,
    CASE
      WHEN c.clock_before IS NULL OR c.within > c.within_before OR c.clock_at <> c.clock_before THEN 1
      ELSE 0
    END AS begins_anew,
    CASE
      WHEN c.clock_before IS NULL OR c.within > c.within_before OR c.clock_at <> c.clock_before
        THEN c.clock_at
      WHEN c.within < c.within_before THEN
        CASE WHEN c.scored_at < c.clock_at THEN c.clock_at ELSE c.scored_at END
    END AS counted_from
  FROM compared AS c
),
targeted AS (
  SELECT p.subject, p.policy_version, p.severity, p.known_exploited, p.event, p.told_at,
    p.scored_at, p.within, p.clock_at, p.counted_from,
    SUM(p.begins_anew) OVER (PARTITION BY p.subject ORDER BY p.told_at, p.event) AS run,
    b.open_before + p.business
      + CASE WHEN p.counted_from < b.closes_at THEN p.counted_from ELSE b.closes_at END - b.opens_at
      AS target
  FROM placed AS p
  LEFT JOIN business_time AS b
    ON p.business IS NOT NULL AND b.policy_version = p.policy_version
    AND b.opens_at <= p.counted_from AND p.counted_from < b.next_opens_at
),
owed AS (
  SELECT t.subject, t.severity, t.known_exploited, t.event, t.told_at, t.scored_at, t.clock_at,
    t.run,
    COALESCE(e.opens_at + t.target - e.open_before, t.counted_from + t.within) AS own_due
  FROM targeted AS t
  LEFT JOIN business_time AS e
    ON e.policy_version = t.policy_version AND e.open_before < t.target AND t.target <= e.open_after
)
SELECT o.subject, o.severity, o.known_exploited, o.event, o.scored_at,
  LEAD(o.scored_at) OVER (PARTITION BY o.subject ORDER BY o.told_at, o.event) AS next_at,
  CASE WHEN o.clock_at IS NULL THEN NULL
    ELSE MIN(o.own_due) OVER (PARTITION BY o.subject, o.run ORDER BY o.told_at, o.event) END
    AS due_at
FROM owed AS o
