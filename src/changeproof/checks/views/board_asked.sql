/*
view: >
  On which changes does the policy that judges them ask an advisory board, by which of its rules
  (the first that holds)?
index: [change_id]
*/
WITH trait AS (
  SELECT t.change_id, t.part, t.value FROM change_trait AS t
  UNION ALL
  SELECT p.change_id, 'risk', p.risk FROM effective_policy AS p
),
wanted AS (
  SELECT p.change_id, q.number, q.part,
    MAX(CASE WHEN t.value IS NULL THEN 0 ELSE 1 END) AS held
  FROM effective_policy AS p
  JOIN policy_rule AS q ON q.policy_version = p.policy_version AND q.rule = 'board'
  LEFT JOIN trait AS t
    ON t.change_id = p.change_id AND t.part = q.part AND t.value = q.value
  GROUP BY p.change_id, q.number, q.part
),
whole AS (
  SELECT w.change_id, w.number FROM wanted AS w
  GROUP BY w.change_id, w.number
  HAVING MIN(w.held) = 1
)
SELECT h.change_id, MIN(h.number) AS rule FROM whole AS h GROUP BY h.change_id
