/*
view: >
  Which earlier heads of a pull request stand for its head, because nothing but its base came in
  since? An approval of one of them is an approval of the head (hard case 13). Up to four merges
  of the base in a row are followed.
index: ["change_id, implementation, revision"]
*/
SELECT w.change_id, w.implementation, a.carried AS revision
FROM work AS w
JOIN base_merge AS a
  ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.revision = w.head
UNION
SELECT w.change_id, w.implementation, b.carried
FROM work AS w
JOIN base_merge AS a
  ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.revision = w.head
JOIN base_merge AS b
  ON b.change_id = w.change_id AND b.implementation = w.implementation AND b.revision = a.carried
UNION
SELECT w.change_id, w.implementation, c.carried
FROM work AS w
JOIN base_merge AS a
  ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.revision = w.head
JOIN base_merge AS b
  ON b.change_id = w.change_id AND b.implementation = w.implementation AND b.revision = a.carried
JOIN base_merge AS c
  ON c.change_id = w.change_id AND c.implementation = w.implementation AND c.revision = b.carried
UNION
SELECT w.change_id, w.implementation, d.carried
FROM work AS w
JOIN base_merge AS a
  ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.revision = w.head
JOIN base_merge AS b
  ON b.change_id = w.change_id AND b.implementation = w.implementation AND b.revision = a.carried
JOIN base_merge AS c
  ON c.change_id = w.change_id AND c.implementation = w.implementation AND c.revision = b.carried
JOIN base_merge AS d
  ON d.change_id = w.change_id AND d.implementation = w.implementation AND d.revision = c.carried
