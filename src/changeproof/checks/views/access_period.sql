/*
view: >
  Who may do what on which system, from when until when? A grant that is stated again while the
  access is held continues it; `ends_at` is the latest end that was agreed, `ended_at` the removal.
  `area` is production (deploy, break_glass), pipeline (administer_…), write or prover. `key_name`
  is the system in lower case.
index: [key_name, person]
*/
WITH placed AS (
  SELECT g.account, g.access, g.system, g.environment, g.granted_by, g.approved_by, g.granted_at,
    g.ends_at, g.event, (
      SELECT MIN(e.ended_at) FROM access_end AS e
      WHERE e.account = g.account AND e.access = g.access AND e.system = g.system
        AND e.environment IN ('', g.environment) AND e.ended_at >= g.granted_at
    ) AS ended_at
  FROM access_grant AS g
),
numbered AS (
  SELECT p.account, p.access, p.system, p.environment, p.granted_by, p.approved_by, p.granted_at,
    p.ended_at, p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.account, p.access, p.system, p.environment, COALESCE(p.ended_at, -1)
      ORDER BY p.granted_at, p.event
    ) AS place,
    MAX(p.ends_at) OVER (
      PARTITION BY p.account, p.access, p.system, p.environment, COALESCE(p.ended_at, -1)
    ) AS ends_at
  FROM placed AS p
)
SELECT n.account, COALESCE(h.person, n.account) AS person, n.access,
  CASE
    WHEN n.access IN ('deploy', 'break_glass') THEN 'production'
    WHEN n.access IN ('administer_pipeline', 'administer_protection') THEN 'pipeline'
    ELSE n.access
  END AS area,
  LOWER(n.system) AS key_name, n.environment, n.granted_at AS held_from, n.ends_at, n.ended_at,
  COALESCE(a.person, n.approved_by) AS approver, COALESCE(b.person, n.granted_by) AS grantor,
  n.event
FROM numbered AS n
LEFT JOIN account_holder AS h
  ON h.account = n.account AND h.held_from <= n.granted_at AND n.granted_at < h.held_until
LEFT JOIN account_holder AS a
  ON a.account = n.approved_by AND a.held_from <= n.granted_at AND n.granted_at < a.held_until
LEFT JOIN account_holder AS b
  ON b.account = n.granted_by AND b.held_from <= n.granted_at AND n.granted_at < b.held_until
WHERE n.place = 1
