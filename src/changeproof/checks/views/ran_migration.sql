/*
view: >
  Which migrations did a deployment run by itself, out of the files of a piece of work? They need no
  request of their own. `first_name` is one of them; `ran_at` is the last time, `account` and `event` who ran one and what tells it.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, MIN(m.name) AS first_name, COUNT(*) AS migrations,
  MAX(a.acted_at) AS ran_at, MIN(a.account) AS account, MIN(a.event) AS event
FROM work AS w
JOIN revision_implementation AS r ON r.implementation = w.implementation
JOIN migration_act AS m ON m.revision = r.revision
JOIN production_act AS a ON a.act = m.act
GROUP BY w.change_id, w.implementation
