/*
view: >
  Is the trail of each piece of work whole, from who asked or proposed to its deployment? `state`
  is one of `closed`, `hole` (a walk back from a deployment met it, and nobody told what came
  before), `pushed` (straight to the branch, past every record, and not deployed yet), `waiting`,
  `tracked`, `emergency`, `git`, `unseen`, `settling` (unexplained so far),
  `linked_late` and `asked_late` (a request holds it, linked or made only after it was deployed),
  `direct` (pushed past every record), `by_hand` (done to production, and no request names it),
  `unknown_source` (deployed, and nobody stated from which revision), `unlogged` (seen running,
  and nobody's log put it there).
index: ["change_id, implementation"]
*/
WITH linked AS (
  SELECT w.change_id, w.implementation, l.stated_at AS linked_at, l.account AS linked_by, l.event,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation ORDER BY l.stated_at, l.event
    ) AS place
  FROM work AS w
  JOIN change_name AS n ON n.change_id = w.change_id
  JOIN request_link AS l ON l.change_name = n.name AND l.implementation = w.implementation
)
SELECT w.change_id, w.implementation,
  CASE
    WHEN w.closed_at IS NOT NULL THEN 'closed'
    WHEN w.deployed = 0 AND h.change_id IS NOT NULL THEN 'hole'
    WHEN w.deployed = 0 AND w.ground = 'direct' AND l.linked_at IS NULL AND e.declared_at IS NULL
      AND u.blind_from IS NULL AND x.settles_at IS NULL THEN 'pushed'
    WHEN w.deployed = 0 THEN 'waiting'
    WHEN w.ground = 'pull' THEN 'tracked'
    WHEN w.ground = 'direct' AND l.linked_at <= COALESCE(w.deployed_at, l.linked_at)
      AND COALESCE(c.opened_at, 0) <= COALESCE(w.deployed_at, c.opened_at, 0) THEN 'tracked'
    WHEN w.ground = 'act' AND w.change_id <> w.implementation
      AND COALESCE(c.opened_at, 0) <= COALESCE(w.deployed_at, c.opened_at, 0) THEN 'tracked'
    WHEN w.kind = 'deployment' AND o.acquired <> '' THEN 'tracked'
    WHEN e.fault = '' THEN 'emergency'
    WHEN w.ground = 'git' THEN 'git'
    WHEN u.blind_from IS NOT NULL THEN 'unseen'
    WHEN x.settles_at IS NOT NULL THEN 'settling'
    WHEN w.ground = 'direct' AND l.linked_at > w.deployed_at THEN 'linked_late'
    WHEN w.ground = 'direct' AND l.linked_at IS NOT NULL THEN 'asked_late'
    WHEN w.ground = 'act' AND w.change_id <> w.implementation THEN 'asked_late'
    WHEN w.ground = 'direct' THEN 'direct'
    WHEN w.ground = 'act' THEN 'by_hand'
    WHEN w.kind = 'deployment' THEN 'unknown_source'
    ELSE 'unlogged'
  END AS state,
  e.declared_by, e.declared_at, e.declared_after, u.blind_from, u.blind_until, u.scope,
  x.settles_at, l.linked_at, l.linked_by, h.missing, h.revision AS hole_revision,
  h.deployed_at AS hole_at,
  COALESCE(e.event, '') || COALESCE(',' || u.events, '') || COALESCE(',' || l.event, '')
    || COALESCE(',' || h.events, '') AS events
FROM work AS w
JOIN change AS c ON c.change_id = w.change_id
LEFT JOIN linked AS l
  ON l.change_id = w.change_id AND l.implementation = w.implementation AND l.place = 1
LEFT JOIN walk_hole AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
LEFT JOIN deployed_content AS o
  ON o.change_id = w.change_id AND o.implementation = w.implementation
LEFT JOIN emergency_state AS e
  ON e.change_id = w.change_id AND e.implementation = w.implementation
LEFT JOIN unseen_interval AS u
  ON u.change_id = w.change_id AND u.implementation = w.implementation
LEFT JOIN unexplained AS x
  ON x.change_id = w.change_id AND x.implementation = w.implementation
