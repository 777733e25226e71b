/*
view: >
  Is the trail of each piece of work whole, from who asked or proposed to its deployment? `state`
  is one of `closed`, `waiting`, `tracked`, `emergency`, `git`, `unseen`, `settling` (unexplained so
  far), `direct` (pushed past
  every record), `unknown_source` (deployed, and nobody stated from which revision), `unlogged`
  (seen running, and nobody's log put it there).
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation,
  CASE
    WHEN w.closed_at IS NOT NULL THEN 'closed'
    WHEN w.deployed = 0 THEN 'waiting'
    WHEN w.ground = 'pull' THEN 'tracked'
    WHEN w.ground = 'direct' AND EXISTS (
      SELECT 1 FROM request_link AS l
      JOIN change_name AS n ON n.name = l.change_name
      WHERE n.change_id = w.change_id AND l.implementation = w.implementation
    ) THEN 'tracked'
    WHEN e.fault = '' THEN 'emergency'
    WHEN w.ground = 'git' THEN 'git'
    WHEN u.blind_from IS NOT NULL THEN 'unseen'
    WHEN x.settles_at IS NOT NULL THEN 'settling'
    WHEN w.ground = 'direct' THEN 'direct'
    WHEN w.kind = 'deployment' THEN 'unknown_source'
    ELSE 'unlogged'
  END AS state,
  e.declared_by, e.declared_at, e.declared_after, u.blind_from, u.blind_until, u.scope,
  x.settles_at,
  COALESCE(e.event, '') || COALESCE(',' || u.events, '') AS events
FROM work AS w
LEFT JOIN emergency_state AS e ON e.change_id = w.change_id
LEFT JOIN unseen_interval AS u
  ON u.change_id = w.change_id AND u.implementation = w.implementation
LEFT JOIN unexplained AS x
  ON x.change_id = w.change_id AND x.implementation = w.implementation
