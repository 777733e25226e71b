/*
view: >
  By when is a deployed change to be looked at afterwards, if it was an emergency? The policy's
  time after its deployment, counted in business time where the policy says so.
index: [change_id]
*/
WITH started AS (
  SELECT p.change_id, p.policy_version, p.deployed_at, d.within, d.business, s.opens_at,
    s.open_before + d.business - s.opens_at
      + CASE WHEN p.deployed_at < s.closes_at THEN p.deployed_at ELSE s.closes_at END AS wanted
  FROM effective_policy AS p
  JOIN policy_deadline AS d
    ON d.policy_version = p.policy_version AND d.name = 'emergency.review_within'
  LEFT JOIN business_time AS s
    ON s.policy_version = p.policy_version AND s.opens_at <= p.deployed_at
    AND p.deployed_at < s.next_opens_at
  WHERE p.deployed_at IS NOT NULL
)
SELECT s.change_id,
  COALESCE(MIN(e.opens_at + s.wanted - e.open_before), MIN(s.deployed_at + s.within)) AS review_due
FROM started AS s
LEFT JOIN business_time AS e
  ON e.policy_version = s.policy_version AND e.open_before < s.wanted
  AND s.wanted <= e.open_after
GROUP BY s.change_id
