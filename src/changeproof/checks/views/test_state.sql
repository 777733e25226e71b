/*
view: >
  Did the tests pass on each piece of work? The last run of each check counts (`timely`: before
  the moment that policy names; `soon`: within an emergency's time); a skipped, neutral or
  cancelled run is not passed.
index: ["change_id, implementation"]
*/
WITH ranked AS (
  SELECT r.change_id, r.implementation, r.name, r.poster, r.conclusion, r.timely, r.soon,
    ROW_NUMBER() OVER (
      PARTITION BY r.change_id, r.implementation, r.name, r.poster, r.timely
      ORDER BY r.finished_at DESC, r.attempt DESC, r.run DESC, r.conclusion DESC
    ) AS place,
    ROW_NUMBER() OVER (
      PARTITION BY r.change_id, r.implementation, r.name, r.poster, r.soon
      ORDER BY r.finished_at DESC, r.attempt DESC, r.run DESC, r.conclusion DESC
    ) AS soon_place
  FROM content_run AS r
  WHERE r.accepted = 1
),
by_check AS (
  SELECT r.change_id, r.implementation, r.name, r.poster, SUM(r.timely) AS runs,
    SUM(CASE WHEN r.timely = 1 AND r.conclusion <> 'passed' THEN 1 ELSE 0 END) AS not_passed,
    MAX(CASE WHEN r.timely = 1 AND r.place = 1 THEN r.conclusion END) AS last_conclusion,
    MAX(CASE WHEN r.soon = 1 AND r.soon_place = 1 THEN r.conclusion END) AS soon_conclusion
  FROM ranked AS r
  GROUP BY r.change_id, r.implementation, r.name, r.poster
),
of_required AS (
  SELECT w.change_id, w.implementation, COUNT(*) AS asked,
    MIN(CASE WHEN NOT EXISTS (
      SELECT 1 FROM by_check AS b
      WHERE b.change_id = w.change_id AND b.implementation = w.implementation
        AND b.name = q.name AND (q.poster = '' OR b.poster = q.poster)
        AND b.last_conclusion = 'passed'
    ) THEN q.name END) AS missing,
    MIN(CASE WHEN NOT EXISTS (
      SELECT 1 FROM by_check AS b
      WHERE b.change_id = w.change_id AND b.implementation = w.implementation
        AND b.name = q.name AND (q.poster = '' OR b.poster = q.poster)
        AND b.soon_conclusion = 'passed'
    ) THEN q.name END) AS missing_soon
  FROM work AS w
  JOIN required_test AS q ON q.policy_version = w.policy_version
  GROUP BY w.change_id, w.implementation
),
of_all AS (
  SELECT b.change_id, b.implementation,
    COUNT(b.last_conclusion) AS checks, SUM(b.runs) AS runs,
    SUM(CASE WHEN b.last_conclusion = 'passed' THEN 1 ELSE 0 END) AS passed,
    MIN(CASE WHEN b.last_conclusion <> 'passed' THEN b.name END) AS failed_name,
    MIN(CASE WHEN b.last_conclusion <> 'passed' THEN b.name || ': ' || b.last_conclusion END)
      AS failed,
    MIN(CASE WHEN b.not_passed > 0 AND b.last_conclusion = 'passed'
      THEN b.name || ' needed ' || b.runs || ' runs' END) AS repeated,
    COUNT(b.soon_conclusion) AS checks_soon,
    SUM(CASE WHEN b.soon_conclusion = 'passed' THEN 1 ELSE 0 END) AS passed_soon
  FROM by_check AS b
  GROUP BY b.change_id, b.implementation
),
of_runs AS (
  SELECT r.change_id, r.implementation,
    SUM(CASE WHEN r.accepted = 1 AND r.timely = 0 AND r.finished_at IS NOT NULL
      THEN 1 ELSE 0 END) AS late_runs,
    MIN(CASE WHEN r.accepted = 1 AND r.timely = 0 THEN r.finished_at END) AS late_at,
    SUM(CASE WHEN r.finished_at IS NULL THEN 1 ELSE 0 END) AS untimed_runs,
    SUM(CASE WHEN r.accepted = 0 THEN 1 ELSE 0 END) AS head_runs,
    STRING_AGG(r.event, ',') AS events
  FROM content_run AS r
  GROUP BY r.change_id, r.implementation
)
SELECT n.change_id, n.implementation, COALESCE(a.checks, 0) AS checks, COALESCE(a.runs, 0) AS runs,
  COALESCE(a.passed, 0) AS passed, a.failed, a.repeated, COALESCE(q.asked, 0) AS asked, q.missing,
  CASE
    WHEN q.asked > 0 THEN CASE WHEN q.missing IS NULL THEN 1 ELSE 0 END
    WHEN a.checks > 0 AND a.passed = a.checks THEN 1
    ELSE 0
  END AS all_passed,
  CASE
    WHEN q.asked > 0 THEN CASE WHEN q.missing_soon IS NULL THEN 1 ELSE 0 END
    WHEN a.checks_soon > 0 AND a.passed_soon = a.checks_soon THEN 1
    ELSE 0
  END AS all_passed_soon,
  n.late_runs, n.late_at, n.untimed_runs, n.head_runs, n.events
FROM of_runs AS n
LEFT JOIN of_all AS a ON a.change_id = n.change_id AND a.implementation = n.implementation
LEFT JOIN of_required AS q ON q.change_id = n.change_id AND q.implementation = n.implementation
