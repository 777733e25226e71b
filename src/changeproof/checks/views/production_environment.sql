/*
view: Which environments does each version of the policy call production? In lower case.
index: ["policy_version, environment"]
*/
SELECT q.policy_version, LOWER(q.value) AS environment
FROM policy_parameter AS q
WHERE q.parameter = 'production_environments'
UNION ALL
SELECT t.policy_version, e.environment
FROM policy_terms AS t
CROSS JOIN (
  SELECT 'production' AS environment
  UNION ALL SELECT 'prod'
  UNION ALL SELECT 'live'
) AS e
WHERE NOT EXISTS (
  SELECT 1 FROM policy_parameter AS q
  WHERE q.policy_version = t.policy_version AND q.parameter = 'production_environments'
)
