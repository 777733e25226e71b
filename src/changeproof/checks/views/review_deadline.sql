/*
view: >
  By when is a deployed piece of work to be looked at afterwards, if it was an emergency? The
  policy's time after its own deployment, counted in business time where the policy says so.
index: ["change_id, implementation"]
*/
WITH started AS (
  SELECT w.change_id, w.implementation, w.policy_version, w.deployed_at, d.within, s.opens_at,
    s.open_before + d.business - s.opens_at
      + CASE WHEN w.deployed_at < s.closes_at THEN w.deployed_at ELSE s.closes_at END AS wanted
  FROM work AS w
  JOIN policy_deadline AS d
    ON d.policy_version = w.policy_version AND d.name = 'emergency.review_within'
  LEFT JOIN business_time AS s
    ON s.policy_version = w.policy_version AND s.opens_at <= w.deployed_at
    AND w.deployed_at < s.next_opens_at
  WHERE w.deployed_at IS NOT NULL
)
SELECT s.change_id, s.implementation,
  COALESCE(MIN(e.opens_at + s.wanted - e.open_before), MIN(s.deployed_at + s.within)) AS review_due
FROM started AS s
LEFT JOIN business_time AS e
  ON e.policy_version = s.policy_version AND e.open_before < s.wanted
  AND s.wanted <= e.open_after
GROUP BY s.change_id, s.implementation
