/*
view: >
  When may time alone change what is said of a system, the organisation, an incident, a
  vulnerability or an item?
index: [subject]
*/
WITH acknowledging AS (
  -- By when whoever acts in the process is to have acknowledged it.
  SELECT g.granted_at AS since FROM role_grant AS g
  UNION
  SELECT a.held_from FROM access_period AS a
  UNION
  SELECT f.in_force_from FROM policy_in_force AS f
),
due AS (
  SELECT s.subject, k.since + d.within AS due_at
  FROM subject AS s
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'cadence.process_review'
  JOIN acknowledging AS k ON k.since IS NOT NULL
  WHERE s.kind = 'organisation'
  UNION ALL
  SELECT c.subject, c.due_at FROM cadence_state AS c
  UNION ALL
  SELECT a.subject, a.due_at FROM access_state AS a
  UNION ALL
  SELECT p.subject, p.due_at FROM production_holder AS p
  UNION ALL
  SELECT u.subject, u.due_at FROM unilateral_person AS u
  UNION ALL
  SELECT r.subject, r.due_at FROM drift_alarm AS r WHERE r.answered_at IS NULL
  UNION ALL
  SELECT 'organisation', c.due_at FROM case_state AS c WHERE c.resolved_at IS NULL
  UNION ALL
  SELECT 'organisation', k.due_at FROM document_look AS k WHERE k.next_at IS NULL
  UNION ALL
  SELECT 'organisation', q.due_at FROM document_reading AS q WHERE q.acknowledged_at IS NULL
  UNION ALL
  SELECT i.subject, i.due_at FROM incident_state AS i
  UNION ALL
  SELECT w.subject, w.due_at FROM patch_state AS w
  UNION ALL
  SELECT w.subject, w.covered_until FROM patch_state AS w
  UNION ALL
  SELECT x.subject, x.review_due FROM item_state AS x
  UNION ALL
  -- When an emergency is no longer among those that are counted together.
  SELECT s.subject, e.declared_at + COALESCE(CAST(q.value AS BIGINT), 7948800000000)
  FROM subject AS s
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  JOIN emergency AS e ON e.system = s.name
  LEFT JOIN policy_parameter AS q
    ON q.policy_version = t.policy_version AND q.position = 0
    AND q.parameter = 'emergency_rate.within'
  WHERE s.kind = 'system'
)
SELECT d.subject, MIN(d.due_at) AS due_at
FROM due AS d
WHERE d.due_at >= :as_of
GROUP BY d.subject
