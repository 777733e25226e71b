/*
view: Which tests does each version of the policy name, and whose run of them counts?
index: [policy_version]
*/
SELECT n.policy_version, n.position, n.value AS name, COALESCE(p.value, '') AS poster
FROM policy_parameter AS n
LEFT JOIN policy_parameter AS p
  ON p.policy_version = n.policy_version AND p.position = n.position
  AND p.parameter = 'required_check_poster'
WHERE n.parameter = 'required_check'
