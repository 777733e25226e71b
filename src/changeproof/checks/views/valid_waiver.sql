/*
view: >
  Which waivers count: of a check that policy lets be waived, granted by another human than who
  asked for it, with an end within the longest time that policy allows? `until` is its end, or when
  it was taken back; `granted_from` the later of grant and beginning.
index: ["check_id, name"]
*/
WITH ended AS (
  SELECT e.waiver, MIN(e.ended_at) AS ended_at, STRING_AGG(e.event, ',') AS events
  FROM waiver_end AS e
  WHERE e.ended_at IS NOT NULL
  GROUP BY e.waiver
)
SELECT w.waiver, w.check_id, w.subject AS name, w.requested_by, w.granted_by, w.granted_at,
  CASE WHEN w.begins_at < w.granted_at THEN w.granted_at ELSE w.begins_at END AS granted_from,
  CASE WHEN e.ended_at < w.ends_at THEN e.ended_at ELSE w.ends_at END AS until,
  w.event || COALESCE(',' || e.events, '') AS events
FROM waiver AS w
JOIN policy_terms AS t ON t.judges_from <= w.granted_at AND w.granted_at < t.judges_until
JOIN policy_list AS q
  ON q.policy_version = t.policy_version AND q.parameter = 'waivable' AND q.value = w.check_id
LEFT JOIN ended AS e ON e.waiver = w.waiver
LEFT JOIN account_holder AS g
  ON g.account = w.granted_by AND g.held_from <= w.granted_at AND w.granted_at < g.held_until
LEFT JOIN account_holder AS r
  ON r.account = w.requested_by AND r.held_from <= w.granted_at AND w.granted_at < r.held_until
WHERE w.granted_by IS NOT NULL
  AND w.ends_at - w.begins_at <= t.waiver_longest
  AND COALESCE(g.person, w.granted_by) <> COALESCE(r.person, w.requested_by, '')
  AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = w.granted_by)
