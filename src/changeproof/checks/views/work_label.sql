/*
view: >
  How is a piece of work named where its change has several? A change takes the answer of its
  most urgent piece of work, and says which one that is. Of a change with one piece, see
  `work_alone`, nothing need be said.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, w.implementation || ': ' AS which
FROM work AS w
WHERE EXISTS (
  SELECT 1 FROM work AS o
  WHERE o.change_id = w.change_id AND o.implementation <> w.implementation
)
