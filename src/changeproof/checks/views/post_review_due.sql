/*
view: >
  By when was a deployed change to be looked at, where policy asks for it at the change's risk?
  Null before its deployment.
index: [change_id]
*/
WITH owed AS (
  SELECT p.change_id, p.policy_version, p.deployed_at, d.within,
    s.open_before + d.business
      + CASE WHEN p.deployed_at < s.closes_at THEN p.deployed_at ELSE s.closes_at END - s.opens_at
      AS target
  FROM effective_policy AS p
  JOIN policy_list AS q
    ON q.policy_version = p.policy_version AND q.parameter = 'post_review_required_at'
    AND q.value = p.risk
  JOIN policy_deadline AS d
    ON d.policy_version = p.policy_version AND d.name = 'cadence.post_review'
  LEFT JOIN business_time AS s
    ON d.business IS NOT NULL AND s.policy_version = p.policy_version
    AND s.opens_at <= p.deployed_at AND p.deployed_at < s.next_opens_at
)
SELECT o.change_id,
  COALESCE(e.opens_at + o.target - e.open_before, o.deployed_at + o.within) AS due_at
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
