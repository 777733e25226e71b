/*
view: >
  Which deployments brought a piece of work to production? `first` = 1 is the one that it is
  judged by. Later ones are events of the same work: the same content put there again, or gone
  back to (`went_back` = 1: something else ran in between). An act on production by hand is its
  own deployment.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, w.deployment, 1 AS first, 0 AS went_back, d.environment,
  w.artifact, w.deployed_revision AS revision, w.deployed_by, w.triggered_by, w.deployed_at,
  w.deployment_events AS events
FROM work AS w
LEFT JOIN production_deployment AS d ON d.deployment = w.deployment
WHERE w.deployed = 1
UNION ALL
SELECT w.change_id, w.implementation, d.deployment, 0,
  CASE
    WHEN d.rollback = 1 OR (d.lane = f.lane AND d.previous_revision <> d.revision) THEN 1
    ELSE 0
  END,
  d.environment, d.artifact, d.revision, d.account, d.triggered_by, d.deployed_at, d.events
FROM work AS w
JOIN revision_implementation AS o ON o.implementation = w.implementation
JOIN production_deployment AS d ON d.revision = o.revision AND d.landing = 0
JOIN production_deployment AS f ON f.deployment = w.deployment
WHERE w.landing = 0 AND d.deployment <> w.deployment AND d.deployed_at >= w.deployed_at
