/*
view: >
  What was said of each topic that a change touches: objectives, systems, data, risk, design,
  availability, privacy and so on? The last answer in time (`late` = 0), and the last one that came
  after its papers had to be on record (`late` = 1). `first_at` is when the topic was first spoken of.
index: ["change_id, topic"]
*/
WITH placed AS (
  SELECT g.change_id, a.topic, a.answer, a.items, a.account, a.assessed_at, a.event,
    MIN(a.assessed_at) OVER (PARTITION BY g.change_id, a.topic) AS first_at,
    CASE WHEN a.assessed_at <= g.record_until THEN 0 ELSE 1 END AS late
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  JOIN change_progress AS g ON g.change_id = n.change_id
),
ranked AS (
  SELECT p.change_id, p.topic, p.answer, p.items, p.account, p.assessed_at, p.first_at, p.late,
    p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.topic, p.late
      ORDER BY COALESCE(p.assessed_at, 0) DESC, p.event DESC
    ) AS place
  FROM placed AS p
)
SELECT r.change_id, r.topic, r.late, r.answer, r.items,
  CASE WHEN r.account IS NULL THEN 'somebody unknown' ELSE '{' || r.account || '}' END AS by_whom,
  r.assessed_at, r.first_at, r.event
FROM ranked AS r
WHERE r.place = 1
