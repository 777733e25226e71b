/*
view: >
  Which work landed by a force push, or was taken off its branch by one; by whom, when? `direction`
  is 1 for what it brought, -1 for what it took away. Pushes to a pull request's own branch do
  not count. `other` is the tip that it replaced, or the one that replaced it.
index: ["change_id, implementation"]
*/
WITH moved AS (
  SELECT w.change_id, w.implementation, 1 AS direction, p.pusher, p.pushed_at,
    p.before_revision AS other, p.ref, p.event
  FROM work AS w
  JOIN push AS p ON p.after_revision = w.landed AND p.forced = 1
  UNION ALL
  SELECT w.change_id, w.implementation, -1, p.pusher, p.pushed_at, p.after_revision, p.ref, p.event
  FROM work AS w
  JOIN push AS p ON p.before_revision = w.landed AND p.forced = 1
),
ranked AS (
  SELECT m.change_id, m.implementation, m.direction, m.pusher, m.pushed_at, m.other, m.event,
    ROW_NUMBER() OVER (
      PARTITION BY m.change_id, m.implementation, m.direction
      ORDER BY m.pushed_at, m.event, m.ref, m.other
    ) AS place
  FROM moved AS m
  LEFT JOIN pull_state AS s ON s.implementation = m.implementation
  WHERE m.other <> '' AND m.ref <> COALESCE('refs/heads/' || s.head_ref, '')
)
SELECT r.change_id, r.implementation, r.direction, r.pusher, r.pushed_at, r.other, r.event
FROM ranked AS r
WHERE r.place = 1
