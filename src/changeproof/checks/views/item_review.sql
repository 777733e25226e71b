/*
view: >
  Was an item's baseline looked at again in time? Approving it is a look. `reviews` counts the
  reviews on record, `length` sums the time that was overdue and has ended.
index: [subject]
*/
WITH place AS (
  SELECT DISTINCT s.subject, LOWER(b.system) AS key_name
  FROM subject AS s
  JOIN baseline AS b ON b.item = s.name
  WHERE s.kind = 'item'
),
looked AS (
  SELECT s.subject, 0 AS is_review, b.approved_at AS done_at, b.approved_at + d.within AS due_at,
    b.event
  FROM subject AS s
  JOIN baseline AS b ON b.item = s.name
  JOIN policy_terms AS t ON t.judges_from <= b.approved_at AND b.approved_at < t.judges_until
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'cadence.baseline_review'
  WHERE s.kind = 'item' AND b.approved_at IS NOT NULL
  UNION ALL
  SELECT p.subject, 1, a.done_at, a.due_at, a.event
  FROM place AS p
  JOIN cadence_act AS a ON a.cadence = 'baseline_review' AND a.key_name IN ('', p.key_name)
),
spaced AS (
  SELECT l.subject, l.is_review, l.done_at, l.due_at, l.event,
    LEAD(l.done_at) OVER (PARTITION BY l.subject ORDER BY l.done_at, l.event) AS next_at
  FROM looked AS l
)
SELECT p.subject, SUM(p.is_review) AS reviews, MAX(p.done_at) AS last_at,
  MAX(CASE WHEN p.next_at IS NULL THEN p.due_at END) AS due_at,
  COUNT(CASE WHEN p.next_at > p.due_at THEN 1 END) AS overruns,
  COALESCE(SUM(CASE WHEN p.next_at > p.due_at THEN p.next_at - p.due_at END), 0) AS length,
  MIN(CASE WHEN p.next_at > p.due_at THEN p.due_at END) AS overrun_from,
  STRING_AGG(p.event, ',') AS events
FROM spaced AS p
GROUP BY p.subject
