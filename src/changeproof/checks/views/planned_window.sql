/*
view: >
  Which windows were planned for a change, and was each missed: over, without the change being
  deployed by then or the window moved on record before it ended? What is closed is what has no
  open piece of work left. The window that holds has no `moved_at`.
index: [change_id]
*/
WITH set_window AS (
  SELECT DISTINCT n.change_id, s.begins_at, s.ends_at, COALESCE(s.scheduled_at, 0) AS scheduled_at,
    s.event
  FROM schedule AS s
  JOIN change_name AS n ON n.name = s.change_name
),
followed AS (
  SELECT s.change_id, s.begins_at, s.ends_at, s.scheduled_at, s.event,
    LEAD(s.scheduled_at) OVER (
      PARTITION BY s.change_id ORDER BY s.scheduled_at, s.event
    ) AS moved_at
  FROM set_window AS s
),
progress AS (
  SELECT w.change_id, MIN(w.deployed) AS deployed, MAX(w.deployed_at) AS deployed_at,
    CASE WHEN COUNT(w.closed_at) + SUM(w.deployed) = COUNT(*) THEN MAX(w.closed_at) END AS closed_at
  FROM work AS w
  GROUP BY w.change_id
)
SELECT f.change_id, f.begins_at, f.ends_at, f.moved_at, f.event,
  CASE
    WHEN f.moved_at <= f.ends_at THEN 0
    WHEN p.deployed_at > f.ends_at THEN 1
    WHEN p.deployed = 1 OR p.closed_at <= f.ends_at THEN 0
    WHEN f.ends_at < :as_of THEN 1
    ELSE 0
  END AS missed,
  CASE WHEN p.deployed = 1 THEN p.deployed_at END AS deployed_at, p.closed_at
FROM followed AS f
JOIN progress AS p ON p.change_id = f.change_id
