/*
view: >
  Which persons wrote or pushed any of it, or stand behind an agent that did (`contribution`)?
index: ["change_id, implementation, person", person]
*/
WITH standing_behind AS (
  SELECT w.change_id, w.implementation, w.account, w.moment, w.events FROM contribution AS w
  UNION ALL
  SELECT w.change_id, w.implementation, n.run_by, w.moment, w.events
  FROM contribution AS w
  JOIN nonhuman AS n ON n.account = w.account
  WHERE n.run_by IS NOT NULL
)
SELECT s.change_id, s.implementation, COALESCE(h.person, s.account) AS person,
  MIN(s.account) AS account, MIN(s.events) AS events
FROM standing_behind AS s
LEFT JOIN account_holder AS h
  ON h.account = s.account AND h.held_from <= s.moment AND s.moment < h.held_until
GROUP BY s.change_id, s.implementation, COALESCE(h.person, s.account)
