/*
view: >
  Which cases of deviations were opened, by when was somebody to have looked at each, and when did
  somebody?
index: [case_id]
*/
WITH resolved AS (
  SELECT r.case_id, MIN(r.resolved_at) AS resolved_at, MIN(r.event) AS event
  FROM case_resolution AS r
  WHERE r.account IS NOT NULL AND r.resolved_at <= :as_of
  GROUP BY r.case_id
),
owed AS (
  SELECT c.case_id, c.subject, c.opened_at, c.event, r.resolved_at, r.event AS resolved_event,
    t.policy_version, d.within,
    b.open_before + d.business
      + CASE WHEN c.opened_at < b.closes_at THEN c.opened_at ELSE b.closes_at END - b.opens_at
      AS target
  FROM case_file AS c
  JOIN policy_terms AS t ON t.judges_from <= c.opened_at AND c.opened_at < t.judges_until
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'deadline.deviation_review_within'
  LEFT JOIN business_time AS b
    ON d.business IS NOT NULL AND b.policy_version = t.policy_version
    AND b.opens_at <= c.opened_at AND c.opened_at < b.next_opens_at
  LEFT JOIN resolved AS r ON r.case_id = c.case_id
  WHERE c.opened_at <= :as_of
)
SELECT o.case_id, o.subject AS case_subject, o.opened_at, o.resolved_at,
  COALESCE(e.opens_at + o.target - e.open_before, o.opened_at + o.within) AS due_at,
  o.event || COALESCE(',' || o.resolved_event, '') AS events
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
