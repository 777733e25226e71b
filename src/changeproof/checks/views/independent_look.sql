/*
view: >
  Which looks back at a change were those of a human who neither asked for it nor wrote any of it?
index: [change_id]
*/
SELECT n.change_id, r.account, r.outcome, r.reviewed_at, r.event,
  COALESCE(h.person, r.account) AS person
FROM post_review AS r
JOIN change_name AS n ON n.name = r.change_name
JOIN change AS c ON c.change_id = n.change_id
LEFT JOIN account_holder AS h
  ON h.account = r.account AND h.held_from <= r.reviewed_at AND r.reviewed_at < h.held_until
LEFT JOIN account_holder AS q
  ON q.account = c.requested_by AND q.held_from <= r.reviewed_at
  AND r.reviewed_at < q.held_until
WHERE r.account IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM nonhuman AS b WHERE b.account = r.account)
  AND COALESCE(h.person, r.account) <> COALESCE(q.person, c.requested_by, '')
  AND NOT EXISTS (
    SELECT 1 FROM writer AS x
    WHERE x.change_id = n.change_id AND x.person = COALESCE(h.person, r.account)
  )
