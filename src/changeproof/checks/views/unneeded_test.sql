/*
view: >
  Which tests need not run on a piece of work, because all the areas that it touches are among
  those that the policy names beside the test? Where nobody told what it touches, none.
index: ["change_id, implementation"]
*/
WITH by_rule AS (
  SELECT w.change_id, w.implementation, c.number, c.value AS name,
    COUNT(t.area) AS touched, COUNT(a.value) AS named
  FROM work AS w
  JOIN policy_rule AS c
    ON c.policy_version = w.policy_version AND c.rule = 'not_needed' AND c.part = 'check'
  JOIN touched_area AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN policy_rule AS a
    ON a.policy_version = c.policy_version AND a.rule = c.rule AND a.number = c.number
    AND a.part = 'area' AND a.value = t.area
  GROUP BY w.change_id, w.implementation, c.number, c.value
)
SELECT DISTINCT b.change_id, b.implementation, b.name
FROM by_rule AS b
WHERE b.touched = b.named
