/*
view: >
  How far did each change come as a whole, of which type is it, and until when must its papers be
  on record? Each piece of its work has its own type and time: `work_progress`. `type` is `emergency` (declared as the policy allows), `standard` (its template
  holds) or `normal`. `record_until` is the end of the second of its first production deployment,
  for an emergency the end of the time that its review has. `git_alone`, `blind` and `settles_at` say
  why something may be missing only to us; `on_desk` is 1 where the desk holds papers of it, so
  that a missing one is missing.
index: [change_id]
*/
WITH whole AS (
  SELECT w.change_id, MAX(w.deployed) AS deployed,
    CASE WHEN COUNT(w.closed_at) = COUNT(*) THEN MAX(w.closed_at) END AS closed_at,
    MAX(CASE WHEN w.ground = 'git' THEN 1 ELSE 0 END) AS git_alone,
    MAX(CASE WHEN w.ground = 'pull' THEN 1 ELSE 0 END) AS has_pull,
    MAX(CASE WHEN w.kind = 'act' THEN 1 ELSE 0 END) AS has_act,
    MAX(CASE WHEN u.implementation IS NULL THEN 0 ELSE 1 END) AS blind,
    MAX(x.settles_at) AS settles_at,
    STRING_AGG(w.change_events || ',' || w.events || ',' || w.deployment_events, ',') AS events
  FROM work AS w
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
  GROUP BY w.change_id
),
desk AS (
  SELECT n.change_id FROM change_name AS n WHERE SUBSTR(n.name, 1, 4) = 'CHG-'
  UNION
  SELECT n.change_id FROM assessment AS a JOIN change_name AS n ON n.name = a.change_name
  UNION
  SELECT n.change_id FROM change_document AS d JOIN change_name AS n ON n.name = d.change_name
),
typed AS (
  SELECT c.change_id,
    CASE
      WHEN e.fault IN ('', 'authorization_owed') THEN 'emergency'
      WHEN t.holds = 1 THEN 'standard'
      ELSE 'normal'
    END AS type,
    t.template, t.back_out, t.event AS template_event, e.review_due
  FROM change AS c
  LEFT JOIN emergency_state AS e ON e.change_id = c.change_id AND e.first = 1
  LEFT JOIN standard_template AS t ON t.change_id = c.change_id
)
SELECT c.change_id, c.system, c.title, c.requested_by, c.risk AS stated_risk, p.risk_rule,
  p.policy_version, p.risk, h.deployed, p.deployed_at, h.closed_at, h.git_alone, h.has_pull,
  h.has_act, h.blind, h.settles_at, h.events,
  CASE WHEN d.change_id IS NULL THEN 0 ELSE 1 END AS on_desk,
  y.type, y.template, y.back_out AS template_back_out, y.template_event, y.review_due,
  COALESCE(CASE
    WHEN y.type = 'emergency' THEN y.review_due
    ELSE p.deployed_at - p.deployed_at % 1000000 + 999999
  END, 9000000000000000000) AS record_until
FROM change AS c
JOIN effective_policy AS p ON p.change_id = c.change_id
JOIN whole AS h ON h.change_id = c.change_id
JOIN typed AS y ON y.change_id = c.change_id
LEFT JOIN desk AS d ON d.change_id = c.change_id
