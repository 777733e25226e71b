/*
view: >
  When could we not see a repository, without having read the interval afterwards? A silence is
  stated for one repository, for a system, or for a source such as `github`. A forge's delivery
  that stands unread in quarantine hides what happened within the policy's settling time before
  its receipt, in its repository, or where that could not be read in all of that forge; nothing
  later can be in it. Once it is replayed it hides nothing.
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
UNION ALL
SELECT k.repository, k.system_key,
  COALESCE(q.repository, q.kind) || ', of which a delivery stands unread in quarantine,' AS scope,
  q.received_at - t.settle AS blind_from, q.received_at AS blind_until, q.event AS events
FROM quarantined_delivery AS q
JOIN policy_terms AS t ON t.judges_from <= q.received_at AND q.received_at < t.judges_until
JOIN repository_system AS k
  ON k.repository = q.repository
  OR (q.repository IS NULL AND SUBSTR(k.repository, 1, LENGTH(q.kind) + 1) = q.kind || ':')
WHERE q.kind IN (
    'azure-devops', 'bitbucket', 'gerrit', 'gitea', 'github', 'gitlab', 'gogs'
  )
  AND NOT EXISTS (
    SELECT 1 FROM replayed_delivery AS p
    WHERE p.kind = q.kind AND p.delivery = q.delivery
  )
