/*
view: Which control does a version of the policy accept where a check's own cannot be performed?
index: ["policy_version, check_id"]
*/
SELECT c.policy_version, i.value AS control_id, c.value AS check_id, k.value AS control_kind,
  CAST(w.value AS BIGINT) AS within
FROM policy_parameter AS c
JOIN policy_parameter AS i
  ON i.policy_version = c.policy_version AND i.position = c.position
  AND i.parameter = 'alternative_control'
JOIN policy_parameter AS k
  ON k.policy_version = c.policy_version AND k.position = c.position
  AND k.parameter = 'alternative_control_kind'
JOIN policy_parameter AS w
  ON w.policy_version = c.policy_version AND w.position = c.position
  AND w.parameter = 'alternative_control_within'
WHERE c.parameter = 'alternative_control_check'
