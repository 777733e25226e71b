/*
view: >
  How far did a change come that an incident or a vulnerability is linked to: when did it begin,
  was all of it deployed to production, when last, or was it given up?
index: [subject]
*/
WITH link AS (
  SELECT s.subject, l.change_name, l.linked_at, l.event
  FROM subject AS s
  JOIN incident_change AS l ON l.incident = s.name AND l.relation = 'remediates'
  WHERE s.kind = 'incident'
  UNION ALL
  SELECT s.subject, l.change_name, l.linked_at, l.event
  FROM subject AS s
  JOIN vulnerability_change AS l ON l.vulnerability = s.name
  WHERE s.kind = 'vulnerability'
),
named AS (
  SELECT k.subject, n.change_id, MIN(k.linked_at) AS linked_at, STRING_AGG(k.event, ',') AS events
  FROM link AS k
  JOIN change_name AS n ON n.name = k.change_name
  GROUP BY k.subject, n.change_id
)
SELECT n.subject, n.change_id, n.linked_at, c.opened_at, MIN(w.deployed) AS deployed,
  MAX(w.deployed_at) AS deployed_at,
  MAX(CASE WHEN w.deployed = 1 AND w.deployed_at IS NULL THEN 1 ELSE 0 END) AS is_untimed,
  CASE WHEN MIN(w.deployed) = 0 THEN MAX(w.closed_at) END AS closed_at,
  MIN(n.events) || ',' || c.events || COALESCE(',' || STRING_AGG(w.deployment_events, ','), '')
    AS events
FROM named AS n
JOIN change AS c ON c.change_id = n.change_id
JOIN work AS w ON w.change_id = n.change_id
GROUP BY n.subject, n.change_id, n.linked_at, c.opened_at, c.events
