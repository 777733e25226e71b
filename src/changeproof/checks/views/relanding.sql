/*
view: >
  Which change brings back what was taken out: it reverts a revert, or was picked from what a later
  change reverted? `addressed` is 1 where something on record says that the cause of that revert
  was dealt with since: an assessment of it, an incident that it remediates, tests that it alters
  beside bringing the work back, or a check that passed and had not been run on what was reverted
  (hard case 70).
index: [change_id]
*/
WITH back AS (
  SELECT r.change_id, r.implementation, r.pure, b.origin AS first, b.origin_implementation AS first_implementation,
    SUBSTR(COALESCE(r.origin_landed, r.origin), 1, 7) AS revert, r.events
  FROM repeated_change AS r
  JOIN repeated_change AS b ON b.change_id = r.origin AND b.claim = 'reverts'
  WHERE r.claim = 'reverts'
  UNION ALL
  SELECT r.change_id, r.implementation, r.pure, r.origin, r.origin_implementation,
    SUBSTR(COALESCE(w.landed, b.change_id), 1, 7), r.events
  FROM repeated_change AS r
  JOIN repeated_change AS b
    ON b.origin = r.origin AND b.origin_implementation = r.origin_implementation
    AND b.claim = 'reverts' AND b.done_at <= r.done_at
  JOIN work AS w ON w.change_id = b.change_id AND w.implementation = b.implementation
  WHERE r.claim = 'cherry_pick'
),
one AS (
  SELECT k.change_id, k.implementation, MIN(k.first) AS first,
    MIN(k.first_implementation) AS first_implementation, MIN(k.revert) AS revert,
    MAX(k.pure) AS pure, MIN(k.events) AS events
  FROM back AS k
  GROUP BY k.change_id, k.implementation
),
dealt_with AS (
  SELECT n.change_id, MIN(a.event) AS event
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  WHERE a.answer <> 'rejected'
  GROUP BY n.change_id
  UNION ALL
  SELECT n.change_id, MIN(i.event)
  FROM incident_change AS i
  JOIN change_name AS n ON n.name = i.change_name
  WHERE i.relation = 'remediates'
  GROUP BY n.change_id
  UNION ALL
  SELECT o.change_id, MIN(t.event)
  FROM one AS o
  JOIN revision_implementation AS r ON r.implementation = o.implementation
  JOIN revision_touch AS t ON t.revision = r.revision AND t.area = 'tests'
  WHERE o.pure = 0
  GROUP BY o.change_id
  UNION ALL
  SELECT o.change_id, MIN(c.event)
  FROM one AS o
  JOIN content_run AS c
    ON c.change_id = o.change_id AND c.implementation = o.implementation
    AND c.conclusion = 'passed'
  LEFT JOIN content_run AS f
    ON f.change_id = o.first AND f.implementation = o.first_implementation AND f.name = c.name
  WHERE f.name IS NULL
    AND EXISTS (
      SELECT 1 FROM content_run AS g
      WHERE g.change_id = o.first AND g.implementation = o.first_implementation
    )
  GROUP BY o.change_id
)
SELECT o.change_id, MIN(o.revert) AS revert,
  MAX(CASE WHEN d.change_id IS NULL THEN 0 ELSE 1 END) AS addressed,
  MIN(o.events) || COALESCE(',' || STRING_AGG(d.event, ','), '') AS events
FROM one AS o
LEFT JOIN dealt_with AS d ON d.change_id = o.change_id
GROUP BY o.change_id
