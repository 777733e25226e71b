/*
view: >
  What is in production, or was pushed straight to its branch, that no record explains so far, while
  a record may still be on its way? A push and its pull request, a deployment and its build come by separate deliveries; until the
  policy's settling time (`unexplained_for`, by source where policy says so) has passed after the
  push, else after the deployment or observation, what is missing is not called missing. At nought
  it is called so at once.
index: ["change_id, implementation"]
*/
WITH since AS (
  SELECT w.change_id, w.implementation, w.policy_version, w.unexplained_for,
    -- The word before the first colon tells the source: of a push that of its repository.
    CASE
      WHEN w.kind = 'act' THEN SUBSTR(w.implementation, 5)
      WHEN w.kind = 'commit' THEN COALESCE(w.repository, w.implementation)
      ELSE w.implementation
    END AS told_as,
    CASE
      WHEN w.deployed = 0 OR w.merged_at < w.deployed_at THEN w.merged_at
      ELSE w.deployed_at
    END AS happened_at
  FROM work AS w
  WHERE (
      w.ground = 'direct'
      OR (w.deployed = 1 AND w.ground = 'unlogged')
      OR (w.deployed = 1 AND w.ground = 'act' AND w.change_id = w.implementation)
    )
    AND NOT EXISTS (
      SELECT 1 FROM request_link AS l
      JOIN change_name AS n ON n.name = l.change_name
      WHERE n.change_id = w.change_id AND l.implementation = w.implementation
    )
),
by_source AS (
  SELECT s.change_id, s.implementation, MAX(CAST(t.value AS BIGINT)) AS unexplained_for
  FROM since AS s
  JOIN policy_rule AS r
    ON r.policy_version = s.policy_version AND r.rule = 'unexplained_for' AND r.part = 'source'
    AND SUBSTR(s.told_as, 1, LENGTH(r.value) + 1) = r.value || ':'
  JOIN policy_rule AS t
    ON t.policy_version = r.policy_version AND t.rule = r.rule AND t.number = r.number
    AND t.part = 'within'
  GROUP BY s.change_id, s.implementation
),
settling AS (
  SELECT s.change_id, s.implementation, s.happened_at,
    COALESCE(b.unexplained_for, s.unexplained_for) AS unexplained_for
  FROM since AS s
  LEFT JOIN by_source AS b
    ON b.change_id = s.change_id AND b.implementation = s.implementation
)
SELECT t.change_id, t.implementation, t.happened_at + t.unexplained_for AS settles_at
FROM settling AS t
WHERE t.unexplained_for > 0 AND t.happened_at + t.unexplained_for >= :as_of
