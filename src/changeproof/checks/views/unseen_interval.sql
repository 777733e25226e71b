/*
view: >
  Was the forge silent at some moment between the opening of the work and its deployment, so that
  what is missing may only be unseen? `scope` is what the earliest of these silences was of.
index: ["change_id, implementation"]
*/
WITH blind AS (
  SELECT w.change_id, w.implementation, g.blind_from, g.blind_until, g.scope, g.events,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation ORDER BY g.blind_from, g.scope
    ) AS place
  FROM work AS w
  JOIN coverage_gap AS g
    ON g.repository = w.repository OR g.system_key = LOWER(w.system)
  WHERE w.ground <> 'none'
    AND g.blind_from <= COALESCE(w.deployed_at, :as_of)
    AND g.blind_until >= COALESCE(w.opened_at, 0)
)
SELECT b.change_id, b.implementation, MIN(b.blind_from) AS blind_from,
  MAX(b.blind_until) AS blind_until, MAX(CASE WHEN b.place = 1 THEN b.scope END) AS scope,
  STRING_AGG(b.events, ',') AS events
FROM blind AS b
GROUP BY b.change_id, b.implementation
