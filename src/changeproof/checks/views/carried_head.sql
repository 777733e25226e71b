/*
view: >
  Which earlier heads of a pull request stand for its head, because nothing but its base came in
  since? An approval of one of them is an approval of the head (hard case 13). Up to four merges
  of the base in a row are followed.
index: ["change_id, implementation, revision"]
*/
WITH one_back AS (
  SELECT w.change_id, w.implementation, b.carried
  FROM work AS w
  JOIN base_merge AS b
    ON b.change_id = w.change_id AND b.implementation = w.implementation AND b.revision = w.head
),
two_back AS (
  SELECT o.change_id, o.implementation, b.carried
  FROM one_back AS o
  JOIN base_merge AS b
    ON b.change_id = o.change_id AND b.implementation = o.implementation AND b.revision = o.carried
),
three_back AS (
  SELECT t.change_id, t.implementation, b.carried
  FROM two_back AS t
  JOIN base_merge AS b
    ON b.change_id = t.change_id AND b.implementation = t.implementation AND b.revision = t.carried
)
SELECT o.change_id, o.implementation, o.carried AS revision FROM one_back AS o
UNION
SELECT t.change_id, t.implementation, t.carried FROM two_back AS t
UNION
SELECT h.change_id, h.implementation, h.carried FROM three_back AS h
UNION
SELECT h.change_id, h.implementation, b.carried
FROM three_back AS h
JOIN base_merge AS b
  ON b.change_id = h.change_id AND b.implementation = h.implementation AND b.revision = h.carried
