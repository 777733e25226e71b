/*
view: >
  Until when does somebody look again at a deployed piece of work, because the policy asks for that
  at its change's risk or its life cycle has the stage `review` or `close`? Counted from its own
  deployment; an emergency's look has a time of its own.
index: ["change_id, implementation"]
*/
WITH owed AS (
  SELECT g.change_id, g.implementation, g.policy_version, g.type, g.deployed_at, g.review_due
  FROM work_progress AS g
  JOIN policy_list AS l
    ON l.policy_version = g.policy_version AND l.parameter = 'post_review_required_at'
    AND l.value = g.risk
  WHERE g.deployed_at IS NOT NULL
  UNION
  SELECT g.change_id, g.implementation, g.policy_version, g.type, g.deployed_at, g.review_due
  FROM work_progress AS g
  JOIN policy_list AS l
    ON l.policy_version = g.policy_version AND l.parameter = 'life_cycle.' || g.type
    AND l.value IN ('review', 'close')
  WHERE g.deployed_at IS NOT NULL
),
timed AS (
  SELECT o.change_id, o.implementation, o.policy_version, o.type, o.deployed_at, o.review_due, d.within,
    b.open_before + d.business - b.opens_at
      + CASE WHEN o.deployed_at < b.closes_at THEN o.deployed_at ELSE b.closes_at END AS mark
  FROM owed AS o
  JOIN policy_deadline AS d
    ON d.policy_version = o.policy_version AND d.name = 'cadence.post_review'
  LEFT JOIN business_time AS b
    ON b.policy_version = o.policy_version AND d.business IS NOT NULL
    AND b.opens_at <= o.deployed_at AND o.deployed_at < b.next_opens_at
)
SELECT t.change_id, t.implementation, t.deployed_at,
  CASE
    WHEN t.type = 'emergency' THEN t.review_due
    ELSE COALESCE(e.opens_at + t.mark - e.open_before, t.deployed_at + t.within)
  END AS due_at
FROM timed AS t
LEFT JOIN business_time AS e
  ON e.policy_version = t.policy_version AND e.open_before < t.mark AND t.mark <= e.open_after
