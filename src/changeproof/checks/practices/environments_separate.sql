/*
id: practices/environments_separate
title: Development, test, staging and production are separate
criterion: CC6.1, CC8.1
subject: system
severity: medium
policy: [production_environments]
checks: >
  The system's environments are registered with the boundary in which each stands (an account, a
  cluster, a network); production stands in one of its own, and there is at least one other
  environment. What policy calls production counts as production, whatever it was registered for.
does_not_check: >
  Whether the boundary holds: who may cross it, and what data lies where.
re_perform: Compare the registered boundaries with the accounts, clusters and networks in use.
*/
WITH place AS (
  SELECT s.subject, e.environment, e.boundary, e.event,
    CASE
      WHEN e.purpose = 'production' OR p.environment IS NOT NULL THEN 1
      ELSE 0
    END AS is_production
  FROM subject AS s
  JOIN environment_record AS e ON LOWER(e.system) = LOWER(s.name)
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  LEFT JOIN production_environment AS p
    ON p.policy_version = t.policy_version AND p.environment = LOWER(e.environment)
),
shared AS (
  SELECT p.subject, o.environment, p.environment AS production, p.boundary,
    ROW_NUMBER() OVER (PARTITION BY p.subject ORDER BY o.environment, p.environment) AS place
  FROM place AS p
  JOIN place AS o
    ON o.subject = p.subject AND o.is_production = 0 AND LOWER(o.boundary) = LOWER(p.boundary)
  WHERE p.is_production = 1
),
counted AS (
  SELECT p.subject, SUM(p.is_production) AS productions, SUM(1 - p.is_production) AS others,
    MIN(CASE WHEN p.boundary IS NULL THEN p.environment END) AS unplaced,
    MIN(CASE WHEN p.is_production = 1 THEN p.boundary END) AS boundary,
    COUNT(DISTINCT CASE WHEN p.is_production = 1 THEN LOWER(p.boundary) END) AS boundaries,
    STRING_AGG(p.event, ',') AS events
  FROM place AS p
  GROUP BY p.subject
)
SELECT s.subject,
  CASE
    WHEN h.subject IS NOT NULL THEN 'deviation'
    WHEN c.productions > 0 AND c.others > 0 AND c.unplaced IS NULL THEN 'met'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN h.subject IS NOT NULL THEN h.environment || ' stands in ' || h.boundary || ', as does '
      || h.production || '. Why: what is tried out there can reach production.'
      || ' Cure: move one of them behind a boundary of its own, and register it.'
    WHEN c.subject IS NULL THEN 'None of its environments is registered.'
      || ' Why: whether production is separate cannot be seen.'
      || ' Cure: register each environment with the boundary in which it stands (event EnvironmentRegistered).'
    WHEN c.productions = 0 THEN 'No environment is registered as production.'
      || ' Why: whether production is separate cannot be seen.'
      || ' Cure: register it with the boundary in which it stands.'
    WHEN c.others = 0 THEN 'Production is its only registered environment.'
      || ' Why: where changes are developed and tested cannot be seen.'
      || ' Cure: register the environments in which that happens.'
    WHEN c.unplaced IS NOT NULL THEN c.unplaced || ' is registered without a boundary.'
      || ' Why: whether it is separate cannot be seen.'
      || ' Cure: state the account, cluster or network in which it stands.'
    ELSE 'Production stands in ' || c.boundary
      || CASE WHEN c.boundaries > 1 THEN ' and ' || (c.boundaries - 1) || ' more' ELSE '' END || '; '
      || CASE WHEN c.others = 1 THEN 'the other environment stands' ELSE 'the ' || c.others || ' other environments stand' END
      || ' elsewhere.'
  END AS reason,
  COALESCE(c.events, '') AS evidence
FROM subject AS s
LEFT JOIN counted AS c ON c.subject = s.subject
LEFT JOIN shared AS h ON h.subject = s.subject AND h.place = 1
WHERE s.kind = 'system'
