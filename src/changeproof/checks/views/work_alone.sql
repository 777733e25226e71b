/*
view: >
  Which changes are carried out by one piece of work, so that its answer is theirs?
index: [change_id]
*/
SELECT w.change_id
FROM work AS w
GROUP BY w.change_id
HAVING COUNT(*) = 1
