/*
view: >
  When did a production deployment of a piece of work fail: the one that brought it (it was there,
  and was taken out again), or an attempt at what is not in production?
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, MIN(o.finished_at) AS failed_at,
  STRING_AGG(o.event, ',') AS events
FROM work AS w
JOIN deployment_outcome AS o
  ON o.revision = COALESCE(w.deployed_revision, w.landed) AND o.outcome = 'failed'
JOIN production_environment AS e
  ON e.policy_version = w.policy_version AND e.environment = LOWER(o.environment)
WHERE w.deployed = 0 OR o.deployment = w.deployment
GROUP BY w.change_id, w.implementation
