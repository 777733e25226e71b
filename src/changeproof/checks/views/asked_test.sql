/*
view: >
  Which tests does the policy ask of each piece of work: of all changes, and of those of some
  systems or risks? `needed` = 0 where the policy says that the test need not run, because all
  that the work touches lies in areas that it names (hard case 76). Whose run counts is `poster`.
index: ["change_id, implementation"]
*/
WITH named AS (
  SELECT w.change_id, w.implementation, w.policy_version, q.name, q.poster
  FROM work AS w
  JOIN required_test AS q ON q.policy_version = w.policy_version
  UNION
  SELECT w.change_id, w.implementation, w.policy_version, c.value, ''
  FROM work AS w
  JOIN policy_rule AS c
    ON c.policy_version = w.policy_version AND c.rule = 'required_for' AND c.part = 'check'
  JOIN work_system AS k ON k.change_id = w.change_id AND k.implementation = w.implementation
  LEFT JOIN policy_rule AS s
    ON s.policy_version = c.policy_version AND s.rule = c.rule AND s.number = c.number
    AND s.part = 'system'
  LEFT JOIN policy_rule AS r
    ON r.policy_version = c.policy_version AND r.rule = c.rule AND r.number = c.number
    AND r.part = 'risk'
  WHERE COALESCE(r.value, w.risk) = w.risk
    AND LOWER(COALESCE(s.value, k.system)) = LOWER(k.system)
)
SELECT n.change_id, n.implementation, n.name, n.poster,
  CASE WHEN u.name IS NULL THEN 1 ELSE 0 END AS needed
FROM named AS n
LEFT JOIN unneeded_test AS u
  ON u.change_id = n.change_id AND u.implementation = n.implementation AND u.name = n.name
