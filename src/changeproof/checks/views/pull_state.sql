/*
view: >
  What became of a pull request: its head and base, when it was merged into what, or when it was
  closed unmerged and not opened again?
index: [implementation]
*/
WITH closing AS (
  SELECT c.pull, MAX(c.closed_at) AS closed_at, MIN(c.event) AS event
  FROM pull_closure AS c
  GROUP BY c.pull
),
opening AS (
  SELECT r.pull, MAX(r.reopened_at) AS reopened_at
  FROM pull_reopening AS r
  GROUP BY r.pull
),
head AS (
  SELECT h.pull, h.revision,
    ROW_NUMBER() OVER (
      PARTITION BY h.pull ORDER BY COALESCE(h.revised_at, 0) DESC, h.stated_at DESC, h.revision
    ) AS place
  FROM pull_head AS h
  -- Of a merge the head is told.
  WHERE NOT EXISTS (SELECT 1 FROM pull_merge AS m WHERE m.pull = h.pull AND m.head IS NOT NULL)
),
recorded AS (
  SELECT o.implementation, MIN(o.revision) AS revision
  FROM revision_implementation AS o
  WHERE o.trust = 'merge record'
  GROUP BY o.implementation
),
named AS (
  SELECT o.pull FROM pull_opened AS o
  UNION
  SELECT d.pull FROM pull_description AS d
  UNION
  SELECT m.pull FROM pull_merge AS m
)
SELECT n.pull AS implementation,
  COALESCE(m.repository, o.repository, d.repository) AS repository, o.author, o.opened_at, COALESCE(m.head, b.revision, h.revision) AS head,
  COALESCE(m.revision, k.revision) AS landed, m.merged_at, m.merged_by,
  CASE WHEN m.pull IS NULL THEN 0 ELSE 1 END AS merged,
  CASE
    WHEN m.pull IS NULL AND g.closed_at > COALESCE(r.reopened_at, g.closed_at - 1)
      THEN g.closed_at
  END AS closed_at,
  d.base_ref, d.head_ref, COALESCE(d.head_repository, d.repository) AS head_repository,
  COALESCE(o.event, '') || COALESCE(',' || m.event, '')
    || CASE WHEN m.pull IS NULL THEN COALESCE(',' || g.event, '') ELSE '' END AS events
FROM named AS n
LEFT JOIN pull_opened AS o ON o.pull = n.pull
LEFT JOIN pull_description AS d ON d.pull = n.pull
LEFT JOIN pull_merge AS m ON m.pull = n.pull
LEFT JOIN begun_head AS b ON b.pull = n.pull AND b.begins = m.head_begins
LEFT JOIN recorded AS k ON k.implementation = n.pull
LEFT JOIN closing AS g ON g.pull = n.pull
LEFT JOIN opening AS r ON r.pull = n.pull
LEFT JOIN head AS h ON h.pull = n.pull AND h.place = 1
