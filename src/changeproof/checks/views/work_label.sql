/*
view: >
  How is a piece of work named where its change has several? A change takes the answer of its
  most urgent piece of work, and says which one that is; of a single one nothing need be said.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation,
  CASE
    WHEN COUNT(*) OVER (PARTITION BY w.change_id) > 1 THEN w.implementation || ': '
    ELSE ''
  END AS which
FROM work AS w
