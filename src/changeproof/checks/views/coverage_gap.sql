/*
view: >
  When could we not see a repository, without having read the interval afterwards? A silence is
  stated for one repository, for a system, or for a source such as `github`.
index: [repository]
*/
SELECT k.repository, k.system_key, s.scope, s.silent_from AS blind_from,
  COALESCE(r.silent_until, 9000000000000000000) AS blind_until,
  s.event || COALESCE(',' || r.event, '') AS events
FROM silence AS s
LEFT JOIN recovery AS r ON r.scope = s.scope AND r.silent_from = s.silent_from
JOIN repository_system AS k
  ON k.repository = s.scope
  OR SUBSTR(k.repository, 1, LENGTH(s.scope) + 1) = s.scope || ':'
  OR k.system_key = LOWER(s.scope)
WHERE COALESCE(r.filled, 0) = 0
