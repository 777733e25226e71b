/*
view: >
  Is a change a standard one, as it claims? One row a change that names a template. `holds` is 1
  where the policy that judges it has that template and all that the change touches is in its
  scope; 0 where something is not, which `outside` names; -1 where nothing tells what it touches.
index: [change_id]
*/
WITH claim AS (
  SELECT n.change_id, j.policy_version, c.template, c.claimed_at, c.event,
    ROW_NUMBER() OVER (
      PARTITION BY n.change_id ORDER BY c.stated_at DESC, c.event
    ) AS place
  FROM template_claim AS c
  JOIN change_name AS n ON n.name = c.change_name
  JOIN judging_policy AS j ON j.change_id = n.change_id
),
scope AS (
  SELECT c.change_id, c.policy_version, c.template, c.claimed_at, c.event, r.number,
    MAX(CASE WHEN b.part = 'tests_required' THEN b.value END) AS tests_required,
    MAX(CASE WHEN b.part = 'back_out' THEN b.value END) AS back_out
  FROM claim AS c
  LEFT JOIN policy_rule AS r
    ON r.policy_version = c.policy_version AND r.rule = 'standard_change' AND r.part = 'id'
    AND r.value = c.template
  LEFT JOIN policy_rule AS b
    ON b.policy_version = r.policy_version AND b.rule = r.rule AND b.number = r.number
  WHERE c.place = 1
  GROUP BY c.change_id, c.policy_version, c.template, c.claimed_at, c.event, r.number
),
limited AS (
  SELECT DISTINCT s.change_id, q.part
  FROM scope AS s
  JOIN policy_rule AS q
    ON q.policy_version = s.policy_version AND q.rule = 'standard_change' AND q.number = s.number
  WHERE q.part IN ('system', 'author', 'kind', 'area')
),
trait AS (
  SELECT t.change_id, t.part, t.value, t.part || ' ' || t.value AS told FROM change_trait AS t
  UNION ALL
  SELECT DISTINCT s.change_id, 'author', w.account, 'author {' || w.account || '}'
  FROM scope AS s
  JOIN writer AS w ON w.change_id = s.change_id
),
beyond AS (
  SELECT s.change_id, MIN(t.told) AS outside
  FROM scope AS s
  JOIN limited AS l ON l.change_id = s.change_id
  JOIN trait AS t ON t.change_id = s.change_id AND t.part = l.part
  LEFT JOIN policy_rule AS q
    ON q.policy_version = s.policy_version AND q.rule = 'standard_change' AND q.number = s.number
    AND q.part = t.part AND q.value = t.value
  WHERE q.value IS NULL
  GROUP BY s.change_id
),
touching AS (
  SELECT t.change_id, COUNT(*) AS areas FROM change_trait AS t WHERE t.part = 'area'
  GROUP BY t.change_id
)
SELECT s.change_id, s.policy_version, s.template, s.claimed_at,
  CASE
    WHEN s.number IS NULL OR b.outside IS NOT NULL THEN 0
    WHEN u.areas IS NULL THEN -1
    ELSE 1
  END AS holds,
  CASE WHEN s.number IS NULL THEN 'the policy, which has no such template' ELSE b.outside END
    AS outside,
  COALESCE(s.tests_required, 'true') AS tests_required, s.back_out, s.event
FROM scope AS s
LEFT JOIN beyond AS b ON b.change_id = s.change_id
LEFT JOIN touching AS u ON u.change_id = s.change_id
