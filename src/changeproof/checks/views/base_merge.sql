/*
view: >
  Which commits of a pull request only brought its base in? Merges of two that hold no edits of
  their own, of which one parent is the pull request's and the other is not: whatever that one
  brings belongs to another record. `carried` is the parent of its own. Not the merge that landed.
index: ["change_id, implementation, revision"]
*/
WITH own AS (
  SELECT w.change_id, w.implementation, w.head, w.landed, r.revision
  FROM work AS w
  JOIN revision_implementation AS r ON r.implementation = w.implementation
  WHERE w.kind = 'pull'
  UNION
  SELECT w.change_id, w.implementation, w.head, w.landed, h.revision
  FROM work AS w
  JOIN pull_head AS h ON h.pull = w.implementation
)
SELECT o.change_id, o.implementation, o.revision, MIN(k.revision) AS carried
FROM own AS o
JOIN revision_merge AS m ON m.revision = o.revision AND m.edited = 0
JOIN revision_parent AS p ON p.revision = o.revision
LEFT JOIN own AS k
  ON k.change_id = o.change_id AND k.implementation = o.implementation
  AND k.revision = p.parent
WHERE o.revision <> COALESCE(o.landed, '') OR o.landed = o.head
GROUP BY o.change_id, o.implementation, o.revision
HAVING COUNT(k.revision) = 1
