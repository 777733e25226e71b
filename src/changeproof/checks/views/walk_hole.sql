/*
view: >
  Which work is not known to be deployed, though the walk back from a production deployment met
  it without knowing what came before it? Whether that deployment brought it or an earlier one did
  cannot be told until the history is.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, MIN(g.missing) AS missing, MIN(d.revision) AS revision,
  MIN(d.deployed_at) AS deployed_at, STRING_AGG(d.events, ',') AS events
FROM work AS w
JOIN revision_implementation AS o ON o.implementation = w.implementation
JOIN deployment_gap AS g ON g.missing = o.revision
JOIN production_deployment AS d ON d.deployment = g.deployment
WHERE w.deployed = 0 AND w.closed_at IS NULL
GROUP BY w.change_id, w.implementation
