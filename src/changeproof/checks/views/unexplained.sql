/*
view: >
  What is in production that no record explains so far, while a record may still be on its way? A
  push and its pull request, a deployment and its build come by separate deliveries; until the
  policy's time (`settle`) has passed after the push, else after the deployment or observation,
  what is missing is not called missing.
index: ["change_id, implementation"]
*/
WITH since AS (
  SELECT w.change_id, w.implementation, w.settle,
    CASE WHEN w.merged_at < w.deployed_at THEN w.merged_at ELSE w.deployed_at END AS happened_at
  FROM work AS w
  WHERE w.deployed = 1 AND (
      w.ground IN ('direct', 'unlogged')
      OR (w.ground = 'act' AND w.change_id = w.implementation)
    )
    AND NOT EXISTS (
      SELECT 1 FROM request_link AS l
      JOIN change_name AS n ON n.name = l.change_name
      WHERE n.change_id = w.change_id AND l.implementation = w.implementation
    )
)
SELECT s.change_id, s.implementation, s.happened_at + s.settle AS settles_at
FROM since AS s
WHERE s.happened_at + s.settle >= :as_of
