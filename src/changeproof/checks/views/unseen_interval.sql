/*
view: >
  Was the forge silent at some moment between the opening of the work and its deployment, so that
  what is missing may only be unseen?
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, MIN(g.blind_from) AS blind_from,
  MAX(g.blind_until) AS blind_until, MIN(g.scope) AS scope, STRING_AGG(g.events, ',') AS events
FROM work AS w
JOIN coverage_gap AS g
  ON g.repository = w.repository OR g.system_key = LOWER(w.system)
WHERE w.ground <> 'none'
  AND g.blind_from <= COALESCE(w.deployed_at, :as_of)
  AND g.blind_until >= COALESCE(w.opened_at, 0)
GROUP BY w.change_id, w.implementation
