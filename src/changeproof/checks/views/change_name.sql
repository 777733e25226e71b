/*
view: Under which names may people have spoken of a change?
index: [name, change_id]
*/
SELECT c.change_id, c.change_id AS name FROM change AS c
UNION
SELECT a.change_id, a.alias AS name FROM change_alias AS a
