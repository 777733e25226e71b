/*
view: >
  On which systems must somebody be entitled who decides about a piece of work? On those of the
  repositories that it stands in, whatever system the request that it cites names: else a request
  on a playground would let the playground's approvers decide about production. Without any
  repository, on the change's.
index: ["change_id, implementation"]
*/
WITH place AS (
  SELECT w.change_id, w.implementation, w.repository
  FROM work AS w
  WHERE w.repository IS NOT NULL
  UNION
  SELECT w.change_id, w.implementation, r.repository
  FROM work AS w
  JOIN revision_repository AS r ON r.revision = SUBSTR(w.implementation, 5)
  WHERE w.kind = 'commit'
)
SELECT DISTINCT w.change_id, w.implementation,
  CASE
    WHEN p.repository IS NULL THEN w.system
    WHEN k.system IS NOT NULL THEN k.system
    WHEN SUBSTR(p.repository, 1, 9) = 'git:repo/' THEN SUBSTR(p.repository, 10)
    ELSE p.repository
  END AS system
FROM work AS w
LEFT JOIN place AS p ON p.change_id = w.change_id AND p.implementation = w.implementation
LEFT JOIN repository_system AS k ON k.repository = p.repository
