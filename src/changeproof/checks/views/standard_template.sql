/*
view: >
  Is a change a standard one, as it claims? One row a change that names a template. `holds` is 1
  where the policy that judges it has that template and all that the change touches is in its
  scope; 0 where something is not, which `outside` names; -1 where nothing tells what it touches,
  or what a piece of its work does.
  Where policy says so, the revert of an approved change (hard case 26) and what was picked from one
  (hard case 27) stand here too, without a template of their own: `relation` is then not empty,
  `told` says whether a message or the patch alone names the other, `proof` what proves it.
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
repeated AS (
  SELECT r.change_id, r.policy_version, r.claim, r.told, r.proof, r.opened_at, r.events,
    SUBSTR(COALESCE(r.origin_landed, r.origin), 1, 7) AS origin,
    CASE
      WHEN r.vouched_for = 0 OR r.pure = 0 THEN 0
      WHEN r.claim = 'reverts' AND r.done_at > r.origin_at + t.revert_window THEN 0
      WHEN r.origin_at IS NULL THEN 0
      ELSE r.pure
    END AS holds,
    CASE
      WHEN r.vouched_for = 0 THEN 'which others did not approve'
      WHEN r.origin_at IS NULL THEN 'which nobody saw in production'
      WHEN r.pure = 0 AND r.claim = 'reverts' THEN 'and is not exactly its inverse'
      WHEN r.pure = 0 THEN 'and is not the same patch'
      WHEN r.claim = 'reverts' AND r.done_at > r.origin_at + t.revert_window
        THEN 'later than policy lets a revert pass'
      WHEN r.pure = -1 THEN 'and the content before or after is not on record'
    END AS outside
  FROM repeated_change AS r
  JOIN policy_terms AS t ON t.policy_version = r.policy_version
  WHERE CASE
      WHEN r.claim = 'reverts' THEN t.revert_window > 0
      ELSE t.backports_inherit = 'true'
    END
    AND NOT EXISTS (SELECT 1 FROM claim AS c WHERE c.change_id = r.change_id)
),
piece AS (
  SELECT s.change_id, i.implementation, COUNT(t.area) AS areas
  FROM scope AS s
  JOIN implementation AS i ON i.change_id = s.change_id
  JOIN revision_implementation AS r ON r.implementation = i.implementation
  LEFT JOIN revision_touch AS t ON t.revision = r.revision
  GROUP BY s.change_id, i.implementation
),
touching AS (
  SELECT p.change_id, MIN(p.areas) AS areas FROM piece AS p GROUP BY p.change_id
)
SELECT s.change_id, s.policy_version, s.template, s.claimed_at,
  CASE
    WHEN s.number IS NULL OR b.outside IS NOT NULL THEN 0
    WHEN COALESCE(u.areas, 0) = 0 THEN -1
    ELSE 1
  END AS holds,
  CASE WHEN s.number IS NULL THEN 'the policy, which has no such template' ELSE b.outside END
    AS outside,
  COALESCE(s.tests_required, 'true') AS tests_required, s.back_out, s.event,
  '' AS relation, '' AS origin, '' AS told, '' AS proof
FROM scope AS s
LEFT JOIN beyond AS b ON b.change_id = s.change_id
LEFT JOIN touching AS u ON u.change_id = s.change_id
UNION ALL
SELECT r.change_id, r.policy_version, r.claim, r.opened_at, r.holds, r.outside, 'true', NULL,
  r.events, r.claim, r.origin, r.told, r.proof
FROM repeated AS r
