/*
view: >
  Does the request that a piece of work cites authorize nothing (hard case 67)? `flaw` is `closed`
  (it had ended before the work was opened, and nobody had opened it again), `foreign` (it names a
  system that is known as another one than the work's) or `evergreen` (twenty pieces of work had
  been opened under it before this one: a standing ticket is no decision on any of them).
  `detail` names the time, the system or the count.
index: ["change_id, implementation"]
*/
WITH asked AS (
  SELECT n.change_id, MIN(r.system) AS system, MIN(r.event) AS event
  FROM change_request AS r
  JOIN change_name AS n ON n.name = r.change_name
  GROUP BY n.change_id
),
carried AS (
  SELECT w.change_id, w.implementation, w.opened_at, a.system, a.event,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id ORDER BY COALESCE(w.opened_at, 0), w.implementation
    ) AS place
  FROM asked AS a
  JOIN work AS w ON w.change_id = a.change_id
  WHERE w.implementation <> ''
),
moved AS (
  SELECT n.change_id, m.moved_at, m.event,
    CASE
      WHEN LOWER(m.to_status) IN ('done', 'closed', 'resolved', 'cancelled', 'canceled', 'rejected')
        THEN 1
      ELSE 0
    END AS ends
  FROM ticket_move AS m
  JOIN change_name AS n ON n.name = m.change_name
  UNION ALL
  SELECT n.change_id, c.closed_at, c.event, 1
  FROM request_closure AS c
  JOIN change_name AS n ON n.name = c.change_name
),
ended AS (
  SELECT c.change_id, c.implementation,
    MAX(CASE WHEN m.ends = 1 THEN m.moved_at END) AS ended_at,
    MAX(CASE WHEN m.ends = 0 THEN m.moved_at END) AS opened_again_at,
    MAX(CASE WHEN m.ends = 1 THEN m.event END) AS event
  FROM carried AS c
  JOIN moved AS m ON m.change_id = c.change_id AND m.moved_at < c.opened_at
  GROUP BY c.change_id, c.implementation
),
elsewhere AS (
  SELECT c.change_id, c.implementation, MIN(c.system) AS system
  FROM carried AS c
  JOIN repository_system AS k ON k.system_key = LOWER(c.system)
  LEFT JOIN work_system AS y
    ON y.change_id = c.change_id AND y.implementation = c.implementation
    AND LOWER(y.system) = LOWER(c.system)
  WHERE y.system IS NULL
  GROUP BY c.change_id, c.implementation
),
weighed AS (
  SELECT c.change_id, c.implementation, c.place,
    c.event || COALESCE(',' || e.event, '') AS events, f.system, e.ended_at,
    CASE
      WHEN e.ended_at > COALESCE(e.opened_again_at, e.ended_at - 1) THEN 'closed'
      WHEN f.system IS NOT NULL THEN 'foreign'
      WHEN c.place > 20 THEN 'evergreen'
      ELSE ''
    END AS flaw
  FROM carried AS c
  LEFT JOIN ended AS e
    ON e.change_id = c.change_id AND e.implementation = c.implementation
  LEFT JOIN elsewhere AS f
    ON f.change_id = c.change_id AND f.implementation = c.implementation
)
SELECT w.change_id, w.implementation, w.flaw, w.events,
  CASE w.flaw
    WHEN 'closed' THEN 'had been closed at ' || utc(w.ended_at) || ', before this work was opened'
    WHEN 'foreign' THEN 'is about another system, ' || w.system
    ELSE 'stands for ' || (w.place - 1) || ' earlier pieces of work as well'
  END AS detail
FROM weighed AS w
WHERE w.flaw <> ''
