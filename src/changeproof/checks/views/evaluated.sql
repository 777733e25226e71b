/*
view: >
  What of a change's assessment is on record: objectives, systems, data and risk (1 or 0 each), from
  the assessment itself, the register of systems, the request and the rules of the policy? `after`
  says how it stands with the look at the risk afterwards: empty where policy asks for none, `held`,
  `owed`, `missing` or `unseen`. Whether policy asks for an assessment at all is `asked`.
index: [change_id]
*/
WITH named AS (
  SELECT a.change_id,
    MAX(CASE WHEN a.topic = 'objectives' AND a.late = 0 THEN 1 ELSE 0 END) AS objectives,
    MAX(CASE WHEN a.topic = 'systems' AND a.late = 0 THEN 1 ELSE 0 END) AS systems,
    MAX(CASE WHEN a.topic = 'data' AND a.late = 0 THEN 1 ELSE 0 END) AS data,
    MAX(CASE WHEN a.topic = 'risk' AND a.late = 0 THEN 1 ELSE 0 END) AS risk,
    MIN(CASE WHEN a.late = 1 AND a.topic <> 'risk_after' THEN a.assessed_at END) AS late_at,
    STRING_AGG(a.event, ',') AS events
  FROM assessed AS a
  WHERE a.topic IN ('objectives', 'systems', 'data', 'risk', 'risk_after', 'side_effects')
  GROUP BY a.change_id
),
refused AS (
  SELECT a.change_id, a.by_whom, a.assessed_at,
    ROW_NUMBER() OVER (PARTITION BY a.change_id ORDER BY a.assessed_at, a.event) AS place
  FROM assessed AS a
  WHERE a.topic IN ('objectives', 'systems', 'data', 'risk', 'side_effects')
    AND a.answer = 'rejected' AND a.late = 0
),
rated_again AS (
  -- Every time that it was: a later one takes none away.
  SELECT n.change_id, a.assessed_at, a.event
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  WHERE a.topic = 'risk_after'
),
looked AS (
  -- A look back sees the pieces of work that were deployed by then.
  SELECT d.change_id,
    MIN(CASE WHEN a.event IS NOT NULL OR r.reviewed_at <= d.due_at THEN NULL ELSE d.due_at END)
      AS due_at,
    STRING_AGG(a.event, ',') AS rating_events, STRING_AGG(r.event, ',') AS events
  FROM look_due AS d
  LEFT JOIN rated_again AS a
    ON a.change_id = d.change_id AND d.deployed_at <= a.assessed_at AND a.assessed_at <= d.due_at
  LEFT JOIN later_review AS r
    ON r.change_id = d.change_id AND r.implementation = d.implementation
  GROUP BY d.change_id
)
SELECT g.change_id, g.type, g.risk, g.deployed, g.deployed_at, g.closed_at, g.git_alone, g.blind,
  g.on_desk, g.review_due, g.template, g.template_event,
  CASE WHEN l.value IS NULL THEN 0 ELSE 1 END AS asked,
  CASE
    WHEN n.objectives = 1 OR s.unregistered IS NULL AND s.without_objectives IS NULL THEN 1
    ELSE 0
  END AS objectives,
  CASE WHEN n.systems = 1 OR s.unregistered IS NULL THEN 1 ELSE 0 END AS systems,
  CASE
    WHEN n.data = 1 OR s.unregistered IS NULL AND s.without_data IS NULL THEN 1
    ELSE 0
  END AS data,
  CASE
    WHEN n.risk = 1 OR g.stated_risk IS NOT NULL OR g.risk_rule IS NOT NULL THEN 1
    ELSE 0
  END AS rated,
  CASE
    WHEN q.value IS NULL OR d.change_id IS NULL THEN ''
    WHEN d.due_at IS NULL THEN 'held'
    WHEN d.due_at >= :as_of THEN 'owed'
    WHEN g.on_desk = 1 THEN 'missing'
    ELSE 'unseen'
  END AS after,
  d.due_at AS after_due,
  n.late_at, f.by_whom AS rejected_by, f.assessed_at AS rejected_at,
  g.events || COALESCE(',' || n.events, '') || ',' || s.events || COALESCE(',' || d.events, '')
    || COALESCE(',' || d.rating_events, '')
    || COALESCE(',' || g.template_event, '') AS events
FROM change_progress AS g
JOIN affected_system AS s ON s.change_id = g.change_id
LEFT JOIN looked AS d ON d.change_id = g.change_id
LEFT JOIN named AS n ON n.change_id = g.change_id
LEFT JOIN refused AS f ON f.change_id = g.change_id AND f.place = 1
LEFT JOIN policy_list AS l
  ON l.policy_version = g.policy_version AND l.parameter = 'life_cycle.' || g.type
  AND l.value = 'assess'
LEFT JOIN policy_list AS q
  ON q.policy_version = g.policy_version AND q.parameter = 'post_review_required_at'
  AND q.value = g.risk
