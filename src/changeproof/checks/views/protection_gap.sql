/*
view: >
  When was a branch without protection, and what landed in it meanwhile? A gap that has not ended
  lasts until the moment of judging. Of two words on one second the one that was told last holds.
  A branch that a ruleset covers, asking for as many approvals, is not without protection when the
  classic rule ends, nor the other way round.
index: [repository]
*/
WITH word AS (
  SELECT p.repository, p.pattern, p.enforced, COALESCE(p.changed_at, p.stated_at) AS changed_at,
    COALESCE(p.approvals_required, 0) AS asked, p.account, p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at), p.stated_at, p.event
    ) AS place
  FROM protection AS p
),
told AS (
  SELECT w.repository, w.pattern, w.enforced, w.changed_at, w.asked, w.account, w.event, w.place,
    COALESCE(LAG(w.asked) OVER (PARTITION BY w.repository, w.pattern ORDER BY w.place), 0)
      AS asked_before,
    LEAD(w.changed_at) OVER (PARTITION BY w.repository, w.pattern ORDER BY w.place) AS next_at,
    LEAD(w.event) OVER (PARTITION BY w.repository, w.pattern ORDER BY w.place) AS next_event
  FROM word AS w
),
replaced AS (
  SELECT t.repository, t.pattern, t.event
  FROM told AS t
  JOIN word AS o
    ON o.repository = t.repository AND o.enforced = 1 AND o.changed_at <= t.changed_at
    AND o.asked >= t.asked_before
    AND (
      SUBSTR(o.pattern, 1, LENGTH(t.pattern) + 10) = t.pattern || ' (ruleset '
      OR SUBSTR(t.pattern, 1, LENGTH(o.pattern) + 10) = o.pattern || ' (ruleset '
    )
  WHERE t.enforced = 0 AND NOT EXISTS (
    SELECT 1 FROM word AS w
    WHERE w.repository = o.repository AND w.pattern = o.pattern
      AND (w.enforced = 0 OR w.asked < t.asked_before)
      AND w.place > o.place AND w.changed_at < COALESCE(t.next_at, :as_of)
  )
),
landed AS (
  SELECT m.repository, m.base_ref AS branch, m.revision, m.merged_at AS landed_at, m.event
  FROM pull_merge AS m
  UNION ALL
  SELECT p.repository, SUBSTR(p.ref, 12), p.after_revision, p.pushed_at, p.event
  FROM push AS p
  WHERE SUBSTR(p.ref, 1, 11) = 'refs/heads/' AND p.after_revision <> ''
)
SELECT t.repository, t.pattern, t.changed_at AS open_from,
  COALESCE(t.next_at, :as_of) AS open_until, CASE WHEN t.next_at IS NULL THEN 1 ELSE 0 END
    AS is_open,
  t.account, COUNT(DISTINCT l.revision) AS landed,
  t.event || COALESCE(',' || t.next_event, '') || COALESCE(',' || STRING_AGG(l.event, ','), '')
    AS events
FROM told AS t
LEFT JOIN landed AS l
  ON l.repository = t.repository
  AND (
    l.branch = t.pattern OR REPLACE(t.pattern, '*', '') <> t.pattern
    OR SUBSTR(t.pattern, 1, LENGTH(l.branch) + 10) = l.branch || ' (ruleset '
  )
  AND l.landed_at >= t.changed_at AND l.landed_at <= COALESCE(t.next_at, :as_of)
WHERE t.enforced = 0 AND COALESCE(t.next_at, :as_of) > t.changed_at
  AND NOT EXISTS (
    SELECT 1 FROM replaced AS r
    WHERE r.repository = t.repository AND r.pattern = t.pattern AND r.event = t.event
  )
GROUP BY t.repository, t.pattern, t.changed_at, t.next_at, t.account, t.event, t.next_event
