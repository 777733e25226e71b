/*
view: >
  From when on does a check count that each version of the policy has announced? Before, its
  findings say what it would find.
index: ["policy_version, check_id"]
*/
SELECT c.policy_version, c.value AS check_id, CAST(f.value AS BIGINT) AS effective_from
FROM policy_parameter AS c
JOIN policy_parameter AS f
  ON f.policy_version = c.policy_version AND f.position = c.position
  AND f.parameter = 'announced_from'
WHERE c.parameter = 'announced'
