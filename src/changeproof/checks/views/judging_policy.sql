/*
view: >
  Which policy judges a change: the one in force at its first production deployment, before that
  the one at the moment of judging.
index: [change_id]
*/
WITH moment AS (
  SELECT c.change_id, MIN(d.deployed_at) AS deployed_at
  FROM change AS c
  LEFT JOIN implementation AS i ON i.change_id = c.change_id
  LEFT JOIN deployed_work AS d ON d.implementation = i.implementation
  GROUP BY c.change_id
)
SELECT m.change_id, t.policy_version, m.deployed_at
FROM moment AS m
JOIN policy_terms AS t
  ON COALESCE(m.deployed_at, :as_of) >= t.judges_from
  AND COALESCE(m.deployed_at, :as_of) < t.judges_until
