/*
view: >
  Was a known vulnerability mended or accepted in time? `state` is one of `same` (another name of
  `same_as`, which is judged), `cleared` (not affected, or a false alarm), `untimed` (nobody stated when it was found), `unlinked` (gone in time, by a
  change that nobody named), `done`, `accepted` (a waiver that was in force when it fell due still
  is), `no_fix` (policy counts from a fix that is not out), `open`, `missed`. `due_at` is the
  deadline that counts, `covered_until` the end of what a waiver covers beyond it.
index: [subject]
*/
WITH ending AS (
  SELECT s.subject,
    MIN(CASE WHEN e.outcome = 'fixed' THEN e.ended_at END) AS gone_at,
    STRING_AGG(e.event, ',') AS events
  FROM subject AS s
  JOIN vulnerability_end AS e ON e.vulnerability = s.name
  WHERE s.kind = 'vulnerability'
  GROUP BY s.subject
),
cleared AS (
  SELECT s.subject, e.outcome, e.account,
    ROW_NUMBER() OVER (
      PARTITION BY s.subject ORDER BY COALESCE(e.ended_at, 9000000000000000000), e.event
    ) AS place
  FROM subject AS s
  JOIN vulnerability_end AS e ON e.vulnerability = s.name
  WHERE s.kind = 'vulnerability' AND e.outcome <> 'fixed' AND e.account IS NOT NULL
),
linked AS (
  -- What was deployed before it was found has not mended it.
  SELECT l.subject, l.change_id, l.deployed, l.closed_at, l.events,
    CASE
      WHEN l.deployed = 1 AND l.is_untimed = 0
        AND l.deployed_at >= COALESCE(v.found_at - v.found_at % 1000000, l.deployed_at)
        THEN l.deployed_at
    END AS deployed_at
  FROM linked_change AS l
  JOIN subject AS s ON s.subject = l.subject
  JOIN vulnerability AS v ON v.vulnerability = s.name
  WHERE s.kind = 'vulnerability'
),
ordered AS (
  SELECT l.subject, l.change_id, l.deployed, l.closed_at, l.events, l.deployed_at,
    ROW_NUMBER() OVER (
      PARTITION BY l.subject ORDER BY COALESCE(l.deployed_at, 9000000000000000000), l.change_id
    ) AS place
  FROM linked AS l
),
mended AS (
  SELECT l.subject, MIN(l.deployed_at) AS deployed_at,
    MIN(CASE WHEN l.place = 1 AND l.deployed_at IS NOT NULL THEN l.change_id END) AS change_id,
    MIN(CASE WHEN l.deployed = 0 AND l.closed_at IS NULL THEN l.change_id END) AS open_change,
    STRING_AGG(l.events, ',') AS events
  FROM ordered AS l
  GROUP BY l.subject
),
fixed AS (
  SELECT s.subject, v.system, v.severity, v.known_exploited, v.found_at, m.deployed_at, m.change_id, m.open_change, g.gone_at,
    CASE WHEN m.deployed_at <= g.gone_at THEN m.deployed_at
      ELSE COALESCE(g.gone_at, m.deployed_at) END AS fixed_at,
    c.outcome AS cleared_as, c.account AS cleared_by,
    v.event || COALESCE(',' || g.events, '') || COALESCE(',' || m.events, '') AS events
  FROM subject AS s
  JOIN vulnerability AS v ON v.vulnerability = s.name
  LEFT JOIN ending AS g ON g.subject = s.subject
  LEFT JOIN cleared AS c ON c.subject = s.subject AND c.place = 1
  LEFT JOIN mended AS m ON m.subject = s.subject
  WHERE s.kind = 'vulnerability'
),
fallen AS (
  -- The first deadline that came while it counted, before the weakness was gone.
  SELECT f.subject, MIN(d.due_at) AS due_at
  FROM fixed AS f
  JOIN patch_deadline AS d ON d.subject = f.subject
  WHERE d.due_at < COALESCE(f.fixed_at, :as_of)
    AND (d.next_at IS NULL OR d.due_at < d.next_at)
  GROUP BY f.subject
),
latest AS (
  SELECT d.subject, MAX(d.due_at) AS due_at, MAX(d.severity) AS severity,
    MAX(d.known_exploited) AS known_exploited
  FROM patch_deadline AS d
  WHERE d.next_at IS NULL
  GROUP BY d.subject
),
rated AS (
  SELECT d.subject, STRING_AGG(d.event, ',') AS events
  FROM patch_deadline AS d
  GROUP BY d.subject
),
due AS (
  SELECT f.subject, f.system, f.found_at, f.deployed_at, f.change_id, f.open_change, f.gone_at,
    f.fixed_at, f.cleared_as, f.cleared_by, f.events || COALESCE(',' || r.events, '') AS events,
    COALESCE(o.due_at, l.due_at) AS due_at, COALESCE(l.severity, f.severity) AS severity,
    COALESCE(l.known_exploited, f.known_exploited) AS known_exploited,
    CASE WHEN o.due_at IS NULL THEN 0 ELSE 1 END AS fell_due
  FROM fixed AS f
  LEFT JOIN fallen AS o ON o.subject = f.subject
  LEFT JOIN latest AS l ON l.subject = f.subject
  LEFT JOIN rated AS r ON r.subject = f.subject
),
waivers AS (
  SELECT d.subject, d.due_at, w.waiver, w.granted_by, w.granted_from, w.until, w.events
  FROM due AS d
  JOIN valid_waiver AS w
    ON w.check_id = 'cc8_1/14_patches' AND w.name IN (d.subject, 'system:' || d.system)
),
chained AS (
  SELECT w.subject, w.due_at, w.waiver, w.granted_by, w.granted_from, w.until, w.events,
    MAX(w.until) OVER (
      PARTITION BY w.subject ORDER BY w.granted_from, w.waiver
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS covered_before
  FROM waivers AS w
),
broken AS (
  SELECT c.subject, c.waiver, c.granted_by, c.granted_from, c.until, c.events,
    SUM(CASE
      WHEN c.granted_from <= c.due_at THEN 0
      WHEN c.granted_from <= c.covered_before THEN 0
      ELSE 1
    END) OVER (PARTITION BY c.subject ORDER BY c.granted_from, c.waiver) AS breaks
  FROM chained AS c
),
placed AS (
  -- Whose waiver lasts longest of those in time; whose was the first of those that came too late.
  SELECT b.subject, b.breaks, b.granted_by, b.granted_from, b.until, b.events,
    ROW_NUMBER() OVER (
      PARTITION BY b.subject, CASE WHEN b.breaks = 0 THEN 0 ELSE 1 END
      ORDER BY CASE WHEN b.breaks = 0 THEN -b.until ELSE 0 END, b.granted_from, b.waiver
    ) AS place
  FROM broken AS b
),
covered AS (
  SELECT b.subject, MAX(CASE WHEN b.breaks = 0 THEN b.until END) AS until,
    MIN(CASE WHEN b.place = 1 AND b.breaks = 0 THEN b.granted_by END) AS granted_by,
    MIN(CASE WHEN b.place = 1 AND b.breaks > 0 THEN b.granted_by END) AS late_by,
    MIN(CASE WHEN b.breaks > 0 THEN b.granted_from END) AS late_at,
    STRING_AGG(b.events, ',') AS events
  FROM placed AS b
  GROUP BY b.subject
)
SELECT d.subject, d.found_at, d.severity, d.known_exploited, d.due_at, d.change_id, d.open_change,
  d.deployed_at, d.gone_at, d.cleared_as, d.cleared_by, z.same_as, v.granted_by, v.late_by, v.late_at,
  CASE WHEN v.until > d.due_at THEN v.until END AS covered_until,
  CASE
    WHEN z.same_as IS NOT NULL THEN 'same'
    WHEN d.cleared_as IS NOT NULL THEN 'cleared'
    WHEN d.found_at IS NULL THEN 'untimed'
    WHEN d.fell_due = 0 AND d.fixed_at IS NOT NULL AND d.change_id IS NULL THEN 'unlinked'
    WHEN d.fell_due = 0 AND d.fixed_at IS NOT NULL THEN 'done'
    WHEN d.fixed_at <= v.until THEN 'accepted'
    WHEN d.fell_due = 1 AND v.until >= :as_of THEN 'accepted'
    WHEN d.fell_due = 1 THEN 'missed'
    WHEN d.due_at IS NULL THEN 'no_fix'
    ELSE 'open'
  END AS state,
  d.events || COALESCE(',' || v.events, '') || COALESCE(',' || z.event, '') AS events
FROM due AS d
LEFT JOIN covered AS v ON v.subject = d.subject
LEFT JOIN vulnerability_same AS z ON 'vulnerability:' || z.vulnerability = d.subject
