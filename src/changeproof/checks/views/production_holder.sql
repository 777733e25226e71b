/*
view: >
  Who holds access to deploy to production of a system now, and by when must somebody else have
  reviewed it? Nobody reviews their own access; a grant is owed its first review within the cadence.
index: [subject]
*/
WITH reviewed AS (
  SELECT a.subject, a.account, a.person, a.held_from, a.flaw, a.events, MAX(r.done_at) AS reviewed_at,
    MAX(r.due_at) AS due_at, MAX(r.account) AS reviewer
  FROM access_state AS a
  JOIN subject AS s ON s.subject = a.subject
  LEFT JOIN cadence_act AS r
    ON r.cadence = 'access_review' AND r.key_name IN ('', LOWER(s.name))
    AND r.done_at >= a.held_from AND r.person <> a.person
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = r.account)
  WHERE a.area = 'production' AND a.is_held = 1
  GROUP BY a.subject, a.account, a.person, a.held_from, a.flaw, a.events
)
SELECT v.subject, v.account, v.person, v.held_from, v.flaw, v.events, v.reviewed_at, v.reviewer,
  COALESCE(v.due_at, v.held_from + d.within) AS due_at
FROM reviewed AS v
JOIN policy_terms AS t ON t.judges_from <= v.held_from AND v.held_from < t.judges_until
JOIN policy_deadline AS d
  ON d.policy_version = t.policy_version AND d.name = 'cadence.access_review'
