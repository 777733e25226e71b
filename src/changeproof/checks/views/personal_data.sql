/*
view: >
  Does a change touch personal data, with privacy in scope? One row a change whose policy has privacy in
  scope. `holds` is 1 where the register says that a system it reaches holds personal data, -1 where the
  register does not know the system, 0 where it holds none. `touched` is what the change's own assessment of
  its data says: 1, 0, or -1 where it says nothing. `harmless` is 1 where all the files it touches
  are documentation or tests. `schema` is 1 where it alters how data is kept.
index: [change_id]
*/
WITH filed AS (
  SELECT t.change_id, COUNT(*) AS areas,
    SUM(CASE WHEN t.area IN ('documentation', 'tests') THEN 1 ELSE 0 END) AS harmless,
    MAX(CASE WHEN t.area = 'migration' THEN 1 ELSE 0 END) AS schema
  FROM touched_area AS t
  GROUP BY t.change_id
)
SELECT g.change_id, s.personal AS system, s.unregistered,
  CASE
    WHEN s.privacy = 0 THEN 0
    WHEN s.personal IS NOT NULL THEN 1
    WHEN s.unregistered IS NOT NULL THEN -1
    ELSE 0
  END AS holds, s.privacy AS committed,
  CASE
    WHEN a.answer IS NULL THEN -1
    WHEN a.answer = 'not_affected' THEN 0
    WHEN REPLACE(',' || LOWER(a.items), ',personal', '') <> ',' || LOWER(a.items) THEN 1
    WHEN a.items = '' THEN -1
    ELSE 0
  END AS touched, a.by_whom AS touched_by,
  CASE WHEN f.areas > 0 AND f.areas = f.harmless AND g.has_act = 0 THEN 1 ELSE 0 END AS harmless,
  CASE WHEN f.schema = 1 THEN 1 ELSE 0 END AS schema,
  s.events || COALESCE(',' || a.event, '') AS events
FROM change_progress AS g
JOIN policy_list AS c
  ON c.policy_version = g.policy_version AND c.parameter = 'category' AND c.value = 'privacy'
JOIN affected_system AS s ON s.change_id = g.change_id
LEFT JOIN assessed AS a ON a.change_id = g.change_id AND a.topic = 'data' AND a.late = 0
LEFT JOIN filed AS f ON f.change_id = g.change_id
