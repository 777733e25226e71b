/*
view: >
  Which cases of deviations were opened, or opened again, by when was somebody to have looked at each
  time, and when did somebody?
index: [case_id]
*/
WITH opening AS (
  SELECT c.case_id, c.subject, c.opened_at, c.event, NULL AS returned_at
  FROM case_file AS c
  WHERE c.opened_at <= :as_of
  UNION ALL
  SELECT c.case_id, o.subject, o.reopened_at, o.event, o.reopened_at
  FROM case_file AS c
  JOIN case_reopening AS o ON o.case_id = c.case_id AND o.reopened_at <= :as_of
  WHERE c.opened_at <= :as_of
),
resolved AS (
  -- What came back needs another look: what was resolved before it came back does not count for it.
  SELECT p.event, MIN(r.resolved_at) AS resolved_at
  FROM opening AS p
  JOIN case_resolution AS r
    ON r.case_id = p.case_id AND r.account IS NOT NULL AND r.resolved_at <= :as_of
    AND (p.returned_at IS NULL OR p.returned_at < r.resolved_at)
  GROUP BY p.event
),
owed AS (
  SELECT p.case_id, p.subject, p.opened_at, p.returned_at, p.event, r.resolved_at,
    t.policy_version, d.within,
    b.open_before + d.business
      + CASE WHEN p.opened_at < b.closes_at THEN p.opened_at ELSE b.closes_at END - b.opens_at
      AS target
  FROM opening AS p
  JOIN policy_terms AS t ON t.judges_from <= p.opened_at AND p.opened_at < t.judges_until
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'deadline.deviation_review_within'
  LEFT JOIN business_time AS b
    ON d.business IS NOT NULL AND b.policy_version = t.policy_version
    AND b.opens_at <= p.opened_at AND p.opened_at < b.next_opens_at
  LEFT JOIN resolved AS r ON r.event = p.event
),
answered AS (
  SELECT o.event, MIN(r.event) AS resolved_event
  FROM owed AS o
  JOIN case_resolution AS r
    ON r.case_id = o.case_id AND r.resolved_at = o.resolved_at AND r.account IS NOT NULL
  GROUP BY o.event
)
SELECT o.case_id, o.subject AS case_subject, o.opened_at, o.returned_at, o.resolved_at,
  COALESCE(e.opens_at + o.target - e.open_before, o.opened_at + o.within) AS due_at,
  o.event || COALESCE(',' || a.resolved_event, '') AS events
FROM owed AS o
LEFT JOIN answered AS a ON a.event = o.event
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
