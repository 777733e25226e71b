/*
view: How many pieces of work carry each change out? Checks name the one that decided if several.
index: [change_id]
*/
SELECT w.change_id, COUNT(*) AS works
FROM work AS w
GROUP BY w.change_id
