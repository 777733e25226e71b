/*
view: >
  When was a branch without protection, and what landed in it meanwhile? A gap that has not ended
  lasts until the moment of judging. Of two words on one second the one that was told last holds.
index: [repository]
*/
WITH told AS (
  SELECT p.repository, p.pattern, p.enforced, COALESCE(p.changed_at, p.stated_at) AS changed_at,
    p.account, p.event,
    LEAD(COALESCE(p.changed_at, p.stated_at)) OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at), p.stated_at, p.event
    ) AS next_at,
    LEAD(p.event) OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at), p.stated_at, p.event
    ) AS next_event
  FROM protection AS p
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
GROUP BY t.repository, t.pattern, t.changed_at, t.next_at, t.account, t.event, t.next_event
