/*
view: >
  Who looked at a deployed change afterwards, being a human who neither asked for nor wrote any of
  it? The first such look.
index: [change_id]
*/
WITH looked AS (
  SELECT n.change_id, r.account, r.outcome, r.reviewed_at, r.event,
    ROW_NUMBER() OVER (
      PARTITION BY n.change_id ORDER BY r.reviewed_at, r.event
    ) AS place
  FROM post_review AS r
  JOIN change_name AS n ON n.name = r.change_name
  JOIN effective_policy AS p ON p.change_id = n.change_id
  JOIN change AS c ON c.change_id = n.change_id
  LEFT JOIN account_holder AS h
    ON h.account = r.account AND h.held_from <= r.reviewed_at AND r.reviewed_at < h.held_until
  LEFT JOIN account_holder AS q
    ON q.account = c.requested_by AND q.held_from <= r.reviewed_at
    AND r.reviewed_at < q.held_until
  WHERE r.account IS NOT NULL AND r.reviewed_at >= p.deployed_at
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS b WHERE b.account = r.account)
    AND COALESCE(h.person, r.account) <> COALESCE(q.person, c.requested_by, '')
    AND NOT EXISTS (
      SELECT 1 FROM writer AS x
      WHERE x.change_id = n.change_id AND x.person = COALESCE(h.person, r.account)
    )
)
SELECT l.change_id, l.account, l.outcome, l.reviewed_at, l.event
FROM looked AS l
WHERE l.place = 1
