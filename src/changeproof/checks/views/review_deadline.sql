/*
view: >
  By when is a deployed piece of work to be looked at afterwards, if it was an emergency and the
  policy counts that in business time? One row where it does and its calendar reaches that far:
  elsewhere the policy's plain time counts from the piece's own deployment.
index: ["change_id, implementation"]
*/
WITH started AS (
  SELECT w.change_id, w.implementation, w.policy_version,
    s.open_before + d.business - s.opens_at
      + CASE WHEN w.deployed_at < s.closes_at THEN w.deployed_at ELSE s.closes_at END AS wanted
  FROM work AS w
  JOIN policy_deadline AS d
    ON d.policy_version = w.policy_version AND d.name = 'emergency.review_within'
  JOIN business_time AS s
    ON s.policy_version = w.policy_version AND s.opens_at <= w.deployed_at
    AND w.deployed_at < s.next_opens_at
)
SELECT s.change_id, s.implementation, e.opens_at + s.wanted - e.open_before AS review_due
FROM started AS s
JOIN business_time AS e
  ON e.policy_version = s.policy_version AND e.open_before < s.wanted
  AND s.wanted <= e.open_after
