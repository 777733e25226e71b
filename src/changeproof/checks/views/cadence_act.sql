/*
view: >
  Which reviews, scans and tests that come back were done, and by when is the next one owed, by the
  policy in force on that day? `cadence` is the policy's name for it; an empty system stands for
  the organisation. Adopting a policy is a review of the process.
index: ["cadence, key_name"]
*/
WITH act AS (
  SELECT r.topic || '_review' AS cadence, LOWER(r.system) AS key_name, r.account,
    r.outcome, r.held_at AS done_at, r.event
  FROM review_held AS r
  WHERE r.held_at IS NOT NULL
  UNION ALL
  SELECT c.activity, LOWER(c.system), c.account, c.outcome, c.performed_at, c.event
  FROM control_activity AS c
  WHERE c.performed_at IS NOT NULL
  UNION ALL
  SELECT 'process_review', '', f.adopted_by, 'changed', f.in_force_from, f.event
  FROM policy_in_force AS f
  WHERE f.adopted_by IS NOT NULL
),
owed AS (
  SELECT a.cadence, a.key_name, a.account, a.outcome, a.done_at, a.event, t.policy_version,
    d.within,
    s.open_before + d.business
      + CASE WHEN a.done_at < s.closes_at THEN a.done_at ELSE s.closes_at END - s.opens_at AS target
  FROM act AS a
  LEFT JOIN policy_terms AS t ON t.judges_from <= a.done_at AND a.done_at < t.judges_until
  LEFT JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'cadence.' || a.cadence
  LEFT JOIN business_time AS s
    ON d.business IS NOT NULL AND s.policy_version = t.policy_version
    AND s.opens_at <= a.done_at AND a.done_at < s.next_opens_at
)
SELECT o.cadence, o.key_name, o.account, COALESCE(h.person, o.account) AS person, o.outcome,
  o.done_at, COALESCE(e.opens_at + o.target - e.open_before, o.done_at + o.within) AS due_at,
  o.event
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
LEFT JOIN account_holder AS h
  ON h.account = o.account AND h.held_from <= o.done_at AND o.done_at < h.held_until
