/*
view: When was a piece of work taken out of production again, by which deployment, by whom?
index: ["change_id, implementation"]
*/
WITH out_again AS (
  SELECT w.change_id, w.implementation, d.deployed_at, COALESCE(d.triggered_by, d.account) AS account,
    d.revision, d.events,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation ORDER BY d.deployed_at, d.deployment
    ) AS place
  FROM work AS w
  JOIN deployment_revision AS r ON r.revision = w.landed AND r.direction = -1
  JOIN production_deployment AS d ON d.deployment = r.deployment
  WHERE w.deployed = 1 AND d.landing = 0 AND d.deployed_at >= w.deployed_at
)
SELECT o.change_id, o.implementation, o.deployed_at, o.account, o.revision, o.events
FROM out_again AS o
WHERE o.place = 1
