/*
view: >
  What was the first production deployment of a pull request, commit or observed state? A logged
  deployment comes before a landing that stands for one. An act on production is its own.
index: [implementation]
*/
WITH carried AS (
  SELECT o.implementation, d.deployment, MIN(o.revision) AS own_revision,
    MIN(CASE WHEN o.revision = d.revision THEN o.revision END) AS deployed
  FROM revision_implementation AS o
  JOIN deployment_revision AS r ON r.revision = o.revision AND r.direction = 1
  JOIN production_deployment AS d ON d.deployment = r.deployment
  GROUP BY o.implementation, d.deployment
),
put AS (
  SELECT c.implementation, COALESCE(c.deployed, c.own_revision) AS own_revision, d.deployment,
    d.revision, d.artifact, d.landing, d.account, d.triggered_by, d.deployed_at, d.events, d.trust
  FROM carried AS c
  JOIN production_deployment AS d ON d.deployment = c.deployment
  UNION ALL
  SELECT d.deployment, NULL, d.deployment, d.revision, d.artifact,
    d.landing, d.account, d.triggered_by, d.deployed_at, d.events, d.trust
  FROM (
    SELECT DISTINCT i.implementation FROM implementation AS i WHERE i.kind = 'deployment'
  ) AS n
  JOIN production_deployment AS d ON d.deployment = n.implementation
  UNION ALL
  SELECT u.implementation, u.revision, '', u.revision, u.artifact,
    0, NULL, NULL, u.observed_at, u.events, ''
  FROM unlogged_state AS u
  JOIN policy_terms AS t
    ON COALESCE(u.observed_at, :as_of) >= t.judges_from
    AND COALESCE(u.observed_at, :as_of) < t.judges_until
  JOIN production_environment AS e
    ON e.policy_version = t.policy_version AND e.environment = LOWER(u.environment)
  UNION ALL
  SELECT 'act:' || a.act, NULL, '', NULL, NULL,
    0, a.account, a.on_behalf_of, a.acted_at, a.event, ''
  FROM production_act AS a
  JOIN policy_terms AS t
    ON COALESCE(a.acted_at, :as_of) >= t.judges_from
    AND COALESCE(a.acted_at, :as_of) < t.judges_until
  JOIN production_environment AS e
    ON e.policy_version = t.policy_version AND e.environment = LOWER(a.environment)
  WHERE a.automatic = 0
),
several AS (
  SELECT p.implementation FROM put AS p GROUP BY p.implementation HAVING COUNT(*) > 1
),
ranked AS (
  SELECT p.implementation, p.own_revision, p.deployment, p.revision, p.artifact, p.landing,
    p.account, p.triggered_by, p.deployed_at, p.events, p.trust,
    ROW_NUMBER() OVER (
      PARTITION BY p.implementation
      ORDER BY p.landing, COALESCE(p.deployed_at, 9000000000000000000), p.deployment,
        CASE WHEN p.own_revision = p.revision THEN 0 ELSE 1 END, p.own_revision
    ) AS place
  FROM several AS s
  JOIN put AS p ON p.implementation = s.implementation
)
SELECT r.implementation, r.own_revision, r.deployment, r.revision, r.artifact, r.landing,
  r.account, r.triggered_by, r.deployed_at, r.events, r.trust
FROM ranked AS r
WHERE r.place = 1
UNION ALL
SELECT p.implementation, p.own_revision, p.deployment, p.revision, p.artifact, p.landing,
  p.account, p.triggered_by, p.deployed_at, p.events, p.trust
FROM put AS p
LEFT JOIN several AS s ON s.implementation = p.implementation
WHERE s.implementation IS NULL
