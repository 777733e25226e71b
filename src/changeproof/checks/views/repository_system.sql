/*
view: >
  Which system does a repository belong to, and since when does a forge tell of it? As mapped by
  the company, else its name.
index: [system_key, repository]
*/
WITH known AS (
  SELECT r.repository FROM repository AS r
  UNION
  SELECT m.repository FROM system_mapping AS m
  UNION
  SELECT c.repository FROM source_coverage AS c
),
named AS (
  SELECT k.repository, c.covered_from,
    COALESCE(
      m.system,
      CASE WHEN SUBSTR(k.repository, 1, 9) = 'git:repo/' THEN SUBSTR(k.repository, 10) END,
      r.name,
      k.repository
    ) AS system
  FROM known AS k
  LEFT JOIN system_mapping AS m ON m.repository = k.repository
  LEFT JOIN repository AS r ON r.repository = k.repository
  LEFT JOIN source_coverage AS c ON c.repository = k.repository
)
SELECT n.repository, n.system, LOWER(n.system) AS system_key, n.covered_from
FROM named AS n
