/*
view: >
  Was what comes back done in time, on each system and in the organisation? What was done for the
  organisation holds for every system. `overruns` counts how often it was overdue, `said` tells of
  it, with the seconds of what ended; `overdue_since` is set while it is. Only what was done at
  least once has a row.
index: ["subject, cadence"]
*/
WITH done AS (
  SELECT s.subject, a.cadence, a.account, a.outcome, a.done_at, a.due_at, a.event,
    LEAD(a.done_at) OVER (
      PARTITION BY s.subject, a.cadence ORDER BY a.done_at, a.event
    ) AS next_at,
    LEAD(a.event) OVER (
      PARTITION BY s.subject, a.cadence ORDER BY a.done_at, a.event
    ) AS next_event
  FROM subject AS s
  JOIN cadence_act AS a ON a.key_name IN ('', LOWER(s.name))
  WHERE s.kind IN ('system', 'organisation')
),
overrun AS (
  SELECT d.subject, d.cadence, d.account, d.outcome, d.done_at, d.due_at, d.event, d.next_at,
    d.next_event,
    CASE WHEN COALESCE(d.next_at, :as_of) > d.due_at
      THEN COALESCE(d.next_at, :as_of) - d.due_at END AS length
  FROM done AS d
),
summed AS (
  SELECT o.subject, o.cadence, COUNT(*) AS times, COUNT(o.length) AS overruns,
    COUNT(CASE WHEN o.next_at IS NOT NULL THEN o.length END) AS ended,
    COALESCE(SUM(CASE WHEN o.next_at IS NOT NULL THEN o.length END), 0) AS length,
    MIN(CASE WHEN o.next_at IS NOT NULL AND o.length IS NOT NULL THEN o.due_at END) AS first_from,
    MAX(CASE WHEN o.next_at IS NULL THEN o.done_at END) AS last_at,
    MAX(CASE WHEN o.next_at IS NULL THEN o.account END) AS last_by,
    MAX(CASE WHEN o.next_at IS NULL THEN o.outcome END) AS last_outcome,
    MAX(CASE WHEN o.next_at IS NULL THEN o.due_at END) AS due_at,
    MAX(CASE WHEN o.next_at IS NULL AND o.length IS NOT NULL THEN o.due_at END) AS overdue_since,
    STRING_AGG(
      CASE
        WHEN o.length IS NOT NULL THEN o.event || COALESCE(',' || o.next_event, '')
        WHEN o.next_at IS NULL THEN o.event
      END, ','
    ) AS events
  FROM overrun AS o
  GROUP BY o.subject, o.cadence
)
SELECT s.subject, s.cadence, s.times, s.overruns, s.last_at, s.last_by, s.last_outcome, s.due_at,
  s.overdue_since, s.events,
  CASE
    WHEN s.ended = 0 THEN 'overdue since ' || utc(s.overdue_since) || ', last done at '
      || utc(s.last_at)
    ELSE 'overdue for '
      || CASE
        WHEN s.length < 1000000 THEN '0'
        ELSE SUBSTR(CAST(s.length AS VARCHAR), 1, LENGTH(CAST(s.length AS VARCHAR)) - 6)
      END
      || ' s' || CASE WHEN s.ended > 1 THEN ' in ' || s.ended || ' intervals' ELSE '' END
      || ', from ' || utc(s.first_from)
      || COALESCE(', and is again since ' || utc(s.overdue_since), '')
  END AS said
FROM summed AS s
