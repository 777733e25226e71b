/*
view: >
  Did the tests pass on each piece of work? The last run of each check counts (`timely`: before
  the moment that policy names; `soon`: within an emergency's time); a skipped, neutral or
  cancelled run is not passed, unless the policy says that this check need not run on what the
  work touches. `asked` are those that policy names, `missing` the first of them that did not
  pass, `missing_how` how its last run ended, `impostor` who else posted a passing run of that name.
  `over` is the first check that passed only after more runs than the policy allows.
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
every_check AS (
  SELECT r.change_id, r.implementation, r.name, r.poster, SUM(r.timely) AS runs,
    SUM(CASE WHEN r.timely = 1 AND r.conclusion <> 'passed' THEN 1 ELSE 0 END) AS not_passed,
    MAX(CASE WHEN r.timely = 1 AND r.place = 1 THEN r.conclusion END) AS last_conclusion,
    MAX(CASE WHEN r.soon = 1 AND r.soon_place = 1 THEN r.conclusion END) AS soon_conclusion
  FROM ranked AS r
  GROUP BY r.change_id, r.implementation, r.name, r.poster
),
by_check AS (
  SELECT b.change_id, b.implementation, b.name, b.poster, b.runs, b.not_passed, b.last_conclusion,
    b.soon_conclusion,
    CASE
      WHEN u.name IS NOT NULL AND COALESCE(b.last_conclusion, '') IN ('', 'skipped', 'neutral')
        THEN 1
      ELSE 0
    END AS let_off
  FROM every_check AS b
  LEFT JOIN unneeded_test AS u
    ON u.change_id = b.change_id AND u.implementation = b.implementation AND u.name = b.name
),
of_name AS (
  SELECT q.change_id, q.implementation, q.name, q.poster,
    MAX(CASE WHEN (q.poster = '' OR b.poster = q.poster) AND b.last_conclusion = 'passed'
      THEN 1 ELSE 0 END) AS passed,
    MAX(CASE WHEN (q.poster = '' OR b.poster = q.poster) AND b.soon_conclusion = 'passed'
      THEN 1 ELSE 0 END) AS passed_soon,
    -- Of a check that did not pass: how its own runs ended, and who else's did pass.
    MIN(CASE WHEN q.poster = '' OR b.poster = q.poster THEN b.last_conclusion END) AS how,
    MIN(CASE WHEN b.last_conclusion = 'passed' THEN b.poster END) AS impostor
  FROM asked_test AS q
  LEFT JOIN by_check AS b
    ON b.change_id = q.change_id AND b.implementation = q.implementation AND b.name = q.name
  WHERE q.needed = 1
  GROUP BY q.change_id, q.implementation, q.name, q.poster
),
of_required AS (
  SELECT n.change_id, n.implementation, COUNT(*) AS asked,
    MIN(CASE WHEN n.passed = 0 THEN n.name END) AS missing,
    MIN(CASE WHEN n.passed_soon = 0 THEN n.name END) AS missing_soon
  FROM of_name AS n
  GROUP BY n.change_id, n.implementation
),
of_missing AS (
  SELECT q.change_id, q.implementation, MIN(n.how) AS how, MIN(n.impostor) AS impostor
  FROM of_required AS q
  JOIN of_name AS n
    ON n.change_id = q.change_id AND n.implementation = q.implementation AND n.name = q.missing
  WHERE n.passed = 0
  GROUP BY q.change_id, q.implementation
),
excused AS (
  SELECT q.change_id, q.implementation, COUNT(*) AS excused, MIN(q.name) AS excused_name
  FROM asked_test AS q
  WHERE q.needed = 0
  GROUP BY q.change_id, q.implementation
),
of_all AS (
  SELECT b.change_id, b.implementation,
    SUM(CASE WHEN b.let_off = 0 AND b.last_conclusion IS NOT NULL THEN 1 ELSE 0 END) AS checks,
    SUM(CASE WHEN b.let_off = 0 THEN b.runs ELSE 0 END) AS runs,
    SUM(CASE WHEN b.last_conclusion = 'passed' THEN 1 ELSE 0 END) AS passed,
    MIN(CASE WHEN b.let_off = 0 AND b.last_conclusion <> 'passed'
      THEN b.name || ': ' || b.last_conclusion END) AS failed,
    MIN(CASE WHEN b.not_passed > 0 AND b.last_conclusion = 'passed'
      THEN b.name || ' needed ' || b.runs || ' runs' END) AS repeated,
    MIN(CASE WHEN b.not_passed > 0 AND b.last_conclusion = 'passed'
      AND t.attempts_most > 0 AND b.runs > t.attempts_most
      THEN b.name || ' needed ' || b.runs || ' runs' END) AS over,
    MIN(CASE WHEN b.let_off = 1 THEN b.name END) AS let_off_name,
    SUM(CASE WHEN b.let_off = 0 AND b.soon_conclusion IS NOT NULL THEN 1 ELSE 0 END)
      AS checks_soon,
    SUM(CASE WHEN b.soon_conclusion = 'passed' THEN 1 ELSE 0 END) AS passed_soon
  FROM by_check AS b
  JOIN work AS w ON w.change_id = b.change_id AND w.implementation = b.implementation
  JOIN policy_terms AS t ON t.policy_version = w.policy_version
  GROUP BY b.change_id, b.implementation
),
of_runs AS (
  SELECT r.change_id, r.implementation,
    SUM(CASE WHEN r.accepted = 1 AND r.timely = 0 AND r.finished_at IS NOT NULL
      THEN 1 ELSE 0 END) AS late_runs,
    MIN(CASE WHEN r.accepted = 1 AND r.timely = 0 THEN r.finished_at END) AS late_at,
    -- One that did not pass need not be dated.
    SUM(CASE WHEN r.accepted = 1 AND r.finished_at IS NULL AND r.conclusion = 'passed'
      THEN 1 ELSE 0 END)
      AS untimed_runs,
    SUM(CASE WHEN r.accepted = 0 THEN 1 ELSE 0 END) AS head_runs,
    STRING_AGG(r.event, ',') AS events
  FROM content_run AS r
  GROUP BY r.change_id, r.implementation
),
known AS (
  SELECT n.change_id, n.implementation FROM of_runs AS n
  UNION
  SELECT q.change_id, q.implementation FROM asked_test AS q
)
SELECT k.change_id, k.implementation, COALESCE(a.checks, 0) AS checks, COALESCE(a.runs, 0) AS runs,
  COALESCE(a.passed, 0) AS passed, a.failed, a.repeated, a.over, COALESCE(q.asked, 0) AS asked,
  q.missing, COALESCE(m.how, '') AS missing_how, COALESCE(m.impostor, '') AS impostor, COALESCE(x.excused, 0) AS excused,
  COALESCE(x.excused_name, a.let_off_name) AS excused_name,
  CASE
    WHEN q.asked > 0 THEN CASE WHEN q.missing IS NULL THEN 1 ELSE 0 END
    WHEN a.checks > 0 AND a.passed = a.checks THEN 1
    ELSE 0
  END AS all_passed,
  CASE
    WHEN q.asked > 0 THEN CASE WHEN q.missing_soon IS NULL THEN 1 ELSE 0 END
    WHEN COALESCE(x.excused_name, a.let_off_name) IS NOT NULL AND COALESCE(a.checks_soon, 0) = 0
      THEN 1
    WHEN a.checks_soon > 0 AND a.passed_soon = a.checks_soon THEN 1
    ELSE 0
  END AS all_passed_soon,
  COALESCE(n.late_runs, 0) AS late_runs, n.late_at, COALESCE(n.untimed_runs, 0) AS untimed_runs,
  COALESCE(n.head_runs, 0) AS head_runs, COALESCE(n.events, '') AS events,
  CASE WHEN n.change_id IS NULL THEN 0 ELSE 1 END AS has_runs
FROM known AS k
LEFT JOIN of_runs AS n ON n.change_id = k.change_id AND n.implementation = k.implementation
LEFT JOIN of_all AS a ON a.change_id = k.change_id AND a.implementation = k.implementation
LEFT JOIN of_required AS q ON q.change_id = k.change_id AND q.implementation = k.implementation
LEFT JOIN of_missing AS m ON m.change_id = k.change_id AND m.implementation = k.implementation
LEFT JOIN excused AS x ON x.change_id = k.change_id AND x.implementation = k.implementation
