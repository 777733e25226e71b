/*
view: >
  Who may do what on which system, from when until when? A grant that is stated again while the
  access is held continues it; `ends_at` is the latest end that was agreed, `ended_at` the removal.
  `own_from` is since when it rests on a grant that the holder approved, or gave without approval.
  `area` is production (deploy, break_glass), pipeline (administer_…), write or prover. `key_name`
  is the system in lower case.
index: [key_name, person]
*/
WITH placed AS (
  SELECT g.account, COALESCE(h.person, g.account) AS person,
    COALESCE(h.holder, g.account) AS holder, g.access, g.system, g.environment,
    g.granted_at, g.ends_at, g.event, COALESCE(a.person, g.approved_by) AS approver,
    COALESCE(a.person, g.approved_by, b.person, g.granted_by) AS agreed_by, (
      SELECT MIN(e.ended_at) FROM access_end AS e
      WHERE e.account = g.account AND e.access = g.access AND e.system = g.system
        AND e.environment IN ('', g.environment) AND e.ended_at >= g.granted_at
    ) AS ended_at
  FROM access_grant AS g
  LEFT JOIN account_holder AS h
    ON h.account = g.account AND h.held_from <= g.granted_at AND g.granted_at < h.held_until
  LEFT JOIN account_holder AS a
    ON a.account = g.approved_by AND a.held_from <= g.granted_at AND g.granted_at < a.held_until
  LEFT JOIN account_holder AS b
    ON b.account = g.granted_by AND b.held_from <= g.granted_at AND g.granted_at < b.held_until
),
numbered AS (
  SELECT p.account, p.person, p.holder, p.access, p.system, p.environment, p.granted_at,
    p.ended_at, p.approver,
    ROW_NUMBER() OVER (
      PARTITION BY p.account, p.access, p.system, p.environment, COALESCE(p.ended_at, -1)
      ORDER BY p.granted_at, p.event
    ) AS place,
    MAX(p.ends_at) OVER (
      PARTITION BY p.account, p.access, p.system, p.environment, COALESCE(p.ended_at, -1)
    ) AS ends_at,
    MIN(CASE WHEN p.agreed_by = p.person THEN p.granted_at END) OVER (
      PARTITION BY p.account, p.access, p.system, p.environment, COALESCE(p.ended_at, -1)
    ) AS own_from,
    p.event
  FROM placed AS p
),
own AS (
  SELECT p.account, p.access, p.system, p.environment, p.granted_at, MIN(p.event) AS event
  FROM placed AS p
  WHERE p.agreed_by = p.person
  GROUP BY p.account, p.access, p.system, p.environment, p.granted_at
)
SELECT n.account, n.person, n.holder, n.access,
  CASE
    WHEN n.access IN ('deploy', 'break_glass') THEN 'production'
    WHEN n.access IN ('administer_pipeline', 'administer_protection') THEN 'pipeline'
    ELSE n.access
  END AS area,
  LOWER(n.system) AS key_name, n.environment, n.granted_at AS held_from, n.ends_at, n.ended_at,
  n.approver, n.own_from, n.event || COALESCE(',' || o.event, '') AS event
FROM numbered AS n
LEFT JOIN own AS o
  ON o.account = n.account AND o.access = n.access AND o.system = n.system
  AND o.environment = n.environment AND o.granted_at = n.own_from
WHERE n.place = 1
