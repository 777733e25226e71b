/*
view: >
  Where does each version of the policy say who may deploy? By system and environment in lower
  case; empty means all. Whom a rule names stands in `policy_rule` under its number.
index: [policy_version]
*/
SELECT DISTINCT r.policy_version, r.number, LOWER(COALESCE(s.value, '')) AS system_key,
  LOWER(COALESCE(e.value, '')) AS environment
FROM policy_rule AS r
LEFT JOIN policy_rule AS s
  ON s.policy_version = r.policy_version AND s.rule = 'deployer' AND s.number = r.number
  AND s.part = 'system'
LEFT JOIN policy_rule AS e
  ON e.policy_version = r.policy_version AND e.rule = 'deployer' AND e.number = r.number
  AND e.part = 'environment'
WHERE r.rule = 'deployer' AND r.part IN ('identity', 'role')
