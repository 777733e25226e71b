/*
view: >
  Which systems does a change reach: its own, those of the repositories that its work stands in,
  and registered ones that its assessment names; and what does the register say of them? One row a
  change. A system that the register does not know, or of which it names no category, is held to
  whatever categories the policy has in scope.
index: [change_id]
*/
WITH reached AS (
  SELECT g.change_id, LOWER(g.system) AS system_key, g.system FROM change_progress AS g
  UNION
  SELECT k.change_id, LOWER(k.system), k.system FROM work_system AS k
  UNION
  SELECT a.change_id, s.system_key, s.system
  FROM assessed AS a
  JOIN system_profile AS s
    ON REPLACE(',' || LOWER(a.items) || ',', ',' || s.system_key || ',', '')
      <> ',' || LOWER(a.items) || ','
  WHERE a.topic = 'systems'
)
SELECT r.change_id, COUNT(DISTINCT r.system_key) AS systems,
  MIN(CASE WHEN s.system IS NULL THEN r.system END) AS unregistered, MIN(s.system) AS registered,
  MIN(CASE WHEN s.personal = 1 THEN s.system END) AS personal,
  MIN(CASE WHEN s.system IS NOT NULL AND s.objectives = 0 THEN s.system END) AS without_objectives,
  MIN(CASE WHEN s.system IS NOT NULL AND s.data_classes = 0 THEN s.system END) AS without_data,
  MAX(CASE WHEN s.system IS NULL OR s.has_categories = 0 OR s.availability = 1
    THEN 1 ELSE 0 END) AS availability,
  MAX(CASE WHEN s.system IS NULL OR s.has_categories = 0 OR s.confidentiality = 1
    THEN 1 ELSE 0 END) AS confidentiality,
  MAX(CASE WHEN s.system IS NULL OR s.has_categories = 0 OR s.privacy = 1
    THEN 1 ELSE 0 END) AS privacy,
  COALESCE(STRING_AGG(s.event, ','), '') AS events
FROM reached AS r
LEFT JOIN system_profile AS s ON s.system_key = r.system_key
GROUP BY r.change_id
