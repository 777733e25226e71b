/*
view: >
  Which parts of a change's documentation are on record, filled in from evidence where it tells
  them? One row a change and part; `late_at` is set where it came only after it had to be there. The
  result of a deployment, its requester, its makers and its authorizer come from the records
  themselves; an assessment tells the impact and the design.
index: ["change_id, part"]
*/
WITH told AS (
  SELECT n.change_id, d.part, d.documented_at, d.event
  FROM change_document AS d
  JOIN change_name AS n ON n.name = d.change_name
  UNION ALL
  SELECT n.change_id,
    CASE
      WHEN a.topic = 'design' THEN 'design'
      WHEN a.topic = 'risk_after' THEN 'result'
      ELSE 'impact'
    END, a.assessed_at, a.event
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  WHERE a.topic IN ('objectives', 'systems', 'data', 'side_effects', 'design', 'risk_after')
  UNION ALL
  SELECT n.change_id, 'back_out', NULL, r.event
  FROM change_request AS r
  JOIN change_name AS n ON n.name = r.change_name
  WHERE r.back_out IS NOT NULL
  UNION ALL
  SELECT n.change_id, 'reason', NULL, r.event
  FROM change_request AS r
  JOIN change_name AS n ON n.name = r.change_name
  WHERE r.reason IS NOT NULL
  UNION ALL
  SELECT g.change_id, 'reason', NULL, ''
  FROM change_progress AS g
  WHERE g.title IS NOT NULL
  UNION ALL
  SELECT w.change_id, 'reason', NULL, p.event
  FROM work AS w
  JOIN pull_description AS p ON p.pull = w.implementation
  WHERE p.title IS NOT NULL
  UNION ALL
  SELECT g.change_id, 'back_out', NULL, g.template_event
  FROM change_progress AS g
  WHERE g.type = 'standard' AND g.template_back_out IS NOT NULL
  UNION ALL
  SELECT g.change_id, 'requester', NULL, ''
  FROM change_progress AS g
  WHERE g.requested_by IS NOT NULL
  UNION ALL
  SELECT w.change_id, 'requester', NULL, ''
  FROM work AS w
  WHERE w.ground = 'pull' AND w.author IS NOT NULL
  UNION ALL
  SELECT x.change_id, 'implementer', NULL, '' FROM writer AS x
  UNION ALL
  SELECT w.change_id, 'implementer', NULL, ''
  FROM work AS w
  WHERE w.kind = 'act' AND w.deployed_by IS NOT NULL
  UNION ALL
  SELECT a.change_id, 'authorizer', NULL, ''
  FROM authorization_state AS a
  WHERE COALESCE(a.account, a.authorized_by) IS NOT NULL
  UNION ALL
  SELECT g.change_id, 'authorizer', NULL, g.template_event
  FROM change_progress AS g
  WHERE g.type = 'standard'
  UNION ALL
  SELECT w.change_id, 'result', NULL, ''
  FROM work AS w
  WHERE w.deployed = 1 AND (w.deployment <> '' OR w.kind = 'act')
  UNION ALL
  SELECT n.change_id, 'result', NULL, r.event
  FROM post_review AS r
  JOIN change_name AS n ON n.name = r.change_name
),
placed AS (
  SELECT t.change_id, t.part, t.documented_at, t.event,
    CASE
      WHEN t.part <> 'result' AND t.documented_at > g.record_until THEN 1
      ELSE 0
    END AS late
  FROM told AS t
  JOIN change_progress AS g ON g.change_id = t.change_id
)
SELECT p.change_id, p.part, MIN(p.late) AS late,
  CASE WHEN MIN(p.late) = 1 THEN MIN(p.documented_at) END AS late_at,
  COALESCE(STRING_AGG(p.event, ','), '') AS events
FROM placed AS p
GROUP BY p.change_id, p.part
